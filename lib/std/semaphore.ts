import { Queue } from "./queue.ts";

const ADMITTED = Promise.resolve();

/** Admits at most `limit` holders at once; the others wait in order. */
export class Semaphore {
  #free: number;
  readonly #waiting = new Queue<() => void>();

  constructor(limit: number) {
    this.#free = limit;
  }

  /** How many more holders would be admitted at once. */
  get free(): number {
    return this.#free;
  }

  /** Resolves when the caller holds a slot. */
  acquire(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return ADMITTED;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Returns a slot: to the first that waits, if any. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#free += 1;
    } else {
      next();
    }
  }

  /** From now on everybody is admitted at once, those that wait included. */
  open(): void {
    this.#free = Number.POSITIVE_INFINITY;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      next();
    }
  }

  /** Runs `task` while holding a slot. */
  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    await this.acquire();
    try {
      return await task();
    } finally {
      this.release();
    }
  }
}
