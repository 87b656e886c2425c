import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { CliError } from "../cli-error.ts";
import { connectTo } from "../ops/connect.ts";
import { subscriberNamed } from "../ops/named.ts";
import type { PlaceOptions, Surroundings } from "../ops/surroundings.ts";
import { runbookOf } from "./page.ts";

/** Options of `fanfare runbook`. */
export interface RunbookVerbOptions extends PlaceOptions {
  /** A file in place of the output. */
  readonly output?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Prints the runbook of this version with the names of what is deployed: of one subscriber, or of all. */
export async function runbook(
  name: string | undefined,
  options: RunbookVerbOptions,
  surroundings: Surroundings,
): Promise<void> {
  const connection = connectTo(options, surroundings);
  const subscribers =
    name === undefined ? (await connection.fleet()).subscribers : [await subscriberNamed(connection, name)];
  if (subscribers.length === 0) {
    throw new CliError("nothing with queues was found here: check profile and Region");
  }
  const text = runbookOf(pageOfThisVersion(), { subscribers, place: placeOf(options) });
  if (options.output === undefined) {
    surroundings.terminal.out(options.json === true ? JSON.stringify({ text }) : text);
    return;
  }
  const file = resolve(surroundings.directory, options.output);
  writeFileSync(file, text);
  surroundings.terminal.out(options.json === true ? JSON.stringify({ file }) : `written to ${file}`);
}

function pageOfThisVersion(): string {
  const root = dirname(createRequire(import.meta.url).resolve("fanfare/package.json"));
  return readFileSync(join(root, "docs/runbook.md"), "utf8");
}

function placeOf({ profile, region, endpointUrl, stack }: PlaceOptions): string {
  return [
    ...(profile === undefined ? [] : [`--profile ${profile}`]),
    ...(region === undefined ? [] : [`--region ${region}`]),
    ...(endpointUrl === undefined ? [] : [`--endpoint-url ${endpointUrl}`]),
    ...(stack === undefined ? [] : [`--stack ${stack.join(" ")}`]),
  ].join(" ");
}
