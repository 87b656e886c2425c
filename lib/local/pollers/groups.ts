import type { SqsRecord } from "../../std/index.ts";

/** The message group of a record of a FIFO queue. */
export function groupOf(record: SqsRecord): string {
  return record.attributes.MessageGroupId ?? "";
}

/**
 * Keeps batches that share a message group apart: a batch starts when all earlier ones of its groups have ended. SQS locks
 * a group while its messages are in flight; this holds even if their visibility ended early.
 */
export class GroupLocks {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `work` after all earlier work of any of the groups. Call it in the order of the batches. */
  async run<T>(groups: ReadonlySet<string>, work: () => Promise<T>): Promise<T> {
    const earlier = [...groups].map((group) => this.#last.get(group));
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    for (const group of groups) {
      this.#last.set(group, done);
    }
    await Promise.all(earlier);
    try {
      return await work();
    } finally {
      finish();
      for (const group of groups) {
        if (this.#last.get(group) === done) {
          this.#last.delete(group);
        }
      }
    }
  }
}
