import { createHash } from "node:crypto";
import { callEntries, entryResults, isTransient } from "../../aws/index.ts";
import { describeError, FanfareError } from "../../errors/index.ts";
import { chunksOf, retryEntries } from "../../std/index.ts";
import { MAX_BATCH_ENTRIES } from "../../wire/index.ts";
import type { Cloud } from "../cloud/index.ts";
import type { DeadLetterTarget, FleetQueue } from "../fleet/index.ts";
import {
  isEmptyFilter,
  type Letter,
  type LetterFilter,
  LetterLease,
  masked,
  matches,
  type ReadOptions,
  readLetters,
} from "../letters/index.ts";
import { lineOf, readLine } from "./line.ts";
import type { ArchivePlace } from "./place.ts";

/** Long enough to pass 100,000 letters of which few are chosen: what is seen twice is taken for the end. */
const LEASE_SECONDS = 300;

/** Receives at once on a standard queue. */
const LANES = 4;

const EMPTY_RECEIVES = 3;
const MAX_ATTEMPTS = 5;
const PAUSE_MS = 100;

/**
 * Reads letters for people, each as a line of JSON with its reason; sensitive fields are masked. They stay where they are.
 *
 * @param options `limit`: letters that match, at most
 */
export async function* exportLetters(
  cloud: Cloud,
  target: DeadLetterTarget,
  filter: LetterFilter,
  { limit = Number.POSITIVE_INFINITY, ...reading }: ReadOptions = {},
): AsyncGenerator<string> {
  let left = limit;
  for await (const letters of readLetters(cloud, target, reading)) {
    const own = letters.filter((each) => matches(each, filter)).slice(0, left);
    left -= own.length;
    for (const letter of own) {
      const { messageId, fingerprint, failure, group, redrives, sentAt, receiveCount } = letter;
      const body = masked(letter, target.subscriber);
      yield JSON.stringify({ messageId, fingerprint, failure, group, redrives, sentAt, receiveCount, body });
    }
    if (left <= 0) {
      return;
    }
  }
}

/**
 * Moves letters to an archive: stores them, whole, then deletes them. Yields how many were archived so far.
 *
 * @param options `limit`: letters at most; `signal`: ends it, what was archived stays archived
 * @throws FanfareError `ConfigurationInvalid` for an empty filter
 */
export async function* archiveLetters(
  cloud: Cloud,
  target: DeadLetterTarget,
  filter: LetterFilter,
  place: ArchivePlace,
  { limit = Number.POSITIVE_INFINITY, signal }: Pick<ReadOptions, "limit" | "signal"> = {},
): AsyncGenerator<number> {
  if (isEmptyFilter(filter)) {
    throw new FanfareError("ConfigurationInvalid", "the filter is empty", {
      field: "filter",
      remedy: "name groups, events, ids or times, or say all",
    });
  }
  const lease = new LetterLease(cloud, target, LEASE_SECONDS);
  const lanes = target.queue.fifo ? 1 : LANES;
  const seen = new Set<string>();
  let archived = 0;
  try {
    for (let empty = 0; empty < EMPTY_RECEIVES && archived < limit && signal?.aborted !== true; ) {
      const taken = await Promise.all(
        Array.from({ length: empty === 0 ? lanes : 1 }, () => lease.take(empty === 0 ? 0 : 1)),
      );
      const letters = taken.flat().filter(({ messageId }) => !seen.has(messageId));
      empty = letters.length === 0 ? empty + 1 : 0;
      for (const { messageId } of letters) {
        seen.add(messageId);
      }
      const own = letters.filter((letter) => matches(letter, filter)).slice(0, limit - archived);
      if (own.length > 0) {
        await place.write(own.map(lineOf));
        const kept = await lease.delete(own.map(({ messageId }) => messageId));
        archived += own.length - kept.size;
        yield archived;
      }
    }
  } finally {
    await lease.giveBack();
  }
}

/** Which letters of an archive. */
export interface ArchiveChoice {
  /** @default all */
  readonly filter?: LetterFilter | undefined;
  /** Letters at most. @default all that match */
  readonly limit?: number | undefined;
  /** Called with the count of lines that are no letters, such as one that was torn. They are left out. */
  readonly onUnreadable?: ((lines: number) => void) | undefined;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
}

/** The letters of an archive that are chosen, as they were stored. */
export async function* readArchive(
  { kind }: DeadLetterTarget,
  place: ArchivePlace,
  { filter = {}, limit = Number.POSITIVE_INFINITY, onUnreadable, signal }: ArchiveChoice = {},
): AsyncGenerator<readonly Letter[]> {
  let left = limit;
  for await (const lines of place.read()) {
    if (left <= 0 || signal?.aborted === true) {
      return;
    }
    const letters = lines.map((line) => readLine(line, kind)).filter((letter) => letter !== undefined);
    if (letters.length < lines.length) {
      onUnreadable?.(lines.length - letters.length);
    }
    const own = letters.filter((letter) => matches(letter, filter)).slice(0, left);
    left -= own.length;
    yield own;
  }
}

/**
 * Puts archived letters back into a dead-letter queue. Yields how many were restored so far. On FIFO, a letter that is restored twice
 * within five minutes is there once.
 *
 * @throws FanfareError `ConfigurationInvalid` when SQS refuses one
 */
export async function* restoreLetters(
  cloud: Cloud,
  target: DeadLetterTarget,
  place: ArchivePlace,
  choice: ArchiveChoice = {},
): AsyncGenerator<number> {
  let restored = 0;
  for await (const letters of readArchive(target, place, choice)) {
    for (const some of chunksOf(letters, target.queue.fifo ? 1 : MAX_BATCH_ENTRIES)) {
      if (choice.signal?.aborted === true) {
        return;
      }
      await restoreSome(cloud, target.queue, some);
      restored += some.length;
      yield restored;
    }
  }
}

async function restoreSome(cloud: Cloud, queue: FleetQueue, letters: readonly Letter[]): Promise<void> {
  const results = await retryEntries(letters, {
    maxAttempts: MAX_ATTEMPTS,
    isTransient,
    call: (open) =>
      callEntries(open, async (some) => {
        const { sdk, call } = await cloud.sqs();
        const command = new sdk.SendMessageBatchCommand({
          QueueUrl: queue.url,
          Entries: some.map(({ messageId, body, attributes, group }, index) => ({
            Id: String(index),
            MessageBody: body,
            MessageAttributes: { ...attributes },
            ...(group === undefined ? {} : { MessageGroupId: group }),
            ...(queue.fifo
              ? {
                  MessageGroupId: group ?? "restored",
                  MessageDeduplicationId: createHash("sha256").update(`restore:${messageId}`).digest("hex"),
                }
              : {}),
          })),
        });
        return entryResults(some.length, await call((client, options) => client.send(command, options)));
      }),
    pause: async (attempt) => {
      await new Promise((done) => setTimeout(done, PAUSE_MS * attempt));
      return true;
    },
  });
  const failed = results.find((result) => !result.ok);
  if (failed?.ok === false) {
    throw new FanfareError(
      "ConfigurationInvalid",
      `${queue.name} refused a dead letter: ${describeError(failed.error).message}`,
      {
        field: "file",
        remedy: "restore again: dead letters that are there already are not sent twice to a FIFO queue",
        cause: failed.error,
      },
    );
  }
}
