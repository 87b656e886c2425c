import { isTransient } from "../aws/index.ts";
import { backoff, type Clock, sleep } from "../clock/index.ts";
import type { RetryEntriesOptions } from "../std/index.ts";

/** Maximum number of calls for one statement, key or transaction. */
const MAX_ATTEMPTS = 5;

/** Milliseconds of the pauses between calls: the first one and the longest one, before jitter. */
const BACKOFF = { base: 25, cap: 800 };

/**
 * How the store retries entries that DynamoDB throttled or did not process. The SDK retries calls that failed as a whole, but
 * not single entries.
 */
export function retriesOf(
  clock: Clock,
  signal: AbortSignal | undefined,
): Pick<RetryEntriesOptions<unknown, unknown>, "maxAttempts" | "isTransient" | "pause"> {
  return {
    maxAttempts: MAX_ATTEMPTS,
    isTransient,
    pause: async (attempt) => {
      await sleep(clock, backoff(clock, attempt, BACKOFF.base, BACKOFF.cap), signal);
      return true;
    },
  };
}
