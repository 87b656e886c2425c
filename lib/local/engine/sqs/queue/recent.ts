import { DEDUPLICATION_INTERVAL_MS } from "../limits.ts";

/** What a FIFO queue stores of an accepted message, even when the message is deleted. */
export interface RecordedSend {
  readonly messageId: string;
  readonly sequenceNumber: string;
  readonly at: number;
}

/** What a receive with a `ReceiveRequestAttemptId` returned: message ids with the receipt handles. */
export interface ReceiveAttempt {
  readonly at: number;
  readonly receipts: readonly { readonly messageId: string; readonly handle: string }[];
}

/** Entries of the last five minutes by key, oldest first. */
export class Recent<Entry extends { readonly at: number }> {
  readonly #entries: Map<string, Entry>;

  constructor(entries: Iterable<readonly [string, Entry]> = []) {
    this.#entries = new Map(entries);
  }

  find(key: string, now: number): Entry | undefined {
    for (const [oldest, { at }] of this.#entries) {
      if (at + DEDUPLICATION_INTERVAL_MS > now) {
        break;
      }
      this.#entries.delete(oldest);
    }
    return this.#entries.get(key);
  }

  record(key: string, entry: Entry): void {
    // Deleted first, so that the map stays in the order of time.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }

  clear(): void {
    this.#entries.clear();
  }

  entries(): [string, Entry][] {
    return [...this.#entries];
  }
}
