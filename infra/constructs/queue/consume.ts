import { Duration } from "aws-cdk-lib";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import {
  attachConsumer,
  type ConsumerHome,
  type ConsumerOptions,
  receivesFor,
  resolveHandler,
} from "../consumer/index.ts";
import type { AlarmFactory } from "../observability/index.ts";
import type { QueueSource, Queues } from "./queue-pair.ts";
import { longestRedelivery } from "./retention.ts";
import { checkVisibility, timingOf } from "./visibility.ts";

/** A dead-letter queue, where one is known. */
export type MaybeQueue = sqs.IQueue | undefined;

/** A queue, its dead-letter queue, and what consumes it. */
export interface Consumption<DeadLetterQueue extends MaybeQueue = MaybeQueue> extends Queues<DeadLetterQueue> {
  readonly handler: lambda.IFunction | undefined;
  readonly eventSourceMapping: lambda.EventSourceMapping | undefined;
  /** The longest time after publishing in which a message can be redelivered. */
  readonly redelivery: Duration;
}

/** What {@link consume} takes besides the options of the consumer. */
export interface ConsumptionProps<DeadLetterQueue extends MaybeQueue> {
  /** The last part of the consumer's default name. */
  readonly id: string;
  readonly queues: QueueSource<DeadLetterQueue>;
  /** Retention of the subscription's dead-letter queue; `undefined` without a subscription. */
  readonly subscriptionDeadLetterRetention?: Duration;
  readonly home: ConsumerHome;
  readonly alarms: AlarmFactory;
}

/** Creates the queue of a construct and its consumer: function, queues, event source mapping and alarms. */
export function consume<DeadLetterQueue extends MaybeQueue>(
  scope: Construct,
  options: ConsumerOptions,
  { id, queues: source, subscriptionDeadLetterRetention, home, alarms }: ConsumptionProps<DeadLetterQueue>,
): Consumption<DeadLetterQueue> {
  const handler = resolveHandler(scope, options, home);
  const queues = openQueues(scope, source, options, handler);
  const redelivery = longestRedelivery({
    queue: queues.retention,
    deadLetterQueue: queues.deadLetterRetention,
    subscriptionDeadLetterQueue: subscriptionDeadLetterRetention,
  });
  const attachment = { ...queues, id, fifo: source.fifo, retention: redelivery };
  const eventSourceMapping = handler && attachConsumer(scope, { ...attachment, handler }, options, home);
  addAlarms(alarms, queues, handler);
  return { ...queues, handler, eventSourceMapping, redelivery };
}

/** Opens the queues with a visibility timeout that suits the function. */
function openQueues<DeadLetterQueue extends MaybeQueue>(
  scope: Construct,
  source: QueueSource<DeadLetterQueue>,
  options: ConsumerOptions,
  handler: lambda.IFunction | undefined,
): Queues<DeadLetterQueue> {
  const window = options.maxBatchingWindow ?? options.eventSourceProps?.maxBatchingWindow;
  const timing = handler && timingOf(handler, window);
  if (timing !== undefined) {
    checkVisibility(scope, source.visibilityTimeout, timing);
  }
  return source.open({
    visibilityTimeout: timing && Duration.seconds(timing.guided),
    maxReceiveCount: handler && receivesFor(options),
  });
}

function addAlarms(
  alarms: AlarmFactory,
  { queue, deadLetterQueue }: Queues<MaybeQueue>,
  handler: lambda.IFunction | undefined,
): void {
  alarms.oldestMessageAge("OldestMessageAgeAlarm", queue);
  if (deadLetterQueue !== undefined) {
    alarms.deadLetterQueueDepth("DeadLetterQueueDepthAlarm", deadLetterQueue);
  }
  if (handler !== undefined) {
    alarms.functionHealth("FunctionErrorsAlarm", "FunctionThrottlesAlarm", handler);
  }
}
