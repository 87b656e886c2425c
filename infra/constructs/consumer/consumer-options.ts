import type { Duration } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type { MetricsProps } from "../observability/index.ts";
import type { HandlerOptions } from "./handler-options.ts";

/**
 * How often one consumer processes an event to completion. The constructs pass the guarantee to the handler, and provide the
 * idempotency table that `exactly-once` and `at-most-once` need.
 */
export type Guarantee = "at-most-once" | "at-least-once" | "exactly-once";

/** Event pollers of an event source mapping in provisioned mode. */
export interface ProvisionedPollers {
  /**
   * Pollers that always run, 2 to 200.
   * @default 2
   */
  readonly minimum?: number;
  /**
   * Most pollers, 2 to 2,000, not below `minimum`.
   * @default 200
   */
  readonly maximum?: number;
}

/** What consumes the messages of a queue, and how. */
export interface ConsumerOptions {
  /**
   * The function that handles the messages: a source file to bundle, or your own function.
   * @default none: something else polls the queue
   */
  readonly handler?: HandlerOptions | lambda.IFunction;
  /**
   * The guarantee. With `exactly-once` and `at-most-once` the handler uses the idempotency table, with `at-least-once` it does
   * not.
   * @default "exactly-once"
   */
  readonly guarantee?: Guarantee;
  /**
   * Starts of the handler after which a message is dead-lettered with the last error, 1 to 1,000. Receives that start no handler do
   * not count, except with `at-least-once`, which has no store to count in.
   * @default 5, or the queue's own maxReceiveCount if that is lower
   */
  readonly maxAttempts?: number;
  /**
   * The consumer's name, which is part of each idempotency key. A function that consumes several queues needs the same name for
   * all of them.
   * @default the contract's name, a dot and the construct's id: `orders.Billing`
   */
  readonly consumer?: string;
  /**
   * Alarms and graphs on what the handler tells of itself. Takes effect with `observers: [metrics()]` in the handler, from `fanfare/metrics`,
   * which is not added here. Sets the variable `FANFARE_METRICS_NAMESPACE`. CloudWatch bills each metric.
   * @default that of the topic, else false
   */
  readonly metrics?: boolean | MetricsProps;
  /**
   * Table of idempotency records.
   * @default one table per topic or work queue, created with the first handler that needs it
   */
  readonly idempotencyTable?: dynamodb.ITable;
  /**
   * Most messages per invocation: 1 to 10,000, on FIFO queues 1 to 10. Above 10, `maxBatchingWindow` must be set. Lambda also
   * limits a batch to 6 MB.
   * @default 10
   */
  readonly batchSize?: number;
  /**
   * How long Lambda waits for a batch to fill, 0 to 300 seconds; standard queues only.
   * @default Duration.seconds(0)
   */
  readonly maxBatchingWindow?: Duration;
  /**
   * Most concurrent invocations for this queue, 2 to 1,000. The default prevents one busy queue from using up the concurrency of
   * the whole account, and from overloading what the handler calls.
   * @default 10
   */
  readonly maxConcurrency?: number;
  /**
   * Event pollers that Lambda keeps for this queue in place of `maxConcurrency`. They react to peaks at once, scale up three times as
   * fast, and are charged for by the hour. Each takes up to 10 concurrent invocations (AWS Lambda Developer Guide, "Configuring scaling
   * behavior for SQS event source mappings").
   * @default none: Lambda scales pollers by itself
   */
  readonly provisionedPollers?: ProvisionedPollers;
  /**
   * Whether Lambda polls the queue.
   * @default true
   */
  readonly enabled?: boolean;
  /**
   * Any other property of the event source mapping; overrides all defaults and all options above. Properties for streams and Kafka are left
   * out: Lambda refuses them for queues.
   * @default none
   */
  readonly eventSourceProps?: Omit<
    Partial<lambda.EventSourceMappingOptions>,
    | "eventSourceArn"
    | "bisectBatchOnError"
    | "onFailure"
    | "supportS3OnFailureDestination"
    | "startingPosition"
    | "startingPositionTimestamp"
    | "maxRecordAge"
    | "retryAttempts"
    | "parallelizationFactor"
    | "tumblingWindow"
    | "kafkaTopic"
    | "kafkaBootstrapServers"
    | "kafkaConsumerGroupId"
    | "sourceAccessConfigurations"
    | "schemaRegistryConfig"
  >;
}
