import { callEntries, entryResults, parseQueueArn, type SettlingSqsLoader } from "../../aws/index.ts";
import { Batcher } from "../../batch/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { EntryResult } from "../../std/index.ts";
import { MAX_BATCH_ENTRIES } from "../../wire/index.ts";
import { type Delivery, errorFields, type Invocation, type Logger, responseDeadline } from "../record/index.ts";
import type { Messages } from "./messages.ts";
import { PerQueue } from "./per-queue.ts";

/** What {@link LambdaMessages} takes. */
export interface LambdaMessagesOptions {
  readonly load: SettlingSqsLoader;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly invocation: Invocation;
}

interface Change {
  readonly delivery: Delivery;
  readonly seconds: number;
}

/** Milliseconds that a change of visibility may wait for others. */
const LINGER_MS = 20;

/** Calls in progress at once, per queue. */
const CONCURRENCY = 4;

/**
 * The messages of a Lambda invocation. The response acknowledges; only the time of a redelivery is set here, 10 messages per call.
 * A change that fails does no harm: the message becomes visible after the queue's visibility timeout.
 */
export class LambdaMessages implements Messages {
  readonly #options: LambdaMessagesOptions;
  readonly #changes: PerQueue<Change>;

  constructor(options: LambdaMessagesOptions) {
    this.#options = options;
    this.#changes = new PerQueue(
      (queueArn) =>
        new Batcher({
          clock: options.clock,
          maxItems: MAX_BATCH_ENTRIES,
          lingerMs: LINGER_MS,
          concurrency: CONCURRENCY,
          send: (changes) => callEntries(changes, (some) => this.#change(queueArn, some)),
        }),
    );
  }

  acknowledge(): undefined {}

  async redeliver(delivery: Delivery, seconds: number | undefined): Promise<void> {
    if (seconds === undefined || parseQueueArn(delivery.queueArn) === undefined) {
      return;
    }
    await this.#changes.add(delivery.queueArn, { delivery, seconds }).catch((error: unknown) => {
      this.#options.logger.warn("backoff not set", {
        messageId: delivery.messageId,
        error: errorFields(error),
      });
    });
  }

  hurry(): void {
    this.#changes.hurry();
  }

  relax(): void {
    this.#changes.relax();
  }

  async #change(queueArn: string, changes: readonly Change[]): Promise<readonly EntryResult<unknown>[]> {
    const { load, clock, invocation } = this.#options;
    const queue = parseQueueArn(queueArn);
    if (queue === undefined) {
      return changes.map(() => ({ ok: false, error: new Error(`${queueArn} is not the ARN of a queue`) }));
    }
    const sqs = await load(queue.region);
    const input = {
      QueueUrl: await sqs.queueUrl(queue),
      Entries: changes.map(({ delivery, seconds }, index) => ({
        Id: String(index),
        ReceiptHandle: delivery.record.receiptHandle,
        VisibilityTimeout: seconds,
      })),
    };
    const response = await sqs.changeMessageVisibilityBatch(input, {
      ms: responseDeadline(invocation, clock) - clock.now(),
    });
    return entryResults(changes.length, response);
  }
}
