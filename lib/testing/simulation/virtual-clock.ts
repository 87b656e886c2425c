import type { Clock } from "../../clock/index.ts";
import { IndexedHeap } from "../../std/index.ts";
import type { Random } from "./random.ts";

interface Entry {
  readonly at: number;
  /** Drawn from the seed: which of several callbacks due at one time runs first. */
  readonly rank: number;
  readonly callback: () => void;
}

/**
 * Time that passes only when nothing is left to do at the current moment. Callbacks that are due at the same time run in an order
 * drawn from the seed, so that one seed is one interleaving.
 */
export class VirtualClock implements Clock {
  readonly #random: Random;
  readonly #timers = new IndexedHeap<Entry>((left, right) => left.at - right.at || left.rank - right.rank);
  #now: number;
  #steps = 0;

  /** @param start milliseconds since the Unix epoch */
  constructor(start: number, random: Random) {
    this.#now = start;
    this.#random = random;
  }

  /** How many callbacks have run. */
  get steps(): number {
    return this.#steps;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.#random.next();
  }

  timer(ms: number, callback: () => void): () => void {
    const entry: Entry = { at: this.#now + Math.max(0, ms), rank: this.#random.next(), callback };
    this.#timers.push(entry);
    return () => {
      this.#timers.remove(entry);
    };
  }

  nextTurn(callback: () => void): void {
    this.timer(0, callback);
  }

  /**
   * Runs until no timer is left, `until` returns true, or the time `horizon` is reached.
   *
   * Between two callbacks all promises settle: a tick of Node.js runs only when no promise continuation is left.
   */
  async run(until: () => boolean, horizon: number): Promise<void> {
    await settle();
    while (!until()) {
      const next = this.#timers.peek();
      if (next === undefined || next.at > horizon) {
        return;
      }
      this.#timers.remove(next);
      this.#now = Math.max(this.#now, next.at);
      this.#steps += 1;
      next.callback();
      await settle();
    }
  }
}

/** Resolves when every promise that can settle has settled. Cheaper than a turn of the event loop. */
function settle(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
