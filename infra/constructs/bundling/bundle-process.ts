import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { FanfareError } from "../../../lib/errors/index.ts";
import type { BundleSettings } from "./bundle-entry.ts";

/** An entry to bundle. */
export interface BundleJob {
  /** Absolute path. */
  readonly entry: string;
  /** Absolute path of the directory to write to. */
  readonly outdir: string;
  readonly settings: BundleSettings;
}

/** The result of a job. */
export interface BundleResult {
  readonly failure?: {
    /** esbuild's messages with their locations; empty if the sources are not at fault. */
    readonly messages: readonly string[];
    readonly text: string;
  };
}

/** The extension is `.ts` in the sources, which Node.js runs as they are, and `.js` in the package. */
const main = fileURLToPath(new URL(`./bundle-main${/\.\w+$/.exec(import.meta.url)?.[0] ?? ".js"}`, import.meta.url));

/**
 * Bundles entries, each in its own run of esbuild. Synthesis is synchronous, but esbuild supports plugins and concurrent runs only
 * in its asynchronous API. So another process does the work.
 *
 * @throws FanfareError `ConfigurationInvalid` that names the entries that cannot be bundled
 */
export function bundle(jobs: readonly BundleJob[]): void {
  const { stdout, stderr, status, error } = spawnSync(process.execPath, [main], {
    input: JSON.stringify(jobs),
    encoding: "utf8",
    maxBuffer: 64 * 1_048_576,
    windowsHide: true,
  });
  if (error !== undefined || status !== 0) {
    throw failed(`the entries: ${error?.message ?? stderr.trim()}`, false);
  }
  const results: readonly BundleResult[] = JSON.parse(stdout);
  const failures = results.flatMap(({ failure }, index) =>
    failure === undefined ? [] : [{ ...failure, entry: jobs[index]?.entry ?? "" }],
  );
  if (failures.length === 0) {
    return;
  }
  const lines = failures.map(
    ({ entry, messages, text }) => `${entry}: ${messages.length === 0 ? text : messages.join("; ")}`,
  );
  const unresolved = failures.some(({ messages }) => messages.some((text) => text.includes("Could not resolve")));
  throw failed([...new Set(lines)].join("\n"), unresolved);
}

function failed(what: string, unresolved: boolean): FanfareError {
  return new FanfareError("ConfigurationInvalid", `cannot bundle ${what}`, {
    field: "handler.entry",
    remedy: unresolved
      ? "correct the import, install the package, or list it in bundling.external if the function finds it elsewhere"
      : "correct the source at the location named, or the bundling options",
  });
}
