import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BundleSettings } from "./bundle-entry.ts";

/** An entry to bundle. */
export interface BundleJob {
  /** Absolute path. */
  readonly entry: string;
  /** Absolute path of the directory to write to. */
  readonly outdir: string;
  /** Names of the exports that Lambda calls. */
  readonly exports: readonly string[];
  /** Events that reach the functions which use the bundle, with the export that must handle them. */
  readonly subscriptions: readonly EntrySubscription[];
  /** Paths of the functions that use the bundle. */
  readonly functions: readonly string[];
  readonly settings: BundleSettings;
}

/** The events that reach a function. */
export interface EntrySubscription {
  readonly exported: string;
  readonly events: readonly string[];
}

/** The result of a job. */
export interface BundleResult {
  readonly failure?: {
    /** esbuild's messages with their locations; empty if the sources are not at fault. */
    readonly messages: readonly string[];
    readonly text: string;
  };
}

/** Why handlers cannot be bundled. */
export interface BundlingFailure {
  /** Index of the first job that failed. */
  readonly job: number;
  readonly message: string;
  readonly field: string;
  readonly remedy: string;
}

/** The extension is `.ts` in the sources, which Node.js runs as they are, and `.js` in the package. */
const main = fileURLToPath(new URL(`./bundle-main${/\.\w+$/.exec(import.meta.url)?.[0] ?? ".js"}`, import.meta.url));

/** esbuild collects garbage when its heap has grown fivefold, not twofold: a third less work, for at most 300 MB more. */
const ESBUILD_GOGC = "400";

/**
 * Bundles entries, each in its own run of esbuild. Synthesis is synchronous, but esbuild supports plugins and concurrent runs only
 * in its asynchronous API. So another process does the work.
 *
 * @returns what failed, with the names of all entries that cannot be bundled; `undefined` if nothing did
 */
export function bundle(jobs: readonly BundleJob[]): BundlingFailure | undefined {
  const { stdout, stderr, status, error } = spawnSync(process.execPath, [main], {
    input: JSON.stringify(jobs),
    encoding: "utf8",
    maxBuffer: 64 * 1_048_576,
    env: { GOGC: ESBUILD_GOGC, ...process.env },
    windowsHide: true,
  });
  if (error !== undefined || status !== 0) {
    return failed(0, `the entries: ${error?.message ?? stderr.trim()}`);
  }
  const results: readonly BundleResult[] = JSON.parse(stdout);
  const failures = results.flatMap(({ failure }, index) =>
    failure === undefined ? [] : [{ ...failure, index, job: jobs[index] }],
  );
  const [first] = failures;
  if (first === undefined) {
    return undefined;
  }
  const lines = failures.map(
    ({ job, messages, text }) =>
      `${job?.entry}: ${messages.length === 0 ? text : messages.join("; ")}; the code of ${job?.functions.join(", ")}`,
  );
  const all = failures.flatMap(({ messages }) => messages);
  const hint = HINTS.find(({ sign }) => all.some((text) => text.includes(sign)));
  return failed(first.index, [...new Set(lines)].join("\n"), hint);
}

/** What helps, by a part of the message. */
const HINTS: readonly Hint[] = [
  {
    sign: "Could not resolve",
    field: "handler.entry",
    remedy:
      "correct the import, install the package, or list it in bundling.external if the function finds it elsewhere",
  },
  {
    sign: "no handler for",
    field: "events",
    remedy:
      "add handlers to consume(), or subscribe to fewer events: the others would be dead-lettered as UnknownEvent",
  },
  {
    sign: "no export",
    field: "handler.export",
    remedy: "export the handler under that name (export const handler = ...), or set handler.export to its name",
  },
];

interface Hint {
  readonly sign: string;
  readonly field: string;
  readonly remedy: string;
}

function failed(job: number, what: string, hint?: Hint): BundlingFailure {
  return {
    job,
    message: `cannot bundle ${what}`,
    field: hint?.field ?? "handler.entry",
    remedy: hint?.remedy ?? "correct the source at the location named, or the bundling options",
  };
}
