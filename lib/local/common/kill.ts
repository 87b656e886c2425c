import { spawnSync } from "node:child_process";

/** What ends processes; tests pass that of another platform. */
export interface KillingSystem {
  readonly platform: NodeJS.Platform;
  readonly kill: (pid: number, signal: NodeJS.Signals) => void;
  readonly run: (program: string, args: readonly string[]) => void;
}

const THIS_SYSTEM: KillingSystem = {
  platform: process.platform,
  kill: (pid, signal) => process.kill(pid, signal),
  run: (program, args) => spawnSync(program, args, { stdio: "ignore", windowsHide: true }),
};

/**
 * Kills a process that was started as the leader of its own group (`detached: true`), together with its children.
 * A process that has already ended is no error.
 */
export function killGroup(pid: number, signal: NodeJS.Signals = "SIGKILL", system: KillingSystem = THIS_SYSTEM): void {
  if (system.platform === "win32") {
    // Windows has no process groups of this kind: `/T` ends the children too.
    system.run("taskkill", ["/pid", String(pid), "/T", "/F"]);
    return;
  }
  for (const target of [-pid, pid]) {
    try {
      system.kill(target, signal);
      return;
    } catch {
      // ESRCH: no such group; the process itself is tried next.
    }
  }
}

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
