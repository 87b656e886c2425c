import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { isAlive, LocalError } from "../common/index.ts";

/** Locks that this very process holds. */
const held = new Set<string>();

/**
 * Takes a folder for this process. A lock that a killed process left is taken over.
 *
 * @returns gives the folder back.
 * @throws LocalError `DataInUse` while another process has it.
 */
export function lockFolder(path: string, folder: string): () => void {
  const mine = `${process.pid}\n`;
  for (;;) {
    try {
      writeFileSync(path, mine, { flag: "wx" });
      held.add(path);
      return () => {
        rmSync(path, { force: true });
        held.delete(path);
      };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) {
        throw error;
      }
    }
    const owner = ownerOf(path);
    // In a container a new process often has the number of the one before it.
    if (owner !== undefined && (owner === process.pid ? held.has(path) : isAlive(owner))) {
      throw new LocalError("DataInUse", `the data folder ${folder} is in use by process ${owner}`, {
        remedy: `stop that process or choose another folder; if it has nothing to do with Fanfare, remove ${path}`,
      });
    }
    rmSync(path, { force: true });
  }
}

function ownerOf(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    // Gone in the meantime.
    return undefined;
  }
}
