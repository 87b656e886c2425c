import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import pc from "picocolors";
import {
  countsOf,
  type DeadLetterTarget,
  deadLetterTargets,
  exportLetters,
  failedAt,
  findDeadLetters,
  type Letter,
  type LetterFilter,
  masked,
  matches,
  readLetters,
  type Survey,
  surveyLetters,
  testFileOf,
} from "../../ops/index.ts";
import { CliError } from "../cli-error.ts";
import { connectTo } from "./connect.ts";
import { type FilterOptions, filterOf } from "./filter.ts";
import { Progress } from "./progress.ts";
import type { PlaceOptions, Surroundings } from "./surroundings.ts";
import { numberText, tableText } from "./text.ts";

/** Options of the verbs that read dead-letter queues. */
export interface ReadOptions extends PlaceOptions, FilterOptions {
  readonly json?: boolean | undefined;
  /** The subscription's dead-letter queue instead of the consumer's. */
  readonly undelivered?: boolean | undefined;
  readonly limit?: number | undefined;
  readonly body?: boolean | undefined;
}

/** Lists the dead-letter queues with what is in them. */
export async function listDeadLetters(options: ReadOptions, surroundings: Surroundings): Promise<void> {
  const { cloud, fleet } = connectTo(options, surroundings);
  const rows = await Promise.all(
    deadLetterTargets(await fleet()).map(async ({ subscriber, queue, kind }) => {
      const { visible, inFlight, delayed } = await countsOf(cloud, queue);
      return { queue: queue.name, subscriber: subscriber.name, kind, count: visible + inFlight + delayed };
    }),
  );
  surroundings.terminal.out(
    options.json === true
      ? JSON.stringify(rows)
      : tableText(
          ["dead-letter queue", "of", "failed in", "letters"],
          rows.map(({ queue, subscriber, kind, count }) => [queue, subscriber, kind, numberText(count)]),
        ),
  );
}

/** Groups the letters of a dead-letter queue by cause. They stay where they are. */
export async function showGroups(name: string, options: ReadOptions, surroundings: Surroundings): Promise<void> {
  const { terminal, signal } = surroundings;
  const { cloud, fleet } = connectTo(options, surroundings);
  const target = findDeadLetters(await fleet(), name, options.undelivered === true ? "delivery" : "processing");
  const filter = filterOf(options, { required: false });
  const counts = await countsOf(cloud, target.queue);
  const progress = new Progress(surroundings, "seen", counts.visible + counts.inFlight);
  const survey = await surveyLetters(cloud, target, {
    filter,
    limit: options.limit,
    signal,
    onProgress: (seen) => progress.tell(seen),
  });
  terminal.out(options.json === true ? JSON.stringify(survey) : groupsText(survey));
}

/** Groups for people, with how much of the queue was seen. */
export function groupsText({ groups, seen, approximate, complete, headsOnly }: Omit<Survey, "oldestSentAt">): string {
  const rows = groups.map((group) => [
    group.fingerprint,
    numberText(group.count) + (group.returned > 0 ? ` (${numberText(group.returned)} redriven before)` : ""),
    group.kind === "failure" ? `${group.error}: ${group.message}` : `${group.kind}: ${group.error}`,
    group.frame ?? "",
    Object.keys(group.types).join("\n"),
    new Date(group.lastAt).toISOString(),
  ]);
  const share = complete ? `${numberText(seen)} seen` : `${numberText(seen)} of about ${numberText(approximate)} seen`;
  return [
    ...(rows.length === 0 ? [] : [tableText(["group", "letters", "cause", "at", "events", "last"], rows)]),
    headsOnly ? `${share}: of a FIFO queue, only the first letters of each group can be seen` : share,
  ].join("\n");
}

