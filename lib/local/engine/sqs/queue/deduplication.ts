import { DEDUPLICATION_INTERVAL_MS } from "../limits.ts";

/** What a FIFO queue remembers of a message it took, for five minutes, even when the message is deleted. */
export interface RememberedSend {
  readonly messageId: string;
  readonly sequenceNumber: string;
  readonly at: number;
}

/** The deduplication of one FIFO queue ("Exactly-once processing" of the Developer Guide). */
export class Deduplication {
  /** In the order of `at`, because sends are remembered as they come. */
  readonly #sends: Map<string, RememberedSend>;

  constructor(entries: Iterable<readonly [string, RememberedSend]> = []) {
    this.#sends = new Map(entries);
  }

  /** The earlier send that makes this one a duplicate. */
  find(scope: string | undefined, groupId: string, deduplicationId: string, now: number): RememberedSend | undefined {
    this.#forget(now);
    const ofQueue = this.#sends.get(key(undefined, deduplicationId));
    // After a change of scope, what was remembered for the whole queue goes on counting for every group.
    return scope === "messageGroup" ? (this.#sends.get(key(groupId, deduplicationId)) ?? ofQueue) : ofQueue;
  }

  remember(scope: string | undefined, groupId: string, deduplicationId: string, send: RememberedSend): void {
    this.#sends.set(key(scope === "messageGroup" ? groupId : undefined, deduplicationId), send);
  }

  entries(): [string, RememberedSend][] {
    return [...this.#sends];
  }

  #forget(now: number): void {
    for (const [name, send] of this.#sends) {
      if (send.at + DEDUPLICATION_INTERVAL_MS > now) {
        return;
      }
      this.#sends.delete(name);
    }
  }
}

/** Neither id can hold a space (see `send-input.ts`), so the parts cannot run into each other. */
function key(groupId: string | undefined, deduplicationId: string): string {
  return groupId === undefined ? deduplicationId : `${groupId} ${deduplicationId}`;
}
