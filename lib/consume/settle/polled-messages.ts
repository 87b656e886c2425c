import { callEntries, entryResults, isTransient, regionOfQueueUrl, type SettlingSqsLoader } from "../../aws/index.ts";
import { Batcher } from "../../batch/index.ts";
import { backoff, type Clock, sleep } from "../../clock/index.ts";
import { type EntryResult, retryEntries } from "../../std/index.ts";
import { MAX_BATCH_ENTRIES } from "../../wire/index.ts";
import { type Delivery, errorFields, type Logger, type SqsRecord } from "../record/index.ts";
import { HeldMessages, type Released } from "./held-messages.ts";
import type { Messages } from "./messages.ts";

/** What {@link PolledMessages} takes. */
export interface PolledMessagesOptions {
  readonly queueUrl: string;
  /** Seconds for which a received message is hidden, and for which each heartbeat hides it again. */
  readonly visibilityTimeoutSeconds: number;
  readonly load: SettlingSqsLoader;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborted when the poller has to have stopped: no call may last longer. */
  readonly closing: AbortSignal;
  /** Called whenever a message is no longer in flight. */
  readonly onSettled: () => void;
}

interface Change {
  readonly handle: string;
  readonly seconds: number;
  /** As in {@link Released}. */
  readonly hiddenUntil: number;
}

/** Milliseconds that a deletion or a change of visibility may wait for others. */
const LINGER_MS = 20;

/** Calls in progress at once, of each kind. */
const CONCURRENCY = 4;

/** Attempts to delete a message or to change its visibility. An undeleted message is redelivered, and is then a duplicate. */
const MAX_ATTEMPTS = 4;

/** Pauses between attempts, in milliseconds. */
const PAUSE = { base: 100, cap: 2_000 };

/** Milliseconds that one call may take. */
const CALL_MS = 5_000;

/** The messages that a poller has in flight: hidden by heartbeats until each is deleted or made visible. */
export class PolledMessages implements Messages {
  readonly #options: PolledMessagesOptions;
  /** The messages whose outcome is open. */
  readonly held: HeldMessages;
  /** Messages out of hand, for what is changed about them later. By then their next receive may be in hand. */
  readonly #released = new WeakMap<SqsRecord, Released>();
  readonly #deletions: Batcher<string, unknown>;
  readonly #changes: Batcher<Change, unknown>;

  constructor(options: PolledMessagesOptions) {
    this.#options = options;
    const { visibilityTimeoutSeconds: seconds } = options;
    this.held = new HeldMessages({
      ...options,
      hide: (handles, ms) =>
        callEntries(
          handles.map((handle) => ({ handle, seconds })),
          (entries) => this.#change(entries, Math.min(ms, CALL_MS)),
        ),
    });
    const calls = {
      clock: options.clock,
      maxItems: MAX_BATCH_ENTRIES,
      lingerMs: LINGER_MS,
      concurrency: CONCURRENCY,
    };
    this.#deletions = new Batcher({
      ...calls,
      send: (handles) => this.#retried(handles, (open) => this.#delete(open)),
    });
    this.#changes = new Batcher({
      ...calls,
      send: async (changes) => {
        // A heartbeat that overtakes this would hide the messages again.
        await this.held.renewal;
        return await this.#retried(changes, (open) => this.#changeHidden(open));
      },
    });
  }

  /** Lets a message reappear after its visibility timeout. */
  forget(record: SqsRecord): void {
    this.#release(record);
  }

  async acknowledge({ record, messageId }: Delivery): Promise<void> {
    await this.#deletions.add(this.#release(record).receiptHandle).catch((error: unknown) => {
      this.#options.logger.warn("message not deleted; it is redelivered", { messageId, error: errorFields(error) });
    });
  }

  async redeliver({ record, messageId }: Delivery, seconds: number | undefined): Promise<void> {
    const { receiptHandle: handle, hiddenUntil } = this.#release(record);
    if (seconds === undefined) {
      return;
    }
    const visibleAt = this.#options.clock.now() + seconds * 1_000;
    this.#released.set(record, { receiptHandle: handle, hiddenUntil: Math.min(hiddenUntil, visibleAt) });
    await this.#changes.add({ handle, seconds, hiddenUntil }).catch((error: unknown) => {
      this.#options.logger.warn("backoff not set", { messageId, error: errorFields(error) });
    });
  }

  /** Other receives of the poller may still add entries. */
  hurry(): void {}

  relax(): void {}

  /** Sends what waits, and resolves when every call has ended. */
  async flush(): Promise<void> {
    await Promise.all([this.#deletions.flush(), this.#changes.flush()]);
  }

  #release(record: SqsRecord): Released {
    const released = this.#released.get(record) ?? this.held.release(record);
    this.#released.set(record, released);
    this.#options.onSettled();
    return released;
  }

  #retried<Entry>(
    entries: readonly Entry[],
    call: (entries: readonly Entry[]) => Promise<readonly EntryResult<unknown>[]>,
  ): Promise<readonly EntryResult<unknown>[]> {
    const { clock, closing } = this.#options;
    return retryEntries(entries, {
      maxAttempts: MAX_ATTEMPTS,
      isTransient,
      call: (open) => callEntries(open, call),
      pause: (attempt) =>
        sleep(clock, backoff(clock, attempt, PAUSE.base, PAUSE.cap), closing).then(
          () => true,
          () => false,
        ),
    });
  }

  async #delete(handles: readonly string[]): Promise<readonly EntryResult<unknown>[]> {
    const { load, queueUrl, closing } = this.#options;
    const sqs = await load(regionOfQueueUrl(queueUrl));
    const input = {
      QueueUrl: queueUrl,
      Entries: handles.map((handle, index) => ({ Id: String(index), ReceiptHandle: handle })),
    };
    const response = await sqs.deleteMessageBatch(input, { ms: CALL_MS, signal: closing });
    return entryResults(handles.length, response);
  }

  /**
   * Leaves out what is visible by now, because this process was suspended or its calls failed. A standard queue takes old receipt
   * handles: the change would end the visibility timeout of the worker that has received the message since.
   */
  async #changeHidden(changes: readonly Change[]): Promise<readonly EntryResult<unknown>[]> {
    const now = this.#options.clock.now();
    const hidden = changes.filter(({ hiddenUntil }) => hiddenUntil > now);
    const results = hidden.length === 0 ? [] : await this.#change(hidden, CALL_MS);
    const byChange = new Map(hidden.map((change, index) => [change, results[index]]));
    return changes.map((change) => byChange.get(change) ?? { ok: true, value: undefined });
  }

  async #change(changes: readonly Omit<Change, "hiddenUntil">[], ms: number): Promise<readonly EntryResult<unknown>[]> {
    const { load, queueUrl, closing } = this.#options;
    const sqs = await load(regionOfQueueUrl(queueUrl));
    const input = {
      QueueUrl: queueUrl,
      Entries: changes.map(({ handle, seconds }, index) => ({
        Id: String(index),
        ReceiptHandle: handle,
        VisibilityTimeout: seconds,
      })),
    };
    const response = await sqs.changeMessageVisibilityBatch(input, { ms, signal: closing });
    return entryResults(changes.length, response);
  }
}
