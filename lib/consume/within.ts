import type { Clock } from "../clock/index.ts";
import { FanfareError } from "../errors/index.ts";
import type { Invocation } from "./invocation.ts";

/**
 * Runs something that must be over by a time. Then its signal is aborted, and what does not listen to that is left behind.
 *
 * @param at milliseconds since the epoch
 * @throws FanfareError `DeadlineTooClose` when it was not over by then
 */
export async function within<Result>(
  clock: Clock,
  at: number,
  what: string,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let cancel = () => {};
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.timer(Math.max(0, at - clock.now()), () => {
      const error = new FanfareError("DeadlineTooClose", `${what} did not end in the invocation's time`);
      reject(error);
      controller.abort(error);
    });
  });
  try {
    return await Promise.race([run(controller.signal), late]);
  } finally {
    cancel();
  }
}

/** Milliseconds that one call to the store or to SQS may take with its retries, however much time is left. */
const MAX_CALL_MS = 10_000;

/** When a claim must be made: when handlers must be done, or sooner. */
export function claimBy(invocation: Invocation, clock: Clock): number {
  return Math.min(invocation.deadline, clock.now() + MAX_CALL_MS);
}

/** When a completion, a release or a dead-lettering must be over: half of what is left is kept for what follows it. */
export function settleBy(invocation: Invocation, clock: Clock): number {
  return part(invocation, clock, 0.5);
}

/** When the last call of an invocation must be over, so that the answer arrives. */
export function answerBy(invocation: Invocation, clock: Clock): number {
  return part(invocation, clock, 0.9);
}

function part(invocation: Invocation, clock: Clock, share: number): number {
  const now = clock.now();
  return now + Math.min(MAX_CALL_MS, Math.max(0, invocation.endsAt - now) * share);
}
