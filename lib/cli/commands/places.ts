import type { Command } from "commander";
import { ask } from "../ops/ask.ts";
import type { Surroundings } from "../ops/surroundings.ts";
import type { Terminal } from "../terminal.ts";
import { count, parseUrl, whole } from "./values.ts";

/** Adds the options that say where. */
export function withPlace(command: Command): Command {
  return command
    .option("--profile <name>", "profile of the AWS configuration (default: what the SDK finds)")
    .option("--region <region>", "Region (default: what the SDK finds)")
    .option("--endpoint-url <url>", "endpoint of all services, for emulators", parseUrl)
    .option("--stack <name...>", "stacks whose manifest says what belongs together")
    .option("--json", "print JSON, for programs", false);
}

/** Adds the options that choose letters. */
export function withFilter(command: Command): Command {
  return command
    .option("--undelivered", "the subscription's dead-letter queue: what SNS could not deliver", false)
    .option("--all", "every dead letter", false)
    .option("--group <fingerprint...>", "those of these groups")
    .option("--event <type...>", "those of events of these types")
    .option("--id <id...>", "message ids, or ids of events")
    .option("--since <time>", "failed at this time or later: ISO 8601, or an age such as 2h")
    .option("--until <time>", "failed before this time")
    .option("--limit <count>", "no more than so many", count);
}

/** Adds the options that confirm a write. */
export function withConfirmation(command: Command): Command {
  return command
    .option("--yes", "skip the confirmation by name; requires --expect-count", false)
    .option("--expect-count <count>", "about how many it is; off by more than 5 %, nothing is changed", whole);
}

/** What a verb gets of this process. */
export function surroundingsOf(given: { readonly terminal: Terminal; readonly signal: AbortSignal }): Surroundings {
  const editor = process.env.VISUAL || process.env.EDITOR;
  return {
    ...given,
    directory: process.cwd(),
    ask: process.stdin.isTTY
      ? (question) => ask(question, { input: process.stdin, output: process.stderr, signal: given.signal })
      : undefined,
    edit: editor ? async (text) => (await import("../ops/editor.ts")).editWith(editor, text) : undefined,
  };
}
