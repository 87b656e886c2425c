import { statSync } from "node:fs";

/** Returns modification time and size of a file: what tells, without reading it, whether it has changed. */
export function filePrint(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? "absent" : `${found.mtimeMs} ${found.size}`;
}
