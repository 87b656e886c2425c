import type { ReadRecord } from "./record.ts";

/** Records that wait for their function, in order. A shard has as many lanes as batches may run at a time. */
export class Lane {
  readonly #waiting: ReadRecord[] = [];
  #wake: () => void = () => {};

  push(record: ReadRecord): void {
    this.#waiting.push(record);
    this.#wake();
  }

  /** The next batch: when it is full, or when the window, counted from its first record, is over. Empty after an abort. */
  async take(batchSize: number, windowMs: number, signal: AbortSignal): Promise<readonly ReadRecord[]> {
    while (this.#waiting.length === 0 && !signal.aborted) {
      await this.#change(signal);
    }
    const end = Date.now() + windowMs;
    while (this.#waiting.length < batchSize && Date.now() < end && !signal.aborted) {
      await this.#change(signal, end - Date.now());
    }
    return signal.aborted ? [] : this.#waiting.splice(0, batchSize);
  }

  /** Resolves when a record comes, when the time is over, or at an abort. */
  async #change(signal: AbortSignal, milliseconds?: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    this.#wake = wake;
    const timer = milliseconds === undefined ? undefined : setTimeout(wake, milliseconds);
    signal.addEventListener("abort", wake, { once: true });
    await promise;
    clearTimeout(timer);
    signal.removeEventListener("abort", wake);
  }
}
