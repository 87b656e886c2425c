import type { Clock } from "../../clock/index.ts";

/** The part of the stop timeout that is kept for settling what was given up. */
const RESERVE = 0.03;

/** Milliseconds that stopping may always take: in less, nothing could be settled. */
const MIN_STOP_MS = 500;

/** How a poller stops, step by step. */
export class Stopping {
  readonly #receiving = new AbortController();
  readonly #handlers = new AbortController();
  readonly #calls = new AbortController();
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  #cancel = () => {};

  /** @param timeoutMs from the beginning to the end of stopping */
  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Aborted at once: nothing is received or started any more. */
  get receiving(): AbortSignal {
    return this.#receiving.signal;
  }

  /** Aborted when running handlers must end. */
  get handlers(): AbortSignal {
    return this.#handlers.signal;
  }

  /** Aborted at the end of the stop timeout: what still hangs is left behind. */
  get calls(): AbortSignal {
    return this.#calls.signal;
  }

  begin(): void {
    this.#receiving.abort();
    const handlers = this.#clock.timer(this.#timeoutMs * (1 - RESERVE), () => this.#handlers.abort());
    const calls = this.#clock.timer(Math.max(this.#timeoutMs, MIN_STOP_MS), () => this.#calls.abort());
    this.#cancel = () => {
      handlers();
      calls();
    };
  }

  /** Everything has ended. */
  done(): void {
    this.#cancel();
  }

  /** Resolves when the stop timeout is over. */
  async timedOut(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.calls.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}
