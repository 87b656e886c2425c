import { callEntries, entryResults, isTransient } from "../../aws/index.ts";
import { FAILURE_ATTRIBUTE, MAX_MESSAGE_ATTRIBUTES } from "../../names/index.ts";
import { type EntryResult, retryEntries } from "../../std/index.ts";
import type { Cloud } from "../cloud/index.ts";
import type { FleetQueue } from "../fleet/index.ts";
import { type Letter, type LetterAttribute, withRedrive } from "../letters/index.ts";

/** Calls per letter at most, and the pause between them in milliseconds. */
const MAX_ATTEMPTS = 5;
const PAUSE_MS = 100;

/** A message that is to be sent. */
export interface Outgoing {
  readonly letter: Letter;
  readonly deduplicationId: string;
}

/** Sends letters to a queue: on FIFO in their order, and nothing of a group after one that was refused. Never throws. */
export async function sendLetters(
  cloud: Cloud,
  to: FleetQueue,
  letters: readonly Outgoing[],
): Promise<readonly EntryResult<unknown>[]> {
  const results = new Map<Outgoing, EntryResult<unknown>>();
  for (const round of to.fifo ? roundsOf(letters) : [letters]) {
    const open = round.filter(({ letter }) => !hasFailed(results, letter.group));
    const sent = await sendRound(cloud, to, open);
    for (const [index, outgoing] of open.entries()) {
      results.set(outgoing, sent[index] ?? AFTER_FAILURE);
    }
  }
  return letters.map((outgoing) => results.get(outgoing) ?? AFTER_FAILURE);

  function hasFailed(known: ReadonlyMap<Outgoing, EntryResult<unknown>>, group: string | undefined): boolean {
    return to.fifo && [...known].some(([each, result]) => each.letter.group === group && !result.ok);
  }
}

const AFTER_FAILURE: EntryResult<never> = {
  ok: false,
  error: new Error("an earlier dead letter of its group was refused"),
};

/** One letter of each group per call: SQS may take the second of two and refuse the first. */
function roundsOf(letters: readonly Outgoing[]): readonly (readonly Outgoing[])[] {
  const rounds: Outgoing[][] = [];
  const counts = new Map<string | undefined, number>();
  for (const outgoing of letters) {
    const place = counts.get(outgoing.letter.group) ?? 0;
    counts.set(outgoing.letter.group, place + 1);
    rounds[place] = [...(rounds[place] ?? []), outgoing];
  }
  return rounds;
}

function sendRound(
  cloud: Cloud,
  to: FleetQueue,
  letters: readonly Outgoing[],
): Promise<readonly EntryResult<unknown>[]> {
  return retryEntries(letters, {
    maxAttempts: MAX_ATTEMPTS,
    isTransient,
    call: (open) => callEntries(open, (some) => sendBatch(cloud, to, some)),
    pause: async (attempt) => {
      await new Promise((done) => setTimeout(done, PAUSE_MS * attempt));
      return true;
    },
  });
}

async function sendBatch(
  cloud: Cloud,
  to: FleetQueue,
  letters: readonly Outgoing[],
): Promise<readonly EntryResult<unknown>[]> {
  const { sdk, call } = await cloud.sqs();
  const command = new sdk.SendMessageBatchCommand({
    QueueUrl: to.url,
    Entries: letters.map(({ letter, deduplicationId }, index) => ({
      Id: String(index),
      MessageBody: letter.body,
      MessageAttributes: redriven(letter.attributes),
      ...(letter.group === undefined ? {} : { MessageGroupId: letter.group }),
      ...(to.fifo ? { MessageDeduplicationId: deduplicationId, MessageGroupId: letter.group ?? "redriven" } : {}),
    })),
  });
  return entryResults(letters.length, await call((client, options) => client.send(command, options)));
}

/** The letter's own attributes, and how often it was redriven, if there is room for it. The reason stays: an at-most-once consumer needs its claim. */
function redriven(attributes: Readonly<Record<string, LetterAttribute>>): Record<string, LetterAttribute> {
  const marked = {
    ...attributes,
    [FAILURE_ATTRIBUTE]: { DataType: "String", StringValue: withRedrive(attributes[FAILURE_ATTRIBUTE]?.StringValue) },
  };
  return Object.keys(marked).length <= MAX_MESSAGE_ATTRIBUTES ? marked : { ...attributes };
}
