/**
 * Bundles the jobs that it reads from standard input, and writes their results to standard output: see bundle-process.ts. With `--serve`
 * it does so for each line, until the input ends.
 */
import { availableParallelism } from "node:os";
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline";
import { json } from "node:stream/consumers";
import type { BuildFailure, Message } from "esbuild";
import type { RebuildResult } from "../../../lib/names/index.ts";
import { BundleCache, printsOf, type StoredBundle, sourcesOf, writeBundle } from "./bundle-cache.ts";
import { type Bundle, type BundleSettings, bundleEntry, EntryBundler } from "./bundle-entry.ts";
import type { BundleJob, EntrySubscription } from "./bundle-process.ts";
import { FilePrints } from "./file-prints.ts";
import { handledEvents } from "./handled-events.ts";

/** esbuild collects garbage when its heap has grown fivefold, not twofold: a third less work, for at most 300 MB more. */
process.env.GOGC ??= "400";

/** A run of esbuild has parts that use one core. */
const RUNS_PER_CORE = 2;

const cache = BundleCache.ofThisSynthesis();
const serves = process.argv.includes("--serve");
/** By entry and settings. What is bundled again takes half the time. */
const bundlers = new Map<string, Promise<EntryBundler>>();
if (serves) {
  for await (const line of createInterface({ input: process.stdin })) {
    await answer(JSON.parse(line), "\n");
  }
  // esbuild's own process would keep this one.
  process.exit();
} else {
  await answer((await json(process.stdin)) as readonly BundleJob[], "");
}

/** Writes the results first: the functions that wait for them need not wait for what later runs will save. */
async function answer(jobs: readonly BundleJob[], end: string): Promise<void> {
  const prints = new FilePrints();
  const made = await runAll(jobs, prints);
  process.stdout.write(JSON.stringify(made.map(({ result }) => result)) + end);
  await Promise.all(made.map(({ job, stored }) => stored && cache?.put(job, stored.files, stored.inputs)));
}

/** What became of a job. */
interface Made {
  /** What the bundle is stored by. */
  readonly job: StoredBy;
  readonly result: RebuildResult;
  /** What is stored for later runs. */
  readonly stored?: { readonly files: StoredBundle["files"]; readonly inputs: ReturnType<typeof printsOf> };
}

/** Bundles are the same wherever they are written, and whichever functions use them. */
type StoredBy = Omit<BundleJob, "outdir" | "functions">;

async function runAll(jobs: readonly BundleJob[], prints: FilePrints): Promise<readonly Made[]> {
  const made = new Array<Made>(jobs.length);
  const waiting = jobs.entries();
  // The workers share one iterator: each takes the next job.
  const worker = async () => {
    for (const [index, job] of waiting) {
      made[index] = await run(job, prints);
    }
  };
  await Promise.all(Array.from({ length: RUNS_PER_CORE * availableParallelism() }, worker));
  return made;
}

async function run({ outdir, functions: _functions, ...job }: BundleJob, prints: FilePrints): Promise<Made> {
  try {
    const bundle = await make(job, prints);
    if ("failure" in bundle) {
      return { job, result: bundle };
    }
    writeBundle(bundle, outdir);
    const stored = { files: bundle.files, inputs: printsOf(bundle.inputs, prints) };
    return { job, result: { sources: sourcesOf(bundle) }, stored };
  } catch (error) {
    const messages = messagesOf(error).map((message) => describe(job.entry, message));
    return { job, result: { failure: { messages, text: String(error) } } };
  }
}

/** Bundles an entry that has all exports and handlers that it needs. */
async function make(
  job: StoredBy,
  prints: FilePrints,
): Promise<StoredBundle | Required<Pick<RebuildResult, "failure">>> {
  const { entry, exports: needed, subscriptions, settings } = job;
  const [{ files, exports, metafile }, problem] = await Promise.all([
    bundle(entry, settings),
    problemOf(entry, subscriptions),
  ]);
  const missing = exports === undefined ? [] : needed.filter((name) => !exports.includes(name));
  if (missing.length > 0) {
    const found = exports?.length ? exports.join(", ") : "nothing";
    return { failure: { messages: [`no export ${missing.join(", ")}; it exports ${found}`], text: "" } };
  }
  if (problem !== undefined) {
    return { failure: { messages: [problem], text: "" } };
  }
  // esbuild's paths are relative to the folder of the entry; those that are not of files, a plugin made.
  const inputs = Object.keys(metafile.inputs).map((path) => resolve(dirname(entry), path));
  return { files, inputs: inputs.filter((path) => prints.exists(path)) };
}

/** With `--serve`, entries are bundled again after changes. */
async function bundle(entry: string, settings: BundleSettings): Promise<Bundle> {
  if (!serves) {
    return await bundleEntry(entry, settings);
  }
  const key = JSON.stringify([entry, settings]);
  const bundler = bundlers.get(key) ?? EntryBundler.create(entry, settings);
  bundlers.set(key, bundler);
  return await (await bundler).bundle();
}

/** Returns why a function cannot handle what reaches it, as far as that can be told. */
async function problemOf(entry: string, subscriptions: readonly EntrySubscription[]): Promise<string | undefined> {
  const unhandled = new Set<string>();
  for (const { exported, events, pushed } of subscriptions) {
    const handled = await handledEvents(entry, exported);
    if (handled !== undefined && pushed) {
      return `the handler is made by consume(), which takes messages of SQS, but topic.push lets SNS invoke it`;
    }
    for (const event of handled === undefined ? [] : events.filter((name) => !handled.includes(name))) {
      unhandled.add(event);
    }
  }
  return unhandled.size === 0 ? undefined : `no handler for ${[...unhandled].join(", ")}`;
}

function messagesOf(error: unknown): Message[] {
  const failure: Partial<BuildFailure> = error instanceof Error ? error : {};
  return failure.errors ?? [];
}

function describe(entry: string, { location, text }: Message): string {
  return location === null
    ? text
    : `${resolve(dirname(entry), location.file)}:${location.line}:${location.column}: ${text}`;
}
