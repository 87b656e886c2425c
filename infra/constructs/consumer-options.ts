import type { Duration } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type { HandlerOptions } from "./handler-options.ts";

/**
 * How often an event is processed to completion by one consumer. The constructs tell the handler and provide the store for
 * `exactly-once` and `at-most-once`.
 */
export type Guarantee = "at-most-once" | "at-least-once" | "exactly-once";

/** Who takes the messages of a queue, and how. */
export interface ConsumerOptions {
  /**
   * The function that handles the messages: a source file to bundle, or a function of your own.
   * @default none: the queue is polled by something else
   */
  readonly handler?: HandlerOptions | lambda.IFunction;
  /**
   * The guarantee. `exactly-once` and `at-most-once` give the handler the idempotency table, `at-least-once` none.
   * @default "exactly-once"
   */
  readonly guarantee?: Guarantee;
  /**
   * The consumer's name, which is part of each idempotency key. A function with several queues needs the same name for all.
   * @default the contract's name, a dot and the construct's id: `orders.Billing`
   */
  readonly consumer?: string;
  /**
   * Table of idempotency records.
   * @default one table a topic or work queue, made with its first handler that needs it
   */
  readonly idempotencyTable?: dynamodb.ITable;
  /**
   * Most messages in one invocation: 1 to 10,000, on FIFO 1 to 10. Above 10 `maxBatchingWindow` must be set.
   * Lambda also stops at 6 MB.
   * @default 10
   */
  readonly batchSize?: number;
  /**
   * How long Lambda waits for a batch to fill, 0 to 300 seconds; standard queues only.
   * @default Duration.seconds(0)
   */
  readonly maxBatchingWindow?: Duration;
  /**
   * Most invocations at the same time for this queue, 2 to 1,000. The default keeps one busy queue from using up the
   * concurrency of the whole account, and from overrunning what the handler calls.
   * @default 10
   */
  readonly maxConcurrency?: number;
  /**
   * Whether Lambda polls the queue.
   * @default true
   */
  readonly enabled?: boolean;
  /**
   * Any other property of the event source mapping; wins over every default and every option above.
   * @default none
   */
  readonly eventSourceProps?: Partial<lambda.EventSourceMappingOptions>;
}
