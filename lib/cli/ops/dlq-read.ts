import pc from "picocolors";
import {
  countsOf,
  deadLetterTargets,
  exportLetters,
  failedAt,
  findDeadLetters,
  type Letter,
  masked,
  readLetters,
  type Survey,
  surveyLetters,
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
export function groupsText({ groups, seen, approximate, complete, headsOnly }: Survey): string {
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

async function findLetter(pages: AsyncGenerator<readonly Letter[]>, id: string): Promise<Letter | undefined> {
  for await (const letters of pages) {
    const found = letters.find(({ messageId, event }) => messageId === id || event?.id === id);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** Prints letters as ndjson, with sensitive fields masked. */
export async function exportTo(name: string, options: ReadOptions, surroundings: Surroundings): Promise<void> {
  const { cloud, fleet } = connectTo(options, surroundings);
  const target = findDeadLetters(await fleet(), name, options.undelivered === true ? "delivery" : "processing");
  const { limit } = options;
  const { signal } = surroundings;
  for await (const line of exportLetters(cloud, target, filterOf(options, { required: false }), { limit, signal })) {
    surroundings.terminal.out(line);
  }
}
