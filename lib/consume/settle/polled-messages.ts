import { entryResults, isTransient, type PollingSqsLoader } from "../../aws/index.ts";
import { Batcher } from "../../batch/index.ts";
import { backoff, type Clock, sleep } from "../../clock/index.ts";
import { describeError, FanfareError, isFanfareError } from "../../errors/index.ts";
import { type EntryResult, retryEntries, withDeadline } from "../../std/index.ts";
import { MAX_BATCH_ENTRIES } from "../../wire/index.ts";
import type { Delivery, Logger } from "../record/index.ts";
import type { Messages } from "./messages.ts";

/** What {@link PolledMessages} takes. */
export interface PolledMessagesOptions {
  readonly queueUrl: string;
  /** Seconds for which a received message is hidden, and for which each heartbeat hides it again. */
  readonly visibilityTimeoutSeconds: number;
  readonly load: PollingSqsLoader;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called whenever a message is no longer in flight. */
  readonly onSettled: () => void;
}

interface Change {
  readonly handle: string;
  readonly seconds: number;
}

/** Milliseconds that a deletion or a change of visibility may wait for others. */
const LINGER_MS = 20;

/** Calls in progress at once, of each kind. */
const CONCURRENCY = 4;

/** Attempts to delete a message or to change its visibility. An undeleted message is redelivered, and is then a duplicate. */
const MAX_ATTEMPTS = 4;

/** Pauses between attempts, in milliseconds. */
const PAUSE = { base: 100, cap: 2_000 };

/** Milliseconds that one call may take, the SDK's own retries included: stopping waits for it. */
const CALL_MS = 10_000;

/** Heartbeats per visibility timeout: one that is lost leaves time for the next. */
const BEATS = 3;

/** The messages that a poller has in flight: hidden by heartbeats until each is deleted or made visible. */
export class PolledMessages implements Messages {
  readonly #options: PolledMessagesOptions;
  /** Receipt handles of the messages whose outcome is open. */
  readonly #inFlight = new Set<string>();
  readonly #deletions: Batcher<string, unknown>;
  readonly #changes: Batcher<Change, unknown>;
  #heartbeat: Promise<unknown> = Promise.resolve();
  #cancelHeartbeat = () => {};

  constructor(options: PolledMessagesOptions) {
    this.#options = options;
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
        await this.#heartbeat;
        return await this.#retried(changes, (open) => this.#change(open));
      },
    });
  }

  /** The number of messages in flight. */
  get size(): number {
    return this.#inFlight.size;
  }

  /** Hides a received message until it is settled. */
  received(receiptHandle: string): void {
    this.#inFlight.add(receiptHandle);
  }

  /** Lets a message reappear after its visibility timeout. */
  forget(receiptHandle: string): void {
    this.#inFlight.delete(receiptHandle);
    this.#options.onSettled();
  }

  async acknowledge({ record, messageId }: Delivery): Promise<void> {
    this.forget(record.receiptHandle);
    await this.#deletions.add(record.receiptHandle).catch((error: unknown) => {
      this.#options.logger.warn("message not deleted; it is redelivered", { messageId, error: describeError(error) });
    });
  }

  async redeliver({ record, messageId }: Delivery, seconds: number | undefined): Promise<void> {
    this.forget(record.receiptHandle);
    if (seconds === undefined) {
      return;
    }
    await this.#changes.add({ handle: record.receiptHandle, seconds }).catch((error: unknown) => {
      this.#options.logger.warn("backoff not set", { messageId, error: describeError(error).message });
    });
  }

  /** Other receives of the poller may still add entries. */
  hurry(): void {}

  /** Sends what waits, and resolves when every call has ended. */
  async flush(): Promise<void> {
    await Promise.all([this.#deletions.flush(), this.#changes.flush()]);
  }

  startHeartbeat(): void {
    const { clock, visibilityTimeoutSeconds } = this.#options;
    this.#cancelHeartbeat = clock.timer((visibilityTimeoutSeconds * 1_000) / BEATS, () => {
      this.startHeartbeat();
      this.#heartbeat = this.#renew();
    });
  }

  stopHeartbeat(): void {
    this.#cancelHeartbeat();
  }

  /** Hides the messages in flight for another visibility timeout. Never throws. */
  async #renew(): Promise<void> {
    const { logger, visibilityTimeoutSeconds: seconds } = this.#options;
    const handles = [...this.#inFlight];
    const renewals: Promise<void>[] = [];
    for (let at = 0; at < handles.length; at += MAX_BATCH_ENTRIES) {
      // A message that was settled meanwhile must not be hidden again: it may just have been made visible.
      const changes = handles
        .slice(at, at + MAX_BATCH_ENTRIES)
        .filter((handle) => this.#inFlight.has(handle))
        .map((handle) => ({ handle, seconds }));
      renewals.push(
        this.#change(changes).then((results) => {
          const failed = results.find((result) => !result.ok);
          if (failed !== undefined) {
            logger.warn("heartbeat failed", { messages: changes.length, error: describeError(failed.error) });
          }
        }),
      );
    }
    await Promise.all(renewals);
  }

  #retried<Entry>(
    entries: readonly Entry[],
    call: (entries: readonly Entry[]) => Promise<readonly EntryResult<unknown>[]>,
  ): Promise<readonly EntryResult<unknown>[]> {
    const { clock } = this.#options;
    return retryEntries(entries, {
      maxAttempts: MAX_ATTEMPTS,
      // A call that ran into its own time limit may succeed when it is made again.
      isTransient: (error) => isTransient(error) || isFanfareError(error, "DeadlineTooClose"),
      call,
      pause: async (attempt) => {
        await sleep(clock, backoff(clock, attempt, PAUSE.base, PAUSE.cap));
        return true;
      },
    });
  }

  async #delete(handles: readonly string[]): Promise<readonly EntryResult<unknown>[]> {
    const { load, queueUrl } = this.#options;
    return await this.#call("deleting", handles.length, async (abortSignal) => {
      const { sdk, client } = await load();
      const command = new sdk.DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: handles.map((handle, index) => ({ Id: String(index), ReceiptHandle: handle })),
      });
      return await client.send(command, { abortSignal });
    });
  }

  async #change(changes: readonly Change[]): Promise<readonly EntryResult<unknown>[]> {
    const { load, queueUrl } = this.#options;
    return await this.#call("setting the visibility", changes.length, async (abortSignal) => {
      const { sdk, client } = await load();
      const command = new sdk.ChangeMessageVisibilityBatchCommand({
        QueueUrl: queueUrl,
        Entries: changes.map(({ handle, seconds }, index) => ({
          Id: String(index),
          ReceiptHandle: handle,
          VisibilityTimeout: seconds,
        })),
      });
      return await client.send(command, { abortSignal });
    });
  }

  /** Makes a batch call. What it throws is the result of every entry. */
  async #call(
    what: string,
    entries: number,
    call: (signal: AbortSignal) => Promise<Parameters<typeof entryResults>[1]>,
  ): Promise<readonly EntryResult<unknown>[]> {
    const { clock } = this.#options;
    const tooLate = () => new FanfareError("DeadlineTooClose", `${what} did not end in ${CALL_MS} ms`);
    try {
      return entryResults(entries, await withDeadline(clock, clock.now() + CALL_MS, tooLate, call));
    } catch (error) {
      return Array.from({ length: entries }, () => ({ ok: false, error }));
    }
  }
}
