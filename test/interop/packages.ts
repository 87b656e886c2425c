import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** The version of a package as it is installed. Its own `exports` may not let `package.json` be imported. */
export function installedVersion(name: string): string {
  for (const directory of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    try {
      return String(JSON.parse(readFileSync(join(directory, name, "package.json"), "utf8")).version);
    } catch {
      // Not in this directory: in the next one.
    }
  }
  return "unknown";
}
