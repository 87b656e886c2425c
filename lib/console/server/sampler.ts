import { describeError } from "../../errors/index.ts";
import type { MapView } from "../wire/index.ts";

/** What a listener gets: a sample, or why there is none. */
export type Sample = { readonly map: MapView } | { readonly problem: string };

/** Samples the queues while a page is open, once for all pages: nobody pays for calls that nobody sees. */
export class Sampler {
  readonly #take: () => Promise<MapView>;
  readonly #intervalMs: number;
  readonly #listeners = new Set<(sample: Sample) => void>();
  #last: Sample | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running = false;

  constructor(take: () => Promise<MapView>, intervalMs: number) {
    this.#take = take;
    this.#intervalMs = intervalMs;
  }

  /** Calls the listener with the last sample and each new one, until the returned function is called. */
  listen(listener: (sample: Sample) => void): () => void {
    this.#listeners.add(listener);
    if (this.#last !== undefined) {
      listener(this.#last);
    }
    if (!this.#running) {
      this.#running = true;
      void this.#round();
    }
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#listeners.clear();
    clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    if (this.#listeners.size === 0) {
      this.#running = false;
      return;
    }
    try {
      this.#last = { map: await this.#take() };
    } catch (error) {
      this.#last = { problem: `The queues cannot be read: ${describeError(error).message}` };
    }
    for (const listener of this.#listeners) {
      listener(this.#last);
    }
    this.#timer = setTimeout(() => void this.#round(), this.#intervalMs);
    this.#timer.unref();
  }
}
