import pc from "picocolors";
import {
  type Cloud,
  countsOf,
  type DeadLetterTarget,
  deadLetterTargets,
  failedAt,
  type Letter,
  mapLimited,
  masked,
  readLetters,
  type Survey,
  surveyLetters,
  unlessDeleted,
} from "../../ops/index.ts";
import { CliError } from "../cli-error.ts";
import { connectTo } from "./connect.ts";
import { type FilterOptions, filterOf } from "./filter.ts";
import { deadLettersNamed } from "./named.ts";
import { Progress, waitingFor } from "./progress.ts";
import type { PlaceOptions, Surroundings } from "./surroundings.ts";
import { tableText } from "./table.ts";
import { numberText } from "./text.ts";

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
  const targets = deadLetterTargets(await fleet());
  const counted = await waitingFor(surroundings, "counting dead letters", () =>
    mapLimited(targets, ({ subscriber, queue, kind }) =>
      unlessDeleted(async () => {
        const { visible, inFlight, delayed } = await countsOf(cloud, queue);
        return { queue: queue.name, subscriber: subscriber.name, kind, count: visible + inFlight + delayed };
      }),
    ),
  );
  const rows = counted.filter((row) => row !== undefined);
  if (rows.length === 0 && options.json !== true) {
    surroundings.terminal.out("no dead-letter queues here");
    return;
  }
  surroundings.terminal.out(
    options.json === true
      ? JSON.stringify(rows)
      : tableText(
          ["dead-letter queue", "of", "failed in", "dead letters"],
          rows.map(({ queue, subscriber, kind, count }) => [queue, subscriber, kind, numberText(count)]),
          surroundings.terminal.columns,
        ),
  );
}

/** Groups the letters of a dead-letter queue by cause. They stay where they are. */
export async function showGroups(name: string, options: ReadOptions, surroundings: Surroundings): Promise<void> {
  const { terminal, signal } = surroundings;
  const filter = filterOf(options, { required: false });
  const connection = connectTo(options, surroundings);
  const { cloud } = connection;
  const target = await deadLettersNamed(connection, name, options);
  const counts = await countsOf(cloud, target.queue);
  const progress = new Progress(surroundings, "seen", counts.visible + counts.inFlight);
  const survey = await surveyLetters(cloud, target, {
    filter,
    limit: options.limit,
    signal,
    onProgress: (seen) => progress.tell(seen),
  });
  terminal.out(options.json === true ? JSON.stringify(survey) : groupsText(survey, terminal.columns));
}

/** Groups for people, with how much of the queue was seen. */
export function groupsText(
  { groups, seen, approximate, complete, headsOnly }: Omit<Survey, "oldestSentAt">,
  columns: number | undefined,
): string {
  const rows = groups.map((group) => [
    group.fingerprint,
    numberText(group.count) + (group.returned > 0 ? ` (${numberText(group.returned)} redriven before)` : ""),
    group.kind === "failure" ? `${group.error}: ${group.message}` : `${group.kind}: ${group.error}`,
    group.frame ?? "",
    Object.keys(group.types).join("\n"),
    new Date(group.lastAt).toISOString(),
    group.samples[0] ?? "",
  ]);
  if (complete && seen === 0) {
    return "no dead letters";
  }
  const share = complete ? `${numberText(seen)} seen` : `${numberText(seen)} of about ${numberText(approximate)} seen`;
  return [
    ...(rows.length === 0
      ? []
      : [tableText(["group", "dead letters", "cause", "at", "events", "last", "one of them"], rows, columns)]),
    headsOnly ? `${share}: of a FIFO queue, only the first dead letters of each group can be seen` : share,
  ].join("\n");
}

/** Shows one letter: why it failed, and its body where that is asked for, with sensitive fields masked. */
export async function showLetter(
  name: string,
  id: string,
  options: ReadOptions,
  surroundings: Surroundings,
): Promise<void> {
  const connection = connectTo(options, surroundings);
  const target = await deadLettersNamed(connection, name, options);
  const letter = await findLetter(connection.cloud, target, id, surroundings);
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

/** The first letter with a message id or an event id. @throws CliError where none was seen */
export async function findLetter(
  cloud: Cloud,
  target: DeadLetterTarget,
  id: string,
  surroundings: Pick<Surroundings, "terminal" | "signal">,
): Promise<Letter> {
  const { signal } = surroundings;
  return await waitingFor(surroundings, `looking for ${id}`, async () => {
    for await (const letters of readLetters(cloud, target, { signal })) {
      const found = letters.find(({ messageId, event }) => messageId === id || event?.id === id);
      if (found !== undefined) {
        return found;
      }
    }
    signal.throwIfAborted();
    throw new CliError(
      `no dead letter ${id} was seen in ${target.queue.name}: fanfare dlq export ${target.queue.name} shows ids`,
    );
  });
}
