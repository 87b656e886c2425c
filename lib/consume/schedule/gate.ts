import type { Clock } from "../../clock/index.ts";
import { circuitOpen, type Delivery, type Invocation, outOfTime, type Retry } from "../record/index.ts";

/** What deciding on a start needs to know of the consumer. */
export interface GateSettings {
  readonly clock: Clock;
  /** Milliseconds that must be left for a handler to be started. */
  readonly minStartMs: number;
  /** The circuit breaker, where there is one. */
  readonly breaker: { openNow(): { readonly until: number } | undefined } | undefined;
}

/** Decides whether a handler may still be started. */
export class Gate {
  readonly #settings: GateSettings;
  readonly #invocation: Invocation;

  constructor(settings: GateSettings, invocation: Invocation) {
    this.#settings = settings;
    this.#invocation = invocation;
  }

  /**
   * Why no handler may be started now, as the outcome that follows from it; `undefined` when one may.
   *
   * @param delivery the delivery whose handler is to be started; without it, for any
   */
  closed(delivery?: Delivery): Retry | undefined {
    const { clock, minStartMs, breaker } = this.#settings;
    const { deadline, hold, stopping } = this.#invocation;
    if (stopping?.aborted === true || clock.now() + minStartMs > deadline) {
      return outOfTime();
    }
    const lost = delivery && hold?.lost(delivery);
    if (lost?.aborted) {
      // Another worker may have the message by now.
      return { kind: "retry", cause: "deadline", error: lost.reason };
    }
    const pause = breaker?.openNow();
    return pause === undefined ? undefined : circuitOpen(pause.until);
  }
}
