/**
 * Time and randomness of the runtime. Publisher and consumer use no other source of either, so that the simulator can run them
 * on virtual time and replay a run from its seed.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** A number in [0, 1), for jitter. */
  random(): number;
  /** Calls back once after `ms` milliseconds; the returned function cancels it. */
  timer(ms: number, callback: () => void): () => void;
  /** Calls back once, after the current turn of the event loop has run. */
  nextTurn(callback: () => void): void;
}

/** The system's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  timer: (ms, callback) => {
    const handle = setTimeout(callback, ms);
    return () => clearTimeout(handle);
  },
  nextTurn: (callback) => {
    setImmediate(callback);
  },
};

/** Resolves after the current turn of the event loop has run: what it sends is on its way then. */
export function nextTurn(clock: Clock): Promise<void> {
  return new Promise((resolve) => clock.nextTurn(resolve));
}

/** Resolves after `ms` milliseconds. Rejects with the signal's reason when the signal is aborted. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.timer(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/**
 * Exponential backoff with full jitter: a random share of `base * 2^(attempt - 1)`, at most of `cap`, in their unit.
 * Source: AWS Builders' Library, "Timeouts, retries, and backoff with jitter".
 *
 * @param attempt 1 for the first
 */
export function backoff(clock: Clock, attempt: number, base: number, cap: number): number {
  return clock.random() * Math.min(cap, base * 2 ** Math.min(attempt - 1, 30));
}
