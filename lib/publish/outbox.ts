import { backoff, type Clock } from "../clock/index.ts";
import { describeError } from "../errors/index.ts";
import { Queue } from "../std/index.ts";
import { MAX_BATCH_ENTRIES } from "../wire/index.ts";
import { isRetryable } from "./retryable.ts";
import type { OutgoingMessage, Receipt, SendOutcome, Transport } from "./transport.ts";

/** Why a message was finally not sent. */
export interface SendFailure {
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
}

/** What an {@link Outbox} takes. */
export interface OutboxOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly maxBatchBytes: number;
  /** Milliseconds that a message may wait for others while calls are under way. An idle outbox sends at once. */
  readonly lingerMs: number;
  /** Calls under way at once at most. */
  readonly concurrency: number;
  /** Tries of one message at most. */
  readonly maxAttempts: number;
}

interface Entry {
  /** Ready to be sent. May take time: a large payload goes to S3 first. */
  readonly prepared: Promise<{ message: OutgoingMessage; bytes: number }>;
  readonly lane: string | undefined;
  readonly signal: AbortSignal | undefined;
  attempts: number;
  resolve(receipt: Receipt): void;
  reject(error: unknown): void;
}

interface Ready {
  readonly entry: Entry;
  readonly message: OutgoingMessage;
  readonly bytes: number;
}

/** Pauses between tries of a message, in milliseconds. */
const BACKOFF = { base: 50, cap: 5_000 };

/** Rejects the caller of {@link Outbox.add}; the publisher gives it its final form. */
export class SendFailedError extends Error {
  readonly failure: SendFailure;

  constructor(failure: SendFailure, cause?: unknown) {
    super(failure.message, { cause });
    this.failure = failure;
  }
}

