import { mkdirSync } from "node:fs";
import { describeError, LocalError } from "./local-error.ts";

/**
 * Creates a folder of `--data` where there is none.
 *
 * @throws LocalError `DataInvalid` for a path that is a file, or that must not be written
 */
export function createDataFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new LocalError("DataInvalid", `the data folder ${path} cannot be created: ${describeError(error)}`, {
      remedy: "give --data a folder that exists or can be created",
      cause: error,
    });
  }
}
