import type { Clock } from "../../clock/index.ts";
import type { FanfareError } from "../../errors/index.ts";
import { thrownValue } from "./thrown.ts";

/** How a handler ended. */
export type HandlerResult =
  | { readonly kind: "returned" }
  | { readonly kind: "threw"; readonly error: unknown }
  /** It may still be running: its claim must stay, or another worker would run beside it. */
  | { readonly kind: "timedOut"; readonly error: FanfareError };

/** The time that a handler has. */
export interface Limits {
  /** Milliseconds since the Unix epoch. */
  readonly deadline: number;
  /** The error of a handler that did not end by its deadline, or before the poller had to stop. */
  readonly late: (reason: "deadline" | "stop") => FanfareError;
  /** Aborts the handler's signal without giving the handler up: its message may be received by another worker. */
  readonly lost?: AbortSignal | undefined;
  /** Called when the handler has really ended, also after it was given up. */
  readonly onEnded?: (() => void) | undefined;
}

/** The handlers of one invocation that are running. Each is given up at its deadline, and all of them when the poller has to stop. */
export class RunningHandlers {
  readonly #clock: Clock;
  readonly #stop: AbortSignal | undefined;
  readonly #running = new Set<HandlerRun>();
  /** One timer for all of them, at the earliest deadline. */
  #timer: { readonly at: number; readonly cancel: () => void } | undefined;

  /** @param stop aborted when running handlers must be given up */
  constructor(clock: Clock, stop: AbortSignal | undefined) {
    this.#clock = clock;
    this.#stop = stop;
  }

  /** Runs a handler until it ends or is given up: then its signal is aborted. Never throws. */
  run(limits: Limits, call: (run: HandlerRun) => unknown): Promise<HandlerResult> {
    return new Promise((resolve) => {
      const run = new HandlerRun(limits, resolve);
      const { lost, onEnded } = limits;
      this.#add(run);
      lost?.addEventListener("abort", () => run.abort(lost.reason), { once: true });
      resultOf(call, run).then(
        () => {
          this.#end(run, { kind: "returned" });
          onEnded?.();
        },
        (error: unknown) => {
          this.#end(run, { kind: "threw", error: thrownValue(error) });
          onEnded?.();
        },
      );
    });
  }

  #add(run: HandlerRun): void {
    if (this.#running.size === 0) {
      this.#stop?.addEventListener("abort", this.#onStop);
    }
    this.#running.add(run);
    this.#setTimer(run.limits.deadline);
    if (this.#stop?.aborted === true) {
      this.#giveUp(run, "stop");
    }
  }

  #end(run: HandlerRun, result: HandlerResult): void {
    run.resolve(result);
    this.#running.delete(run);
    if (this.#running.size === 0) {
      this.#stop?.removeEventListener("abort", this.#onStop);
      this.#timer?.cancel();
      this.#timer = undefined;
    }
  }

  #giveUp(run: HandlerRun, reason: "deadline" | "stop"): void {
    const error = run.limits.late(reason);
    this.#end(run, { kind: "timedOut", error });
    run.abort(error);
  }

  readonly #onStop = () => {
    for (const run of [...this.#running]) {
      this.#giveUp(run, "stop");
    }
  };

  #setTimer(at: number): void {
    if (this.#timer === undefined || at < this.#timer.at) {
      this.#timer?.cancel();
      this.#timer = { at, cancel: this.#clock.timer(Math.max(0, at - this.#clock.now()), this.#onTimer) };
    }
  }

  readonly #onTimer = () => {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (const run of [...this.#running].filter(({ limits }) => limits.deadline <= now)) {
      this.#giveUp(run, "deadline");
    }
    for (const { limits } of this.#running) {
      this.#setTimer(limits.deadline);
    }
  };
}

/** One call of a handler. */
export class HandlerRun {
  readonly limits: Limits;
  readonly resolve: (result: HandlerResult) => void;
  readonly #controller = new AbortController();

  constructor(limits: Limits, resolve: (result: HandlerResult) => void) {
    this.limits = limits;
    this.resolve = resolve;
  }

  /** Aborted when the handler is given up. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }
}

/** What a handler returns, as a promise; what it throws at once is a rejection, too. */
function resultOf(call: (run: HandlerRun) => unknown, run: HandlerRun): Promise<unknown> {
  try {
    return Promise.resolve(call(run));
  } catch (error) {
    return Promise.reject(error);
  }
}
