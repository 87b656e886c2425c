/**
 * Bundles the jobs that it reads from standard input, and writes their results to standard output: see bundle-process.ts. With `--serve`
 * it does so for each line, until the input ends.
 */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline";
import { json } from "node:stream/consumers";
import type { BuildFailure, Message } from "esbuild";
import type { RebuildResult } from "../../../lib/names/index.ts";
import { BundleCache, type StoredBundle, sourcesOf, writeBundle } from "./bundle-cache.ts";
import { type Bundle, type BundleSettings, bundleEntry, EntryBundler } from "./bundle-entry.ts";
import type { BundleJob, EntrySubscription } from "./bundle-process.ts";
import { handledEvents } from "./handled-events.ts";

/** esbuild collects garbage when its heap has grown fivefold, not twofold: a third less work, for at most 300 MB more. */
process.env.GOGC ??= "400";

const cache = BundleCache.ofThisSynthesis();
const serves = process.argv.includes("--serve");
/** By entry and settings. What is bundled again takes half the time. */
const bundlers = new Map<string, Promise<EntryBundler>>();
if (serves) {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await runAll(JSON.parse(line)))}\n`);
  }
  // esbuild's own process would keep this one.
  process.exit();
} else {
  process.stdout.write(JSON.stringify(await runAll((await json(process.stdin)) as readonly BundleJob[])));
}

async function runAll(jobs: readonly BundleJob[]): Promise<readonly RebuildResult[]> {
  const results = new Array<RebuildResult>(jobs.length);
  const waiting = jobs.entries();
  // The workers share one iterator: each takes the next job.
  const worker = async () => {
    for (const [index, job] of waiting) {
      results[index] = await run(job);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}

async function run({ outdir, functions: _functions, ...job }: BundleJob): Promise<RebuildResult> {
  try {
    const made = await make(job);
    if ("failure" in made) {
      return made;
    }
    await cache?.put(job, made);
    writeBundle(made, outdir);
    return { sources: sourcesOf(made) };
  } catch (error) {
    const messages = messagesOf(error).map((message) => describe(job.entry, message));
    return { failure: { messages, text: String(error) } };
  }
}

/** Bundles an entry that has all exports and handlers that it needs. */
async function make(
  job: Omit<BundleJob, "outdir" | "functions">,
): Promise<StoredBundle | Required<Pick<RebuildResult, "failure">>> {
  const { entry, exports: needed, subscriptions, settings } = job;
  const { files, exports, metafile } = await bundle(entry, settings);
  const missing = exports === undefined ? [] : needed.filter((name) => !exports.includes(name));
  if (missing.length > 0) {
    const found = exports?.length ? exports.join(", ") : "nothing";
    return { failure: { messages: [`no export ${missing.join(", ")}; it exports ${found}`], text: "" } };
  }
  const problem = await problemOf(entry, subscriptions);
  if (problem !== undefined) {
    return { failure: { messages: [problem], text: "" } };
  }
  // esbuild's paths are relative to the folder of the entry; those that are not of files, a plugin made.
  const inputs = Object.keys(metafile.inputs).map((path) => resolve(dirname(entry), path));
  return { files, inputs: inputs.filter((path) => existsSync(path)) };
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
