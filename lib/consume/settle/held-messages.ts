import type { Clock } from "../../clock/index.ts";
import { describeError, FanfareError } from "../../errors/index.ts";
import { chunksOf, type EntryResult } from "../../std/index.ts";
import { MAX_BATCH_ENTRIES } from "../../wire/index.ts";
import { type Delivery, errorFields, type Logger, type SqsRecord } from "../record/index.ts";

/** What {@link HeldMessages} takes. */
export interface HeldMessagesOptions {
  /** Seconds for which a received message is hidden, and for which each heartbeat hides it again. */
  readonly visibilityTimeoutSeconds: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Sets the visibility timeout of messages in one call of at most that many milliseconds. Never throws. */
  readonly hide: (receiptHandles: readonly string[], ms: number) => Promise<readonly EntryResult<unknown>[]>;
}

/** What a message that was in hand is settled with. */
export interface Released {
  /** That of the latest receive: older ones may no longer be valid. */
  readonly receiptHandle: string;
  /** Until then no other receive gets the message, in milliseconds since the Unix epoch. */
  readonly hiddenUntil: number;
}

/** A received message whose outcome is open. */
interface Held {
  /** As in {@link Released}. */
  receiptHandle: string;
  hiddenUntil: number;
  /** Aborted when the message can no longer be kept hidden. */
  lost: AbortController;
}

/** Heartbeats per visibility timeout: one that is lost leaves time for the next. */
const BEATS = 3;

/** Codes of SQS for a message that another receive may have. */
const GONE = /ReceiptHandleIsInvalid|InvalidParameterValue|MessageNotInflight/;

/** The messages that a poller has in hand, by message id. Heartbeats hide them from other receives. */
export class HeldMessages {
  readonly #options: HeldMessagesOptions;
  readonly #held = new Map<string, Held>();
  /** Messages whose handler has not ended, also those that are settled because it was given up. */
  readonly #running = new Set<string>();
  #renewal: Promise<unknown> = Promise.resolve();
  #cancelHeartbeat = () => {};

  constructor(options: HeldMessagesOptions) {
    this.#options = options;
  }

  /** The number of messages whose outcome is open. */
  get size(): number {
    return this.#held.size;
  }

  /** Resolves when the heartbeat under way has ended. */
  get renewal(): Promise<unknown> {
    return this.#renewal;
  }

  /**
   * Takes a received message in hand. A message that is in hand already, because its visibility timeout ended, is not to be started
   * beside itself: it is kept hidden by its new receipt handle from then on.
   *
   * @returns whether it is to be processed
   */
  take(record: SqsRecord): boolean {
    const { receiptHandle } = record;
    const key = keyOf(record);
    const { clock, visibilityTimeoutSeconds } = this.#options;
    const hiddenUntil = clock.now() + visibilityTimeoutSeconds * 1_000;
    const held = this.#held.get(key);
    if (held !== undefined) {
      held.receiptHandle = receiptHandle;
      held.hiddenUntil = hiddenUntil;
      held.lost = held.lost.signal.aborted ? new AbortController() : held.lost;
      return false;
    }
    if (this.#running.has(key)) {
      return false;
    }
    this.#held.set(key, { receiptHandle, hiddenUntil, lost: new AbortController() });
    return true;
  }

  /** Lets a message out of hand, and returns what to settle it with. */
  release(record: SqsRecord): Released {
    const key = keyOf(record);
    const held = this.#held.get(key);
    this.#held.delete(key);
    const { clock, visibilityTimeoutSeconds } = this.#options;
    const { receiptHandle, hiddenUntil } = held ?? {
      receiptHandle: record.receiptHandle,
      // It was never taken in hand: it has just been received.
      hiddenUntil: clock.now() + visibilityTimeoutSeconds * 1_000,
    };
    return { receiptHandle, hiddenUntil };
  }

  /** Aborted when the message can no longer be kept hidden. `undefined` for a message that is not in hand. */
  lost({ record }: Delivery): AbortSignal | undefined {
    return this.#held.get(keyOf(record))?.lost.signal;
  }

  /** The handler of a message has started. @returns what to call when it has really ended, given up or not */
  started({ record }: Delivery): () => void {
    const key = keyOf(record);
    this.#running.add(key);
    return () => this.#running.delete(key);
  }

  startHeartbeat(): void {
    const { clock } = this.#options;
    this.#cancelHeartbeat = clock.timer(this.#intervalMs, () => {
      this.startHeartbeat();
      this.#renewal = this.#renew();
    });
  }

  stopHeartbeat(): void {
    this.#cancelHeartbeat();
  }

  get #intervalMs(): number {
    return (this.#options.visibilityTimeoutSeconds * 1_000) / BEATS;
  }

  /** Hides the messages in hand for another visibility timeout. Never throws. */
  async #renew(): Promise<void> {
    await Promise.all(chunksOf([...this.#held], MAX_BATCH_ENTRIES).map((chunk) => this.#renewChunk(chunk)));
  }

  async #renewChunk(chunk: readonly (readonly [string, Held])[]): Promise<void> {
    const { clock, hide, logger, visibilityTimeoutSeconds } = this.#options;
    // The handles of now: a receive may bring newer ones while the call is under way.
    const renewed = chunk.map(([messageId, held]) => ({ messageId, held, handle: held.receiptHandle }));
    const hiddenUntil = clock.now() + visibilityTimeoutSeconds * 1_000;
    const results = await hide(
      renewed.map(({ handle }) => handle),
      this.#intervalMs,
    );
    let failure: unknown;
    for (const [index, { messageId, held, handle }] of renewed.entries()) {
      const result = results[index];
      if (held.receiptHandle !== handle) {
        continue;
      }
      if (result?.ok) {
        held.hiddenUntil = hiddenUntil;
      } else {
        failure = result?.error;
        this.#loseIfGone(messageId, held, failure);
      }
    }
    if (failure !== undefined) {
      logger.warn("heartbeat failed", { messages: chunk.length, error: errorFields(failure) });
    }
  }

  /** Aborts the handler of a message that another worker may receive before the next heartbeat could hide it. */
  #loseIfGone(messageId: string, held: Held, cause: unknown): void {
    const { clock } = this.#options;
    const nextBeatIsTooLate = held.hiddenUntil <= clock.now() + this.#intervalMs;
    if (nextBeatIsTooLate || GONE.test(describeError(cause).name)) {
      held.lost.abort(
        new FanfareError("VisibilityLost", `message ${messageId} can no longer be kept hidden from other workers`, {
          field: "visibilityTimeoutSeconds",
          remedy: "end the work; the event is redelivered. A longer visibility timeout outlives longer outages of SQS",
          cause,
        }),
      );
    }
  }
}

/** Every message of SQS has an id. Without one, each receive counts as another message. */
function keyOf({ messageId, receiptHandle }: SqsRecord): string {
  return messageId === "" ? receiptHandle : messageId;
}
