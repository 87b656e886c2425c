/** Bundles the jobs that it reads from standard input, and writes their results to standard output: see bundle-process.ts. */
import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { json } from "node:stream/consumers";
import type { BuildFailure, Message } from "esbuild";
import { bundleEntry } from "./bundle-entry.ts";
import type { BundleJob, BundleResult, EntrySubscription } from "./bundle-process.ts";
import { handledEvents } from "./handled-events.ts";

const jobs = (await json(process.stdin)) as readonly BundleJob[];
const results = new Array<BundleResult>(jobs.length);
const waiting = jobs.entries();
// The workers share one iterator: each takes the next job.
const worker = async () => {
  for (const [index, job] of waiting) {
    results[index] = await run(job);
  }
};
await Promise.all(Array.from({ length: availableParallelism() }, worker));
process.stdout.write(JSON.stringify(results));

async function run({ entry, outdir, exports: needed, subscriptions, settings }: BundleJob): Promise<BundleResult> {
  try {
    const { files, exports } = await bundleEntry(entry, settings);
    const missing = exports === undefined ? [] : needed.filter((name) => !exports.includes(name));
    if (missing.length > 0) {
      const found = exports?.length ? exports.join(", ") : "nothing";
      return { failure: { messages: [`no export ${missing.join(", ")}; it exports ${found}`], text: "" } };
    }
    const unhandled = await unhandledBy(entry, subscriptions);
    if (unhandled.length > 0) {
      return { failure: { messages: [`no handler for ${unhandled.join(", ")}`], text: "" } };
    }
    await mkdir(outdir, { recursive: true });
    await Promise.all(files.map(({ name, contents }) => writeFile(join(outdir, name), contents)));
    return {};
  } catch (error) {
    return { failure: { messages: messagesOf(error).map((message) => describe(entry, message)), text: String(error) } };
  }
}

/** Returns the events that reach a function and that it does not handle, as far as that can be told. */
async function unhandledBy(entry: string, subscriptions: readonly EntrySubscription[]): Promise<string[]> {
  const unhandled = new Set<string>();
  for (const { exported, events } of subscriptions) {
    const handled = await handledEvents(entry, exported);
    for (const event of handled === undefined ? [] : events.filter((name) => !handled.includes(name))) {
      unhandled.add(event);
    }
  }
  return [...unhandled];
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
