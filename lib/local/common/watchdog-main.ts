/**
 * Runs in an own process and outlives its parent by a moment. It reads `+pid` and `-pid` lines from standard input
 * and, when the input ends, kills what is still on the list: the parent is gone, however it ended.
 */
import { createInterface } from "node:readline";
import { killGroup } from "./kill.ts";

const guarded = new Set<number>();

// Ctrl-C reaches every process of the terminal; this one has to stay until its parent has gone.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {});
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const pid = Number(line.slice(1));
    if (!Number.isSafeInteger(pid) || pid <= 0) {
      return;
    }
    if (line.startsWith("+")) {
      guarded.add(pid);
    } else {
      guarded.delete(pid);
    }
  })
  .on("close", () => {
    for (const pid of guarded) {
      killGroup(pid);
    }
    process.exit(0);
  });
