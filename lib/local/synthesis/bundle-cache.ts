import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LOCAL_SYNTHESIS } from "../../names/index.ts";

/** Names the folder where a project's bundles are stored between local runs: where other tools have theirs, in `node_modules`. */
export function bundleCache(directory: string): Record<string, string> {
  const modules = join(directory, "node_modules");
  const folder = existsSync(modules)
    ? join(modules, ".cache", "fanfare", "bundles")
    : join(tmpdir(), "fanfare-bundles", createHash("sha256").update(directory).digest("hex").slice(0, 16));
  return { [LOCAL_SYNTHESIS.cache]: process.env[LOCAL_SYNTHESIS.cache] ?? folder };
}
