import type { Clock } from "../clock/index.ts";
import { type EntryResult, Queue } from "../std/index.ts";

/** What a {@link Batcher} takes. */
export interface BatcherOptions<Item, Result> {
  readonly clock: Clock;
  /** Entries of one call at most. */
  readonly maxItems: number;
  /** Bytes of one call at most. @default no limit */
  readonly maxBytes?: number;
  /** Bytes of one entry. @default 0 */
  readonly sizeOf?: (item: Item) => number;
  /** Milliseconds that an entry may wait for others while no call is full. */
  readonly lingerMs: number;
  /** Calls under way at once at most. */
  readonly concurrency: number;
  /** Sends one batch. Answers one outcome an item, in order; what it throws is the outcome of all. */
  readonly send: (items: readonly Item[]) => Promise<readonly EntryResult<Result>[]>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly bytes: number;
  settle(result: EntryResult<Result>): void;
}

/**
 * Gathers entries that are added one by one into calls of AWS's batch APIs, by count, bytes and time, and gives each entry its
 * own outcome.
 */
export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>;
  readonly #waiting = new Queue<Waiting<Item, Result>>();
  #waitingBytes = 0;
  #active = 0;
  #cancelLinger: (() => void) | undefined;
  #due = false;
  #hurried = false;
  #woken = false;
  #idle: (() => void)[] = [];

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options;
  }

  /** Adds an entry; settles as the entry's own outcome does. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      const bytes = this.#options.sizeOf?.(item) ?? 0;
      this.#waitingBytes += bytes;
      this.#waiting.push({
        item,
        bytes,
        settle: (result) => (result.ok ? resolve(result.value) : reject(result.error)),
      });
      this.#pump();
    });
  }

  /** From now on no entry lingers: it is sent with those that are added in the same turn of the event loop. */
  hurry(): void {
    this.#hurried = true;
    this.#due = this.#waiting.length > 0;
    this.#pump();
  }

  /** Sends what waits without lingering, and resolves when nothing is left. */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0 && this.#active === 0) {
      return;
    }
    this.#due = true;
    const idle = new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#pump();
    await idle;
  }

  #pump(): void {
    while (this.#active < this.#options.concurrency && this.#waiting.length > 0 && (this.#due || this.#full())) {
      void this.#dispatch(this.#take());
    }
    if (this.#waiting.length === 0) {
      this.#due = false;
      this.#cancelLinger?.();
      this.#cancelLinger = undefined;
      if (this.#active === 0) {
        for (const resolve of this.#idle.splice(0)) {
          resolve();
        }
      }
      return;
    }
    // Due already: the end of a call under way sends what waits.
    if (this.#due) {
      return;
    }
    if (this.#hurried) {
      this.#sendNextTurn();
    } else {
      this.#linger();
    }
  }

  #sendNextTurn(): void {
    if (this.#woken) {
      return;
    }
    this.#woken = true;
    this.#options.clock.nextTurn(() => {
      this.#woken = false;
      this.#due = this.#waiting.length > 0;
      this.#pump();
    });
  }

  #linger(): void {
    this.#cancelLinger ??= this.#options.clock.timer(this.#options.lingerMs, () => {
      this.#cancelLinger = undefined;
      this.#due = true;
      this.#pump();
    });
  }

  #full(): boolean {
    const { maxItems, maxBytes } = this.#options;
    return this.#waiting.length >= maxItems || (maxBytes !== undefined && this.#waitingBytes >= maxBytes);
  }

  /** The next call's entries: as many as fit, at least one. */
  #take(): Waiting<Item, Result>[] {
    const { maxItems, maxBytes = Number.POSITIVE_INFINITY } = this.#options;
    const batch: Waiting<Item, Result>[] = [];
    let bytes = 0;
    for (let entry = this.#waiting.peek(); entry !== undefined; entry = this.#waiting.peek()) {
      if (batch.length === maxItems || (batch.length > 0 && bytes + entry.bytes > maxBytes)) {
        break;
      }
      this.#waiting.shift();
      bytes += entry.bytes;
      batch.push(entry);
    }
    this.#waitingBytes -= bytes;
    return batch;
  }

  async #dispatch(batch: Waiting<Item, Result>[]): Promise<void> {
    this.#active += 1;
    try {
      const results = await this.#options.send(batch.map((entry) => entry.item));
      for (const [index, entry] of batch.entries()) {
        entry.settle(
          results[index] ?? { ok: false, error: new Error("the batch answered fewer results than entries") },
        );
      }
    } catch (error) {
      for (const entry of batch) {
        entry.settle({ ok: false, error });
      }
    } finally {
      this.#active -= 1;
      this.#pump();
    }
  }
}
