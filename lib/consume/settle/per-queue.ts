import type { Batcher } from "../../batch/index.ts";

/** The batch calls to each queue, by its URL. */
export class PerQueue<Entry> {
  readonly #batchers = new Map<string, Batcher<Entry, unknown>>();
  readonly #create: (queueUrl: string) => Batcher<Entry, unknown>;
  #hurried = false;

  constructor(create: (queueUrl: string) => Batcher<Entry, unknown>) {
    this.#create = create;
  }

  /** Adds an entry to a call to the queue. Rejects with the entry's error. */
  async add(queueUrl: string, entry: Entry): Promise<void> {
    let batcher = this.#batchers.get(queueUrl);
    if (batcher === undefined) {
      batcher = this.#create(queueUrl);
      this.#batchers.set(queueUrl, batcher);
      if (this.#hurried) {
        batcher.hurry();
      }
    }
    await batcher.add(entry);
  }

  /** From now on no entry waits for others. */
  hurry(): void {
    this.#hurried = true;
    for (const batcher of this.#batchers.values()) {
      batcher.hurry();
    }
  }
}
