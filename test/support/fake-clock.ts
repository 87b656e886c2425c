import type { Clock } from "../../lib/clock/index.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** How often the event loop turns before everything that was started counts as done: promises, and callbacks of the runtime. */
const TURNS = 5;

/** A clock that stands still until a test moves it. Timers run in the order of their time, then of their making. */
export class FakeClock implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Map<number, Timer>();
  #nextTurn: (() => void)[] = [];
  /** What `random` answers. */
  chance = 0.5;

  constructor(start = Date.UTC(2026, 10, 21, 12)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.chance;
  }

  timer(ms: number, callback: () => void): () => void {
    const order = this.#order++;
    this.#timers.set(order, { at: this.#now + Math.max(0, ms), order, callback });
    return () => {
      this.#timers.delete(order);
    };
  }

  nextTurn(callback: () => void): void {
    this.#nextTurn.push(callback);
  }

  /** Timers that are set. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer, or `undefined`. */
  get nextTimerIn(): number | undefined {
    const next = this.#next();
    return next === undefined ? undefined : next.at - this.#now;
  }

  /** Runs what is due and lets promises settle, without moving time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#nextTurn.length > 0) {
        for (const callback of this.#nextTurn.splice(0)) {
          callback();
        }
        turn = -1;
      }
    }
  }

  /** Moves time on, stopping at every timer on the way. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await this.settle();
    for (let next = this.#next(); next !== undefined && next.at <= until; next = this.#next()) {
      this.#now = Math.max(this.#now, next.at);
      this.#timers.delete(next.order);
      next.callback();
      await this.settle();
    }
    this.#now = until;
  }

  /** Moves on from timer to timer until the condition holds. @throws when no timer is left or too many have run. */
  async runUntil(what: string, condition: () => boolean, maxTimers = 1_000): Promise<void> {
    await this.settle();
    for (let ran = 0; !condition(); ran++) {
      const next = this.#next();
      if (next === undefined || ran === maxTimers) {
        throw new Error(`${what} did not happen in ${ran} timers`);
      }
      await this.advance(Math.max(0, next.at - this.#now));
    }
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (next === undefined || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) {
        next = timer;
      }
    }
    return next;
  }
}

/** A {@link FakeClock} on which time stands still, but the event loop turns. */
export class TurningClock extends FakeClock {
  override nextTurn(callback: () => void): void {
    setImmediate(callback);
  }
}
