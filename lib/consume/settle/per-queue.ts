import type { Batcher } from "../../batch/index.ts";

/** The batch calls to each queue, by its URL or ARN. */
export class PerQueue<Entry> {
  readonly #batchers = new Map<string, Batcher<Entry, unknown>>();
  readonly #create: (queue: string) => Batcher<Entry, unknown>;
  #hurried = false;

  constructor(create: (queue: string) => Batcher<Entry, unknown>) {
    this.#create = create;
  }

  /** Adds an entry to a call to the queue. Rejects with the entry's error. */
  async add(queue: string, entry: Entry): Promise<void> {
    let batcher = this.#batchers.get(queue);
    if (batcher === undefined) {
      batcher = this.#create(queue);
      this.#batchers.set(queue, batcher);
      if (this.#hurried) {
        batcher.hurry();
      }
    }
    await batcher.add(entry);
  }

  /** Until {@link relax}, no entry waits for others. */
  hurry(): void {
    this.#hurried = true;
    for (const batcher of this.#batchers.values()) {
      batcher.hurry();
    }
  }

  /** Lets entries wait for others again. */
  relax(): void {
    this.#hurried = false;
    for (const batcher of this.#batchers.values()) {
      batcher.relax();
    }
  }
}
