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
  /** Milliseconds from now. */
  readonly timeoutMs: number;
  /** Aborted when the handler is to be given up before its deadline. */
  readonly stop: AbortSignal | undefined;
  /** The error of a handler that did not end by its deadline, or by `stop`. */
  readonly late: (reason: "deadline" | "stop") => FanfareError;
}

/** Runs a handler until it ends, or until its deadline: then its signal is aborted. Never throws. */
export function runByDeadline(
  { clock, timeoutMs, stop, late }: Limits,
  run: (signal: AbortSignal) => unknown,
): Promise<HandlerResult> {
  const controller = new AbortController();
  return new Promise((resolve) => {
    const end = (result: HandlerResult) => {
      cancel();
      stop?.removeEventListener("abort", onStop);
      resolve(result);
    };
    const giveUp = (reason: "deadline" | "stop") => {
      const error = late(reason);
      end({ kind: "timedOut", error });
      controller.abort(error);
    };
    const onStop = () => giveUp("stop");
    const cancel = clock.timer(timeoutMs, () => giveUp("deadline"));
    if (stop?.aborted === true) {
      onStop();
    }
    stop?.addEventListener("abort", onStop, { once: true });
    resultOf(() => run(controller.signal)).then(
      () => end({ kind: "returned" }),
      (error: unknown) => end({ kind: "threw", error: thrownValue(error) }),
    );
  });
}

/** What a handler returns, as a promise; what it throws at once is a rejection, too. */
function resultOf(run: () => unknown): Promise<unknown> {
  try {
    return Promise.resolve(run());
  } catch (error) {
    return Promise.reject(error);
  }
}
