import { Queue } from "./queue.ts";

/** Lets at most `limit` holders in at once; the others wait in order. */
export class Semaphore {
  #free: number;
  readonly #waiting = new Queue<() => void>();

  constructor(limit: number) {
    this.#free = limit;
  }

  async acquire(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** As {@link Semaphore.acquire}, without a promise: calls back as soon as there is room, that is now where there is. */
  enter(callback: () => void): void {
    if (this.#free > 0) {
      this.#free -= 1;
      callback();
    } else {
      this.#waiting.push(callback);
    }
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
