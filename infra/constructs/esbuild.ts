import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { FanfareError } from "../../lib/errors/index.ts";
import type { BundleSettings } from "./bundle-entry.ts";

/** An entry to bundle. */
export interface BundleJob {
  /** Absolute path. */
  readonly entry: string;
  /** Absolute path of the directory to write to. */
  readonly outdir: string;
  readonly settings: BundleSettings;
}

/** How a job went. */
export interface BundleOutcome {
  readonly failure?: {
    /** esbuild's messages, with their places; none for what is not an error of the sources. */
    readonly messages: readonly string[];
    readonly text: string;
  };
}

/** Of sources `.ts`, which Node runs as they are, of the package `.js`. */
const main = fileURLToPath(new URL(`./bundle-main${/\.\w+$/.exec(import.meta.url)?.[0] ?? ".js"}`, import.meta.url));

/**
 * Bundles entries, each in a run of its own. A synthesis cannot wait for promises, and only esbuild's asynchronous interface has
 * plugins and bundles several at once: so another process does it.
 *
 * @throws FanfareError `ConfigurationInvalid` naming the entries that cannot be bundled
 */
export function bundle(jobs: readonly BundleJob[]): void {
  const { stdout, stderr, status, error } = spawnSync(process.execPath, [main], {
    input: JSON.stringify(jobs),
    encoding: "utf8",
    maxBuffer: 64 * 1_048_576,
    windowsHide: true,
  });
  if (error !== undefined) throw failed(`the entries: ${error.message}`, false);
  if (status !== 0) throw failed(`the entries: ${stderr.trim()}`, false);
  const outcomes: readonly BundleOutcome[] = JSON.parse(stdout);
  const failures = outcomes.flatMap(({ failure }, index) =>
    failure === undefined ? [] : [{ ...failure, entry: jobs[index]?.entry ?? "" }],
  );
  if (failures.length === 0) return;
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
      : "correct the source at the place named, or the bundling options",
  });
}
