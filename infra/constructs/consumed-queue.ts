import { type Duration, Token } from "aws-cdk-lib";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { AlarmFactory } from "./alarms.ts";
import { attachConsumer, type ConsumerHome, resolveHandler } from "./consumer.ts";
import { checkHandlerless, checkVisibility, guidedVisibility, timeoutOf } from "./consumer-checks.ts";
import type { ConsumerOptions } from "./consumer-options.ts";
import { retentionOf, visibilityOf } from "./existing-queue.ts";
import type { QueueOptions } from "./queue-options.ts";
import { createQueuePair } from "./queue-pair.ts";
import { type DeliveryPath, longestRedelivery } from "./retention.ts";

/** A queue, its dead-letter queue, and what consumes it. */
export interface ConsumedQueue {
  readonly queue: sqs.IQueue;
  readonly deadLetterQueue: sqs.IQueue | undefined;
  readonly handler: lambda.IFunction | undefined;
  readonly eventSourceMapping: lambda.EventSourceMapping | undefined;
  /** The longest time in which a message can come again. */
  readonly retention: Duration;
}

/** What {@link createConsumedQueue} takes besides options. */
export interface ConsumedQueueProps {
  /** The last part of the consumer's default name. */
  readonly id: string;
  readonly fifo: boolean;
  /** A queue of the user's own. */
  readonly queue: sqs.IQueue | undefined;
  /** Retention of the subscription's dead-letter queue; `undefined` without a subscription. */
  readonly subscriptionDeadLetterRetention: Duration | undefined;
  readonly home: ConsumerHome;
  readonly alarms: AlarmFactory;
}

/** What subscribers and work queues have in common: queue, dead-letter queue, handler, mapping, alarms. */
export function createConsumedQueue(
  scope: Construct,
  options: QueueOptions & ConsumerOptions,
  props: ConsumedQueueProps,
): ConsumedQueue {
  checkHandlerless(scope, options);
  const handler = resolveHandler(scope, options, props.home);
  const timeout = handler === undefined ? undefined : timeoutOf(handler);
  const window = options.maxBatchingWindow ?? options.eventSourceProps?.maxBatchingWindow;
  const given = props.queue === undefined ? givenVisibility(options) : visibilityOf(props.queue);
  checkVisibility(scope, given, timeout, window);
  const pair =
    props.queue === undefined ? newQueue(scope, options, props.fifo, timeout, window) : ownQueue(props.queue);

  const path = { queue: pair.retention, deadLetterQueue: pair.deadLetterRetention };
  const delivery: DeliveryPath =
    props.subscriptionDeadLetterRetention === undefined
      ? path
      : { ...path, subscriptionDeadLetterQueue: props.subscriptionDeadLetterRetention };
  const retention = longestRedelivery(delivery);
  const { queue, deadLetterQueue, maxReceiveCount } = pair;
  const eventSourceMapping =
    handler === undefined
      ? undefined
      : attachConsumer(
          scope,
          { id: props.id, handler, queue, deadLetterQueue, maxReceiveCount, fifo: props.fifo, retention },
          options,
          props.home,
        );
  addAlarms(props.alarms, queue, deadLetterQueue, handler);
  return { queue, deadLetterQueue, handler, eventSourceMapping, retention };
}

interface Queues {
  readonly queue: sqs.IQueue;
  readonly deadLetterQueue: sqs.IQueue | undefined;
  /** `undefined` where it is not known. */
  readonly maxReceiveCount: number | undefined;
  readonly retention: Duration;
  readonly deadLetterRetention: Duration;
}

function newQueue(
  scope: Construct,
  options: QueueOptions,
  fifo: boolean,
  timeout: Duration | undefined,
  window: Duration | undefined,
): Queues {
  const pair = createQueuePair(scope, {
    ...options,
    fifo,
    defaultVisibilityTimeout: guidedVisibility(timeout, window),
  });
  return { ...pair, maxReceiveCount: knownCount(pair.queue.deadLetterQueue?.maxReceiveCount) };
}

function ownQueue(queue: sqs.IQueue): Queues {
  const deadLetter = queue instanceof sqs.Queue ? queue.deadLetterQueue : undefined;
  const deadLetterQueue = deadLetter?.queue;
  return {
    queue,
    deadLetterQueue,
    maxReceiveCount: knownCount(deadLetter?.maxReceiveCount),
    retention: retentionOf(queue),
    deadLetterRetention: retentionOf(deadLetterQueue),
  };
}

/** A number that is only known at deployment cannot be written into the handler's environment as JSON. */
function knownCount(count: number | undefined): number | undefined {
  return count === undefined || Token.isUnresolved(count) ? undefined : count;
}

function givenVisibility(options: QueueOptions): Duration | undefined {
  return options.queueProps?.visibilityTimeout ?? options.visibilityTimeout;
}

function addAlarms(
  alarms: AlarmFactory,
  queue: sqs.IQueue,
  deadLetterQueue: sqs.IQueue | undefined,
  handler: lambda.IFunction | undefined,
): void {
  alarms.oldestMessageAge("OldestMessageAgeAlarm", queue);
  if (deadLetterQueue !== undefined) alarms.deadLetterQueueDepth("DeadLetterQueueDepthAlarm", deadLetterQueue);
  if (handler !== undefined) alarms.functionHealth("FunctionErrorsAlarm", "FunctionThrottlesAlarm", handler);
}
