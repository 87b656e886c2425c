import type { Clock } from "../../clock/index.ts";
import type { FanfareError } from "../../errors/index.ts";
import { thrownValue } from "./thrown.ts";

/** How a handler ended. */
export type HandlerResult =
  | { readonly kind: "returned" }
  | { readonly kind: "threw"; readonly error: unknown }
  /** It may still be running: its claim must stay, or another worker would run beside it. */
  | { readonly kind: "timedOut"; readonly error: FanfareError };

/** The time that a handler has, and what else ends it. */
export interface Limits {
  readonly clock: Clock;
  /** Milliseconds since the Unix epoch. */
  readonly deadline: number;
  /** Aborted when the handler is to be given up before its deadline. */
  readonly stop: AbortSignal | undefined;
  /** The error of a handler that did not end by its deadline, or by `stop`. */
  readonly late: (reason: "deadline" | "stop") => FanfareError;
}

/** Runs a handler until it ends, or until its deadline: then its signal is aborted. Never throws. */
export async function runByDeadline(
  { clock, deadline, stop, late }: Limits,
  run: (signal: AbortSignal) => unknown,
): Promise<HandlerResult> {
  const controller = new AbortController();
  const { promise: givenUp, resolve } = Promise.withResolvers<HandlerResult>();
  const giveUp = (reason: "deadline" | "stop") => {
    const error = late(reason);
    resolve({ kind: "timedOut", error });
    controller.abort(error);
  };
  const cancel = clock.timer(Math.max(0, deadline - clock.now()), () => giveUp("deadline"));
  const onStop = () => giveUp("stop");
  stop?.addEventListener("abort", onStop, { once: true });
  try {
    return await Promise.race([resultOf(run, controller.signal), givenUp]);
  } finally {
    cancel();
    stop?.removeEventListener("abort", onStop);
  }
}

async function resultOf(run: (signal: AbortSignal) => unknown, signal: AbortSignal): Promise<HandlerResult> {
  try {
    await run(signal);
    return { kind: "returned" };
  } catch (error) {
    return { kind: "threw", error: thrownValue(error) };
  }
}
