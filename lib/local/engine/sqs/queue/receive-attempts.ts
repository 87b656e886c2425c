import { DEDUPLICATION_INTERVAL_MS } from "../limits.ts";

/** What a receive with a `ReceiveRequestAttemptId` returned: message ids with the handles given out. */
export interface ReceiveAttempt {
  readonly at: number;
  readonly receipts: readonly { readonly messageId: string; readonly handle: string }[];
}

/** The receive attempts of one FIFO queue that can still be repeated: for five minutes (API: ReceiveMessage). */
export class ReceiveAttempts {
  readonly #attempts: Map<string, ReceiveAttempt>;

  constructor(entries: Iterable<readonly [string, ReceiveAttempt]> = []) {
    this.#attempts = new Map(entries);
  }

  find(attemptId: string, now: number): ReceiveAttempt | undefined {
    for (const [id, attempt] of this.#attempts) {
      if (attempt.at + DEDUPLICATION_INTERVAL_MS > now) {
        break;
      }
      this.#attempts.delete(id);
    }
    return this.#attempts.get(attemptId);
  }

  remember(attemptId: string, attempt: ReceiveAttempt): void {
    // Deleted first, so that the map stays in the order of time.
    this.#attempts.delete(attemptId);
    this.#attempts.set(attemptId, attempt);
  }

  entries(): [string, ReceiveAttempt][] {
    return [...this.#attempts];
  }
}