/**
 * Messages on their way out. It fills batches, sends several at once, retries only entries that failed, and keeps the order
 * of each message group: the next message of a group is not sent before the one ahead of it was taken or given up. That is
 * why no two messages of a group are in one call: AWS may take the second and fail the first.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #lanes = new Map<string, Entry[]>();
  readonly #ready = new Queue<Ready>();
  #readyBytes = 0;
  #active = 0;
  #pending = 0;
  #flushing = false;
  #wakeup = false;
  #cancelLinger: (() => void) | undefined;
  #idle: (() => void)[] = [];

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /**
   * Adds a message. On an ordered transport messages of one group leave in the order of these calls.
   *
   * @throws SendFailedError when AWS refused it or all tries failed; the signal's reason when aborted before it was sent;
   *   whatever `prepared` rejects with
   */
  add(prepared: Entry["prepared"], group: string | undefined, signal: AbortSignal | undefined): Promise<Receipt> {
    const lane = this.#options.transport.ordered ? (group ?? "") : undefined;
    this.#pending += 1;
    return new Promise<Receipt>((resolve, reject) => {
      const entry: Entry = { prepared, lane, signal, attempts: 0, resolve, reject };
      if (lane === undefined) {
        void this.#prepare(entry);
        return;
      }
      const waiting = this.#lanes.get(lane);
      if (waiting === undefined) {
        this.#lanes.set(lane, [entry]);
        void this.#prepare(entry);
      } else {
        waiting.push(entry);
      }
    });
  }

  /** Sends without lingering, and resolves when every message has been taken or given up. */
  async flush(): Promise<void> {
    if (this.#pending === 0) {
      return;
    }
    this.#flushing = true;
    const idle = new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#pump();
    await idle;
  }

  async #prepare(entry: Entry): Promise<void> {
    try {
      const { message, bytes } = await entry.prepared;
      this.#enqueue({ entry, message, bytes });
    } catch (error) {
      entry.reject(error);
      this.#done(entry);
    }
  }

  #enqueue(ready: Ready): void {
    this.#ready.push(ready);
    this.#readyBytes += ready.bytes;
    this.#pump();
  }

  #pump(): void {
    const { concurrency, clock, lingerMs } = this.#options;
    while (this.#active < concurrency && this.#isFull()) {
      void this.#dispatch(this.#take());
    }
    if (this.#ready.length === 0 || this.#active >= concurrency) {
      return;
    }
    if (this.#active === 0 || this.#flushing) {
      // Soon, not now: calls to publish that were made together go out together.
      if (this.#wakeup) {
        return;
      }
      this.#wakeup = true;
      clock.nextTurn(() => {
        this.#wakeup = false;
        this.#sendAll();
      });
      return;
    }
    this.#cancelLinger ??= clock.timer(lingerMs, () => {
      this.#cancelLinger = undefined;
      this.#sendAll();
    });
  }

  #sendAll(): void {
    while (this.#active < this.#options.concurrency && this.#ready.length > 0) {
      void this.#dispatch(this.#take());
    }
  }

  #isFull(): boolean {
    return (
      this.#ready.length >= MAX_BATCH_ENTRIES ||
      (this.#ready.length > 0 && this.#readyBytes >= this.#options.maxBatchBytes)
    );
  }

  #take(): Ready[] {
    const batch: Ready[] = [];
    let bytes = 0;
    for (let ready = this.#ready.peek(); ready !== undefined; ready = this.#ready.peek()) {
      if (batch.length === MAX_BATCH_ENTRIES) {
        break;
      }
      if (batch.length > 0 && bytes + ready.bytes > this.#options.maxBatchBytes) {
        break;
      }
      this.#ready.shift();
      this.#readyBytes -= ready.bytes;
      if (ready.entry.signal?.aborted) {
        ready.entry.reject(ready.entry.signal.reason);
        this.#done(ready.entry);
        continue;
      }
      bytes += ready.bytes;
      batch.push(ready);
    }
    return batch;
  }

  async #dispatch(batch: readonly Ready[]): Promise<void> {
    if (batch.length === 0) {
      return;
    }
    this.#active += 1;
    const outcomes = await this.#send(batch);
    this.#active -= 1;
    const again = batch.filter((ready, index) => this.#settle(ready, outcomes[index]));
    if (again.length > 0) {
      this.#retry(again);
    }
    this.#pump();
  }

  async #send(batch: readonly Ready[]): Promise<readonly SendOutcome[]> {
    try {
      return await this.#options.transport.send(batch.map((ready) => ready.message));
    } catch (error) {
      const { name, message } = describeError(error);
      return batch.map(() => ({ ok: false, code: name, message, retryable: isRetryable(error) }));
    }
  }

  /** Settles a message as AWS answered, or answers that it is to be sent again. */
  #settle({ entry }: Ready, outcome: SendOutcome | undefined): boolean {
    entry.attempts += 1;
    if (outcome?.ok) {
      entry.resolve(outcome.receipt);
      this.#done(entry);
    } else if (outcome?.retryable !== false && entry.attempts < this.#options.maxAttempts) {
      return true;
    } else {
      const code = outcome?.code ?? "NoAnswer";
      const message = outcome?.message ?? "the answer does not name the entry";
      entry.reject(new SendFailedError({ code, message, attempts: entry.attempts }));
      this.#done(entry);
    }
    return false;
  }

  /** What failed together is sent again together: one call of ten where AWS throttles, not ten of one. */
  #retry(again: readonly Ready[]): void {
    const { clock } = this.#options;
    const attempts = Math.max(...again.map((ready) => ready.entry.attempts));
    clock.timer(backoff(clock, attempts, BACKOFF.base, BACKOFF.cap), () => {
      for (const ready of again) {
        this.#enqueue(ready);
      }
    });
  }

  /** The entry is settled: the next of its group may go. */
  #done(entry: Entry): void {
    this.#pending -= 1;
    if (entry.lane !== undefined) {
      const lane = this.#lanes.get(entry.lane);
      lane?.shift();
      const next = lane?.[0];
      if (next === undefined) {
        this.#lanes.delete(entry.lane);
      } else {
        void this.#prepare(next);
      }
    }
    if (this.#pending > 0) {
      return;
    }
    this.#flushing = false;
    this.#cancelLinger?.();
    this.#cancelLinger = undefined;
    for (const resolve of this.#idle.splice(0)) {
      resolve();
    }
  }
}