/** Shows one letter: why it failed, and its body where that is asked for, with sensitive fields masked. */
export async function showLetter(
  name: string,
  id: string,
  options: ReadOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { cloud, fleet } = connectTo(options, surroundings);
  const target = findDeadLetters(await fleet(), name, options.undelivered === true ? "delivery" : "processing");
  const letter = await findLetter(readLetters(cloud, target, { signal: surroundings.signal }), id);
  if (letter === undefined) {
    throw new CliError(`no letter ${id} was seen in ${target.queue.name}: fanfare dlq groups ${name} shows ids`);
  }
  const { messageId, fingerprint, failure, event, group, redrives, receiveCount } = letter;
  const shown = {
    messageId,
    event,
    group,
    fingerprint,
    failedAt: new Date(failedAt(letter)).toISOString(),
    failure,
    redrives,
    receives: receiveCount,
    ...(options.body === true ? { body: masked(letter, target.subscriber) } : {}),
  };
  surroundings.terminal.out(JSON.stringify(shown, undefined, options.json === true ? undefined : 2));
  if (options.body !== true && options.json !== true) {
    surroundings.terminal.out(pc.dim("--body shows the body; sensitive fields stay masked"));
  }
}

/** The first letter with a message id or an event id. */
export async function findLetter(pages: AsyncGenerator<readonly Letter[]>, id: string): Promise<Letter | undefined> {
  for await (const letters of pages) {
    const found = letters.find(({ messageId, event }) => messageId === id || event?.id === id);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** Options of `fanfare dlq export`. */
export interface ExportOptions extends ReadOptions {
  /** A vitest file in place of ndjson. */
  readonly asTest?: boolean | undefined;
  /** A file in place of the output. */
  readonly to?: string | undefined;
  /** What the test deploys: a command, or the folder of a cloud assembly. */
  readonly app?: string | undefined;
}

/** Letters of a test file, unless `--limit` says otherwise. */
const TESTS = 5;

/** Prints letters as ndjson, with sensitive fields masked, or writes a test that delivers them to their handler. */
export async function exportTo(name: string, options: ExportOptions, surroundings: Surroundings): Promise<void> {
  const { cloud, fleet } = connectTo(options, surroundings);
  const target = findDeadLetters(await fleet(), name, options.undelivered === true ? "delivery" : "processing");
  const filter = filterOf(options, { required: false });
  const { signal, terminal } = surroundings;
  const file = options.to === undefined ? undefined : resolve(surroundings.directory, options.to);
  const lines: string[] = [];
  const write = (text: string) => (file === undefined ? terminal.out(text) : lines.push(text));
  if (options.asTest === true) {
    write(await testOf(target, filter, name, options, surroundings));
  } else {
    for await (const line of exportLetters(cloud, target, filter, { limit: options.limit, signal })) {
      write(line);
    }
  }
  if (file !== undefined) {
    writeFileSync(file, `${lines.join("\n").trimEnd()}\n`, { mode: 0o600 });
    terminal.err(`written to ${file}`);
  }
}

async function testOf(
  target: DeadLetterTarget,
  filter: LetterFilter,
  name: string,
  options: ExportOptions,
  { signal, directory, ...surroundings }: Surroundings,
): Promise<string> {
  const { limit = TESTS, app } = options;
  const { cloud } = connectTo(options, { directory });
  const chosen: Letter[] = [];
  for await (const letters of readLetters(cloud, target, { signal })) {
    chosen.push(...letters.filter((letter) => matches(letter, filter)));
    if (chosen.length >= limit) {
      break;
    }
  }
  if (chosen.length === 0) {
    throw new CliError(
      `no such letter was seen in ${target.queue.name}: fanfare dlq groups ${name} shows what is there`,
    );
  }
  surroundings.terminal.err(`${numberText(Math.min(limit, chosen.length))} letters as tests`);
  const isAssembly = app !== undefined && existsSync(resolve(directory, app, "manifest.json"));
  return testFileOf(chosen.slice(0, limit), target.subscriber, {
    command: `fanfare dlq export ${name} --as-test`,
    ...(app === undefined ? {} : { app: isAssembly ? { assembly: app } : { app } }),
  });
}
