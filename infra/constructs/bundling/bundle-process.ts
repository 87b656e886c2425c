import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type BundleRecord, LOCAL_SYNTHESIS, type RebuildResult } from "../../../lib/names/index.ts";
import { BundleCache, sourcesOf, writeBundle } from "./bundle-cache.ts";
import type { BundleSettings } from "./bundle-entry.ts";
import { FilePrints } from "./file-prints.ts";

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
  /** Whether SNS invokes the function. */
  readonly pushed: boolean;
}

/** Why handlers cannot be bundled. */
export interface BundlingFailure {
  /** Index of the first job that failed. */
  readonly job: number;
  readonly message: string;
  readonly field: string;
  readonly remedy: string;
}

/** The sources of each job's bundle, or why there is none. */
export type BundlingResult =
  | { readonly sources: readonly (readonly string[])[]; readonly failure?: undefined }
  | { readonly failure: BundlingFailure };

/** The extension is `.ts` in the sources, which Node.js runs as they are, and `.js` in the package. */
const PROGRAM = fileURLToPath(new URL(`./bundle-main${/\.\w+$/.exec(import.meta.url)?.[0] ?? ".js"}`, import.meta.url));

/**
 * Bundles entries, each in its own run of esbuild. A local synthesis takes those that are stored and have not changed.
 *
 * @returns the sources of each job's bundle, or what failed, with the names of all entries that cannot be bundled
 */
export function bundle(jobs: readonly BundleJob[]): BundlingResult {
  const cache = BundleCache.ofThisSynthesis();
  const prints = new FilePrints();
  const results = jobs.map((job) => cache && takeStored(cache, job, prints));
  const open = jobs.flatMap((job, index) => (results[index] === undefined ? [{ job, index }] : []));
  if (open.length > 0) {
    const made = runProgram(open.map(({ job }) => job));
    if (typeof made === "string") {
      return { failure: failed(open[0]?.index ?? 0, `the entries: ${made}`) };
    }
    for (const [position, { index }] of open.entries()) {
      results[index] = made[position];
    }
  }
  return resultOf(jobs, results);
}

function takeStored(
  cache: BundleCache,
  { outdir, functions: _functions, ...job }: BundleJob,
  prints: FilePrints,
): RebuildResult | undefined {
  const stored = cache.get(job, prints);
  if (stored === undefined) {
    return undefined;
  }
  writeBundle(stored, outdir);
  return { sources: sourcesOf(stored) };
}

/**
 * Runs {@link PROGRAM}. Synthesis is synchronous, but esbuild supports plugins and concurrent runs only in its asynchronous API. So
 * another process does the work.
 *
 * @returns a result per job, or why the process failed
 */
function runProgram(jobs: readonly BundleJob[]): readonly RebuildResult[] | string {
  const { stdout, stderr, status, error } = spawnSync(process.execPath, [PROGRAM], {
    input: JSON.stringify(jobs),
    encoding: "utf8",
    maxBuffer: 64 * 1_048_576,
    windowsHide: true,
  });
  return error === undefined && status === 0 ? JSON.parse(stdout) : (error?.message ?? stderr.trim());
}

function resultOf(jobs: readonly BundleJob[], results: readonly (RebuildResult | undefined)[]): BundlingResult {
  const failures = results.flatMap((result, index) =>
    result?.failure === undefined ? [] : [{ ...result.failure, index, job: jobs[index] }],
  );
  const [first] = failures;
  if (first === undefined) {
    return { sources: results.map((result) => result?.sources ?? []) };
  }
  const lines = failures.map(
    ({ job, messages, text }) =>
      `${job?.entry}: ${messages.length === 0 ? text : messages.join("; ")}; the code of ${job?.functions.join(", ")}`,
  );
  const all = failures.flatMap(({ messages }) => messages);
  const hint = HINTS.find(({ sign }) => all.some((text) => text.includes(sign)));
  return { failure: failed(first.index, [...new Set(lines)].join("\n"), hint) };
}

/** Tells the local runtime, which asks for it, how to make the bundles again. */
export function recordBundles(bundles: BundleRecord["bundles"]): void {
  const path = process.env[LOCAL_SYNTHESIS.record];
  if (path !== undefined) {
    const record: BundleRecord = { program: PROGRAM, bundles };
    writeFileSync(path, JSON.stringify(record));
  }
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
    sign: "made by consume()",
    field: "lambda",
    remedy: "use fanOut, or a function of your own that takes the events of SNS",
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
