import type { Clock } from "../clock/index.ts";

/** Who waits for an {@link Alarm}. */
export interface Waiter {
  ring(): void;
}

/** One timer for everybody who waits for the same moment; there is none while nobody waits. */
export class Alarm {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiter>();
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, at: number) {
    this.#clock = clock;
    this.at = at;
  }

  /** Rings once at the moment, or soon if it is past, unless {@link Alarm.remove} comes first. */
  add(waiter: Waiter): void {
    this.#waiting.add(waiter);
    this.#cancel ??= this.#clock.timer(Math.max(0, this.at - this.#clock.now()), () => this.#ring());
  }

  remove(waiter: Waiter): void {
    this.#waiting.delete(waiter);
    if (this.#waiting.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #ring(): void {
    this.#cancel = undefined;
    const due = [...this.#waiting];
    this.#waiting.clear();
    for (const waiter of due) waiter.ring();
  }
}
