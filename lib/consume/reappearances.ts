import type { Clock } from "../clock/index.ts";
import type { Incoming } from "./incoming.ts";

/** A record that has to come again, and in how many seconds. */
export interface Reappearance {
  readonly incoming: Incoming;
  readonly seconds: number;
}

/**
 * Sets when the records of an invocation come again: for all of them at its end, in as few calls as there can be; for those whose
 * claims are still being released beside that, if they stay away for long enough.
 */
export class Reappearances {
  readonly #clock: Clock;
  readonly #set: (entries: readonly Reappearance[]) => Promise<void>;
  readonly #planned = new Map<Incoming, number>();
  /** What has been asked for. */
  readonly #asked = new Map<Incoming, number>();
  readonly #calls: Promise<void>[] = [];

  /** @param set sets them, and does not throw */
  constructor(clock: Clock, set: (entries: readonly Reappearance[]) => Promise<void>) {
    this.#clock = clock;
    this.#set = set;
  }

  /** A record is to come again in that many seconds, but its claim is not released yet. */
  plan(incoming: Incoming, seconds: number): void {
    this.#planned.set(incoming, seconds);
  }

  /** All handlers have ended: what is planned in this turn of the event loop is asked for. */
  hurry(): void {
    this.#clock.nextTurn(() => this.#ask(this.#planned.keys()));
  }

  /** All fates are noted: asks for what is open or has changed. Resolves when everything is answered; nothing to wait for is `undefined`. */
  settle(incomings: readonly Incoming[]): Promise<unknown> | undefined {
    this.#ask(incomings);
    return this.#calls.length === 0 ? undefined : Promise.all(this.#calls);
  }

  #ask(incomings: Iterable<Incoming>): void {
    const entries: Reappearance[] = [];
    for (const incoming of incomings) {
      const seconds = this.#secondsOf(incoming);
      if (seconds === undefined || this.#asked.get(incoming) === seconds) continue;
      this.#asked.set(incoming, seconds);
      entries.push({ incoming, seconds });
    }
    if (entries.length > 0) this.#calls.push(this.#set(entries));
  }

  /** `undefined` for what does not come again, or not yet for certain, or by itself. */
  #secondsOf(incoming: Incoming): number | undefined {
    const { fate } = incoming;
    if (fate !== undefined) return fate.kind === "retry" ? fate.afterSeconds : undefined;
    const seconds = this.#planned.get(incoming) ?? 0;
    // In a second its claim is released. Sooner it could find its own claim, and would have come for nothing.
    return seconds >= 1 ? seconds : undefined;
  }
}
