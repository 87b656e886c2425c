/**
 * Kills a process that was started as the leader of its own group (`detached: true`), together with its children.
 * A process that has already ended is no error.
 */
export function killGroup(pid: number, signal: NodeJS.Signals = "SIGKILL"): void {
  // Windows has no process groups of this kind: there only the process itself is ended.
  for (const target of process.platform === "win32" ? [pid] : [-pid, pid]) {
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
