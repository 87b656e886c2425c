import type { Clock } from "../clock/index.ts";
import { type EntryResult, Queue } from "../std/index.ts";

/** What a {@link Batcher} takes. */
export interface BatcherOptions<Item, Result> {
  readonly clock: Clock;
  /** Maximum number of entries per call. */
  readonly maxItems: number;
  /** Maximum number of bytes per call. A larger entry is sent alone. @default no limit */
  readonly maxBytes?: number;
  /** Bytes of one entry. @default 0 */
  readonly sizeOf?: (item: Item) => number;
  /** Milliseconds that an entry waits for others while no call is full. */
  readonly lingerMs: number;
  /** Whether entries linger while no call is under way. If not, they are sent in the next turn of the event loop. @default true */
  readonly lingerWhenIdle?: boolean;
  /** Maximum number of calls under way at once. */
  readonly concurrency: number;
  /** Makes one call. Returns one result per entry, in order. If it throws, that is the result of all its entries. */
  readonly send: (items: readonly Item[]) => Promise<readonly EntryResult<Result>[]>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly bytes: number;
  settle(result: EntryResult<Result>): void;
}

/**
 * Gathers entries that are added one by one into calls of AWS's batch APIs, by count, bytes and time. Each entry gets its own
 * result.
 */
export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>;
  readonly #waiting = new Queue<Waiting<Item, Result>>();
  #waitingBytes = 0;
  /** Calls under way. */
  #active = 0;
  /** What waits now has waited long enough: it is sent as soon as `concurrency` allows. */
  #due = false;
  #hurried = false;
  #nextTurnAwaited = false;
  #cancelLinger: (() => void) | undefined;
  #flushes: (() => void)[] = [];

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options;
  }

  /** Adds an entry. Resolves or rejects as the entry's own result says. */
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

  /** Until {@link relax}, no entry lingers, those that wait included: they are sent in the next turn of the event loop. */
  hurry(): void {
    this.#hurried = true;
    this.#pump();
  }

  /** Lets entries linger again. */
  relax(): void {
    this.#hurried = false;
  }

  /** Sends what waits without lingering, and resolves when nothing waits and no call is under way. */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0 && this.#active === 0) {
      return;
    }
    const flushed = new Promise<void>((resolve) => this.#flushes.push(resolve));
    this.#sendWaiting();
    await flushed;
  }

  #sendWaiting(): void {
    this.#due = true;
    this.#pump();
  }

  /** Makes the calls that may be made now, and sees to it that what still waits is sent later. */
  #pump(): void {
    while (this.#active < this.#options.concurrency && this.#waiting.length > 0 && (this.#due || this.#isFull())) {
      void this.#call(this.#take());
    }
    if (this.#waiting.length === 0) {
      this.#rest();
    } else if (!this.#due) {
      this.#wait();
    }
    // What is due is sent when a call under way ends.
  }

  #rest(): void {
    this.#due = false;
    this.#cancelLinger?.();
    this.#cancelLinger = undefined;
    if (this.#active === 0) {
      for (const resolve of this.#flushes.splice(0)) {
        resolve();
      }
    }
  }

  #wait(): void {
    const { clock, lingerMs, lingerWhenIdle = true } = this.#options;
    if (!this.#hurried && (lingerWhenIdle || this.#active > 0)) {
      this.#cancelLinger ??= clock.timer(lingerMs, () => {
        this.#cancelLinger = undefined;
        this.#sendWaiting();
      });
    } else if (!this.#nextTurnAwaited) {
      // Not now: entries that are added together are sent together.
      this.#nextTurnAwaited = true;
      clock.nextTurn(() => {
        this.#nextTurnAwaited = false;
        this.#sendWaiting();
      });
    }
  }

  #isFull(): boolean {
    const { maxItems, maxBytes = Number.POSITIVE_INFINITY } = this.#options;
    return this.#waiting.length >= maxItems || this.#waitingBytes >= maxBytes;
  }

  /** Removes the next call's entries: as many as fit, at least one. */
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

  async #call(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    this.#active += 1;
    try {
      const results = await this.#options.send(batch.map((entry) => entry.item));
      for (const [index, entry] of batch.entries()) {
        entry.settle(results[index] ?? { ok: false, error: new Error("send returned fewer results than entries") });
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
