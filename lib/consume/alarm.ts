import type { Clock } from "../clock/index.ts";

/** Who waits for an {@link Alarm}. An alarm links its waiters itself: a set would hash each of a thousand records twice. */
export abstract class Waiter {
  /** Neighbours in the alarm's list; only the alarm looks at them. */
  before: Waiter | undefined = undefined;
  after: Waiter | undefined = undefined;
  waiting = false;

  abstract ring(): void;
}

/** One timer for everybody who waits for the same moment; there is none while nobody waits. */
export class Alarm {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Milliseconds until then, 0 when it is past. A function that need not be called on the alarm: handlers get it as it is. */
  readonly remainingMs: () => number;
  readonly #clock: Clock;
  #first: Waiter | undefined;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, at: number) {
    this.#clock = clock;
    this.at = at;
    this.remainingMs = () => Math.max(0, at - clock.now());
  }

  /**
   * Rings once at the moment, or soon if it is past, unless {@link Alarm.remove} comes first.
   *
   * @param now milliseconds since the epoch
   */
  add(waiter: Waiter, now: number): void {
    waiter.waiting = true;
    waiter.after = this.#first;
    if (this.#first !== undefined) this.#first.before = waiter;
    this.#first = waiter;
    this.#cancel ??= this.#clock.timer(Math.max(0, this.at - now), () => this.#ring());
  }

  /** Does nothing for one that does not wait. */
  remove(waiter: Waiter): void {
    if (!waiter.waiting) return;
    waiter.waiting = false;
    const { before, after } = waiter;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after !== undefined) after.before = before;
    waiter.before = undefined;
    waiter.after = undefined;
    if (this.#first !== undefined) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #ring(): void {
    this.#cancel = undefined;
    const due: Waiter[] = [];
    for (let waiter = this.#first; waiter !== undefined; waiter = waiter.after) due.push(waiter);
    this.#first = undefined;
    for (const waiter of due) {
      waiter.waiting = false;
      waiter.before = undefined;
      waiter.after = undefined;
    }
    for (const waiter of due.reverse()) waiter.ring();
  }
}
