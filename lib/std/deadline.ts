/** The part of a clock that a deadline needs. */
export interface DeadlineClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls back once after `ms` milliseconds; the returned function cancels it. */
  timer(ms: number, callback: () => void): () => void;
}

/** The longest timer that Node has, in milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs something that must end by a deadline. At the deadline its signal is aborted; a run that ignores the signal is abandoned.
 *
 * @param at the deadline, in milliseconds since the Unix epoch
 * @param late makes the error that is thrown at the deadline, and with which the signal is aborted
 * @param outer aborts the run's signal as well, without abandoning the run
 */
export async function withDeadline<Result>(
  clock: DeadlineClock,
  at: number,
  late: () => Error,
  run: (signal: AbortSignal) => Promise<Result>,
  outer?: AbortSignal,
): Promise<Result> {
  const controller = new AbortController();
  const onAbort = () => controller.abort(outer?.reason);
  const { promise: expired, reject } = Promise.withResolvers<never>();
  let ended = false;
  let cancel = () => {};
  const wait = () => {
    cancel = clock.timer(Math.min(MAX_TIMER_MS, Math.max(0, at - clock.now())), () => {
      if (ended) {
        return;
      }
      if (clock.now() < at) {
        // Timers may fire early: Node's by a millisecond, and one of more than 24 days takes several.
        wait();
        return;
      }
      const error = late();
      reject(error);
      controller.abort(error);
    });
  };
  wait();
  outer?.addEventListener("abort", onAbort, { once: true });
  if (outer?.aborted === true) {
    onAbort();
  }
  try {
    return await Promise.race([run(controller.signal), expired]);
  } finally {
    ended = true;
    cancel();
    outer?.removeEventListener("abort", onAbort);
  }
}
