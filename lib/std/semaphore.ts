import { Queue } from "./queue.ts";

/** Admits at most `limit` holders at once; the others wait in order. */
export class Semaphore {
  #free: number;
  readonly #waiting = new Queue<() => void>();

  constructor(limit: number) {
    this.#free = limit;
  }

  /** Resolves when the caller holds a slot. */
  async acquire(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Calls back when the caller holds a slot: at once where one is free. */
  enter(callback: () => void): void {
    if (this.#free > 0) {
      this.#free -= 1;
      callback();
    } else {
      this.#waiting.push(callback);
    }
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
