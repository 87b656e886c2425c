import type { Clock } from "../../clock/index.ts";
import type { Random } from "./random.ts";

interface Entry {
  readonly at: number;
  /** Drawn from the seed: which of several callbacks due at one time runs first. */
  readonly rank: number;
  callback: (() => void) | undefined;
}

/**
 * Time that passes only when nothing is left to do at the current moment. Callbacks that are due at the same time run in an order
 * drawn from the seed, so that one seed is one interleaving.
 */
export class VirtualClock implements Clock {
  readonly #random: Random;
  readonly #heap: Entry[] = [];
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
    this.#push(entry);
    return () => {
      entry.callback = undefined;
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
      if ((this.#heap[0]?.at ?? Number.POSITIVE_INFINITY) > horizon) {
        return;
      }
      const entry = this.#pop();
      if (entry === undefined) {
        return;
      }
      if (entry.callback === undefined) {
        continue;
      }
      this.#now = Math.max(this.#now, entry.at);
      this.#steps += 1;
      entry.callback();
      await settle();
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(entry, parent)) {
        break;
      }
      heap[index] = parent;
      index = above;
    }
    heap[index] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) {
      return first;
    }
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      let child = heap[below];
      if (child === undefined) {
        break;
      }
      const right = heap[below + 1];
      if (right !== undefined && isBefore(right, child)) {
        below += 1;
        child = right;
      }
      if (!isBefore(child, last)) {
        break;
      }
      heap[index] = child;
      index = below;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(left: Entry, right: Entry): boolean {
  return left.at < right.at || (left.at === right.at && left.rank < right.rank);
}

/** Resolves when every promise that can settle has settled. Cheaper than a turn of the event loop. */
function settle(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
