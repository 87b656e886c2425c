import { spawnSync } from "node:child_process";

/**
 * Kills a process that was started as the leader of its own group (`detached: true`), together with its children.
 * A process that has already ended is no error.
 */
export function killGroup(pid: number, signal: NodeJS.Signals = "SIGKILL"): void {
  if (process.platform === "win32") {
    // Windows has no process groups of this kind: `/T` ends the children too.
    spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore" });
    return;
  }
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal);
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
