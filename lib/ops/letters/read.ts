import type { Cloud } from "../cloud/index.ts";
import type { DeadLetterTarget } from "../fleet/index.ts";
import { LetterLease } from "./lease.ts";
import type { Letter } from "./types.ts";

/** How a dead-letter queue is read. */
export interface ReadOptions {
  /** Letters to look at, at most. @default 100,000: SQS lets 120,000 be in flight */
  readonly limit?: number | undefined;
  /** Seconds for which letters stay hidden if this process disappears. @default 300 */
  readonly leaseSeconds?: number | undefined;
  /** Letters that SQS counts: when so many were seen, nobody waits for more. */
  readonly expected?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const MAX_LETTERS = 100_000;
const LEASE_SECONDS = 300;

/** Receives at once on a standard queue. A FIFO queue gives its groups one after the other. */
const LANES = 4;

/** Receives without a new letter after which nothing more is expected; the last ones wait for a second. */
const EMPTY_RECEIVES = 3;

/** Reads letters and gives them all back at the end, however it ends. Each letter is seen once. */
export async function* readLetters(
  cloud: Cloud,
  target: DeadLetterTarget,
  { limit = MAX_LETTERS, leaseSeconds = LEASE_SECONDS, expected = Number.POSITIVE_INFINITY, signal }: ReadOptions = {},
): AsyncGenerator<readonly Letter[]> {
  const lease = new LetterLease(cloud, target, leaseSeconds);
  const seen = new Set<string>();
  const lanes = target.queue.fifo ? 1 : LANES;
  try {
    for (let empty = 0; empty < EMPTY_RECEIVES && seen.size < limit && signal?.aborted !== true; ) {
      const isComplete = seen.size >= expected;
      const wait = empty === 0 || isComplete ? 0 : 1;
      const taken = await Promise.all(Array.from({ length: empty === 0 ? lanes : 1 }, () => lease.take(wait)));
      const letters = taken.flat().filter(({ messageId }) => !seen.has(messageId));
      for (const { messageId } of letters) {
        seen.add(messageId);
      }
      empty = letters.length > 0 ? 0 : isComplete ? EMPTY_RECEIVES : empty + 1;
      if (letters.length > 0) {
        yield letters.slice(0, Math.max(0, limit - (seen.size - letters.length)));
      }
    }
  } finally {
    await lease.giveBack();
  }
}
