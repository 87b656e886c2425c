import type { ReadRecord } from "./record.ts";
import type { StreamPosition } from "./stream-reader.ts";

/** Which records of a stream are finished, so that a mapping that starts again continues there. */
export class Progress {
  /** Sequence numbers that were read and are not finished, in order. */
  readonly #open = new Set<string>();
  #shardId = "";
  #last: string | undefined;

  /** Records that are not finished. */
  get open(): number {
    return this.#open.size;
  }

  /** Notes records in their order; `matching` are those that a function has to finish. */
  read(shardId: string, records: readonly ReadRecord[], matching: readonly ReadRecord[]): void {
    this.#shardId = shardId;
    this.#last = records.at(-1)?.sequenceNumber ?? this.#last;
    for (const { sequenceNumber } of matching) {
      this.#open.add(sequenceNumber);
    }
  }

  finish(records: readonly ReadRecord[]): void {
    for (const { sequenceNumber } of records) {
      this.#open.delete(sequenceNumber);
    }
  }

  /** Undefined before the first record. */
  get position(): StreamPosition | undefined {
    const [first] = this.#open;
    if (first !== undefined) {
      return { shardId: this.#shardId, type: "AT_SEQUENCE_NUMBER", sequenceNumber: first };
    }
    return this.#last === undefined
      ? undefined
      : { shardId: this.#shardId, type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: this.#last };
  }
}
