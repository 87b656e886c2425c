/** Bundles what it reads from standard input, and writes how it went: see {@link bundle} in esbuild.ts. */
import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import type { Message } from "esbuild";
import { bundleEntry } from "./bundle-entry.ts";
import type { BundleJob, BundleOutcome } from "./esbuild.ts";

const jobs = (await json(process.stdin)) as readonly BundleJob[];
const outcomes = new Array<BundleOutcome>(jobs.length);
const waiting = jobs.entries();
// Each worker takes the next job that nobody has taken.
const worker = async () => {
  for (const [index, job] of waiting) outcomes[index] = await run(job);
};
await Promise.all(Array.from({ length: availableParallelism() }, worker));
process.stdout.write(JSON.stringify(outcomes));

async function run({ entry, outdir, settings }: BundleJob): Promise<BundleOutcome> {
  try {
    const { files } = await bundleEntry(entry, settings);
    await mkdir(outdir, { recursive: true });
    await Promise.all(files.map(({ name, contents }) => writeFile(join(outdir, name), contents)));
    return {};
  } catch (error) {
    return { failure: { messages: messagesOf(error).map(describe), text: String(error) } };
  }
}

function messagesOf(error: unknown): Message[] {
  if (typeof error === "object" && error !== null && "errors" in error && Array.isArray(error.errors))
    return error.errors;
  return [];
}

function describe(message: Message): string {
  const place = message.location;
  return place === null ? message.text : `${place.file}:${place.line}:${place.column}: ${message.text}`;
}
