import { entryResults, type SqsLoader } from "../../aws/index.ts";
import { Batcher } from "../../batch/index.ts";
import type { Clock } from "../../clock/index.ts";
import { describeError, FanfareError } from "../../errors/index.ts";
import { type EntryResult, withDeadline } from "../../std/index.ts";
import { MAX_BATCH_ENTRIES } from "../../wire/index.ts";
import { type Delivery, type Invocation, type Logger, responseDeadline } from "../record/index.ts";
import type { Messages } from "./messages.ts";
import { PerQueue } from "./per-queue.ts";

/** What {@link LambdaMessages} takes. */
export interface LambdaMessagesOptions {
  readonly load: SqsLoader;
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
      (queueUrl) =>
        new Batcher({
          clock: options.clock,
          maxItems: MAX_BATCH_ENTRIES,
          lingerMs: LINGER_MS,
          concurrency: CONCURRENCY,
          send: (changes) => this.#change(queueUrl, changes),
        }),
    );
  }

  acknowledge(): undefined {}

  async redeliver(delivery: Delivery, seconds: number | undefined): Promise<void> {
    const queueUrl = queueUrlOf(delivery.queueArn);
    if (seconds === undefined || queueUrl === undefined) {
      return;
    }
    await this.#changes.add(queueUrl, { delivery, seconds }).catch((error: unknown) => {
      this.#options.logger.warn("backoff not set", {
        messageId: delivery.messageId,
        error: describeError(error).message,
      });
    });
  }

  hurry(): void {
    this.#changes.hurry();
  }

  async #change(queueUrl: string, changes: readonly Change[]): Promise<readonly EntryResult<unknown>[]> {
    const { load, clock, invocation } = this.#options;
    const { sdk, client } = await load();
    const command = new sdk.ChangeMessageVisibilityBatchCommand({
      QueueUrl: queueUrl,
      Entries: changes.map(({ delivery, seconds }, index) => ({
        Id: String(index),
        ReceiptHandle: delivery.record.receiptHandle,
        VisibilityTimeout: seconds,
      })),
    });
    const response = await withDeadline(clock, responseDeadline(invocation, clock), tooLate, (abortSignal) =>
      client.send(command, { abortSignal }),
    );
    return entryResults(changes.length, response);
  }
}

function tooLate(): FanfareError {
  return new FanfareError("DeadlineTooClose", "setting the backoff did not end in the invocation's time");
}

/** The URL of a queue from its ARN. @returns `undefined` for a string that is not the ARN of a queue */
export function queueUrlOf(arn: string): string | undefined {
  const match = /^arn:(aws[a-z-]*):sqs:([a-z0-9-]+):(\d{12}):([A-Za-z0-9_.-]+)$/.exec(arn);
  if (match === null) {
    return undefined;
  }
  const [, partition, region, account, name] = match;
  const suffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://sqs.${region}.${suffix}/${account}/${name}`;
}
