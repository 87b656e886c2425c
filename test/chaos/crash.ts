/**
 * Loaded into every handler's process before the handler (`NODE_OPTIONS=--import`), changes nothing of it, and now and
 * then kills it in the middle of an invocation: its work is lost, and no service was told.
 */
import { appendFileSync, closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { randomOf } from "./random.ts";

/** Share of the invocations in which the process dies. */
const SHARE = 1 / 80;
/** It dies at a moment up to so many milliseconds after the invocation began. */
const WITHIN_MS = 60;

const folder = process.env.FANFARE_CHAOS_FOLDER ?? "";
const name = process.env.AWS_LAMBDA_FUNCTION_NAME ?? "";
let invocations = 0;
let random: (() => number) | undefined;

process.on("message", (message) => {
  if (typeof message !== "object" || message === null || !("type" in message) || message.type !== "invoke") {
    return;
  }
  const seed = seedNow();
  if (seed === "") {
    return;
  }
  invocations += 1;
  random ??= randomOf(seed, name, ordinal(seed));
  const [dies, when] = [random() < SHARE, random() * WITHIN_MS];
  if (dies) {
    setTimeout(() => {
      if (seedNow() === "") {
        return;
      }
      appendFileSync(join(folder, "crashes.log"), `${name} ${invocations}\n`);
      process.kill(process.pid, "SIGKILL");
    }, when);
  }
});

/** The seed of the run, or nothing when the run wants peace. */
function seedNow(): string {
  try {
    return readFileSync(join(folder, "seed"), "utf8");
  } catch {
    return "";
  }
}

/** The how manieth process of its function this is: the n-th dies at the same invocation in every run with the same seed. */
function ordinal(seed: string): number {
  for (let number = 1; ; number++) {
    try {
      closeSync(openSync(join(folder, `${name}.${seed}.${number}`), "wx"));
      return number;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) {
        return 0;
      }
    }
  }
}
