import { callEntries, entryResults, isTransient } from "../../aws/index.ts";
import { describeError, FanfareError } from "../../errors/index.ts";
import { retryEntries } from "../../std/index.ts";
import { type ArchivePlace, lineOf } from "../archive/index.ts";
import type { Cloud } from "../cloud/index.ts";
import type { DeadLetterTarget } from "../fleet/index.ts";
import { type Letter, LetterLease } from "../letters/index.ts";
import { attributesOfCorrection, type Correction } from "./corrected.ts";

/** Seconds for which the original is hidden while its copy is sent. */
const LEASE_SECONDS = 60;

/** Receives without the letter after which it counts as gone; each of the last waits for a second. */
const EMPTY_RECEIVES = 3;

const MAX_ATTEMPTS = 5;
const PAUSE_MS = 100;

/**
 * Sends a corrected event to the subscriber's queue in place of a letter. The original is stored in the archive first, and deleted only
 * when the copy was taken: a crash leaves both, under different ids, or the original alone.
 *
 * @throws FanfareError `ConfigurationInvalid` when the letter is gone, or the queue refuses the copy
 */
export async function resendCorrected(
  cloud: Cloud,
  from: DeadLetterTarget,
  original: Letter,
  correction: Correction,
  place: ArchivePlace,
): Promise<void> {
  const lease = new LetterLease(cloud, from, LEASE_SECONDS);
  try {
    const letter = await takeAgain(lease, original);
    await place.write([lineOf(letter)]);
    await send(cloud, from, letter, correction);
    const kept = await lease.delete([letter.messageId]);
    if (kept.size > 0) {
      throw new FanfareError(
        "ConfigurationInvalid",
        `the copy was sent, but ${letter.messageId} could not be deleted`,
        {
          field: "id",
          remedy: `purge it: fanfare dlq purge ${from.queue.name} --id ${letter.messageId}`,
        },
      );
    }
  } finally {
    await lease.giveBack();
  }
}

/** What a journal of writes says of a correction. @param archive where the original is stored */
export function correctionNote(
  { queue, subscriber }: DeadLetterTarget,
  { messageId, event }: Letter,
  { id }: Correction,
  archive: string,
): Readonly<Record<string, unknown>> {
  return { what: "edit", queue: queue.arn, to: subscriber.queue.arn, messageId, event: event?.id, copy: id, archive };
}

async function takeAgain(lease: LetterLease, { messageId }: Letter): Promise<Letter> {
  const seen = new Set<string>();
  for (let empty = 0; empty < EMPTY_RECEIVES; ) {
    const letters = await lease.take(empty === 0 ? 0 : 1);
    const found = letters.find((letter) => letter.messageId === messageId);
    if (found !== undefined) {
      return found;
    }
    empty = letters.some((letter) => !seen.has(letter.messageId)) ? 0 : empty + 1;
    for (const letter of letters) {
      seen.add(letter.messageId);
    }
  }
  throw new FanfareError("ConfigurationInvalid", `the dead letter ${messageId} is not in the queue any more`, {
    field: "id",
    remedy: "it was redriven, has expired, or another person is looking at it: try again",
  });
}

async function send(
  cloud: Cloud,
  { subscriber }: DeadLetterTarget,
  letter: Letter,
  correction: Correction,
): Promise<void> {
  const { queue } = subscriber;
  const [result] = await retryEntries([correction], {
    maxAttempts: MAX_ATTEMPTS,
    isTransient,
    call: (open) =>
      callEntries(open, async (some) => {
        const { sdk, call } = await cloud.sqs();
        const command = new sdk.SendMessageBatchCommand({
          QueueUrl: queue.url,
          Entries: some.map(({ id, body }, index) => ({
            Id: String(index),
            MessageBody: body,
            MessageAttributes: { ...attributesOfCorrection(letter) },
            ...(letter.group === undefined ? {} : { MessageGroupId: letter.group }),
            ...(queue.fifo ? { MessageGroupId: letter.group ?? "corrected", MessageDeduplicationId: id } : {}),
          })),
        });
        return entryResults(some.length, await call((client, options) => client.send(command, options)));
      }),
    pause: async (attempt) => {
      await new Promise((done) => setTimeout(done, PAUSE_MS * attempt));
      return true;
    },
  });
  if (result?.ok !== true) {
    const why = describeError(result?.error).message;
    throw new FanfareError("ConfigurationInvalid", `${queue.name} refused the copy: ${why}. The original stays`, {
      field: "body",
      remedy: "correct the message, and send it again",
      cause: result?.error,
    });
  }
}
