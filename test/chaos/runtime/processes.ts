import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A process that still has something to do with a folder. */
export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/**
 * Processes that work in a folder or name it on their command line: handlers run in the folder of their bundle, the
 * DynamoDB emulator is given its file. Linux only; elsewhere nothing is found.
 */
export function processesOf(folder: string): readonly Leftover[] {
  return pids().flatMap((pid) => {
    const command = read(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ");
    const directory = read(() => readlinkSync(`/proc/${pid}/cwd`));
    const state = /\) (\w)/.exec(read(() => readFileSync(`/proc/${pid}/stat`, "utf8")))?.[1];
    const isTheirs = directory.startsWith(folder) || command.includes(folder);
    // A zombie has ended: only its parent has not asked how.
    return pid !== process.pid && isTheirs && state !== "Z" ? [{ pid, command }] : [];
  });
}

function pids(): readonly number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isSafeInteger);
  } catch {
    return [];
  }
}

/** Processes end while they are looked at. */
function read(look: () => string): string {
  try {
    return look();
  } catch {
    return "";
  }
}
