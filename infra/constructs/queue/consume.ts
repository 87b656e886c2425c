import { Duration } from "aws-cdk-lib";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { warnOfFullStack } from "../checks/index.ts";
import {
  addQueueEvents,
  attachConsumer,
  type ConsumerHome,
  type ConsumerOptions,
  consumerOf,
  receivesFor,
  resolveHandler,
} from "../consumer/index.ts";
import { type ConsumerMetrics, metricsNamespaceOf } from "../observability/index.ts";
import { checkDeployedQueues } from "./deployed-queues.ts";
import { warnOfSmallFairQueue } from "./fair-queue.ts";
import type { QueueSource, Queues } from "./queue-pair.ts";
import { longestRedelivery } from "./retention.ts";
import { checkVisibility, timingOf } from "./visibility.ts";

/** A dead-letter queue, where one is known. */
export type MaybeQueue = sqs.IQueue | undefined;

/** A queue, its dead-letter queue, and what consumes it. */
export interface Consumption<DeadLetterQueue extends MaybeQueue = MaybeQueue> extends Queues<DeadLetterQueue> {
  readonly fifo: boolean;
  readonly handler: lambda.IFunction | undefined;
  readonly eventSourceMapping: lambda.EventSourceMapping | undefined;
  /** Whether the event source mapping is to poll the queue. */
  readonly polled: boolean;
  /** What the consumer tells of itself; `undefined` if that is off. */
  readonly metrics: ConsumerMetrics | undefined;
  /** The longest time after publishing in which a message can be redelivered. */
  readonly redelivery: Duration;
}

/** What {@link consume} takes besides the options of the consumer. */
export interface ConsumptionProps<DeadLetterQueue extends MaybeQueue> {
  /** The last part of the consumer's default name. */
  readonly id: string;
  readonly queues: QueueSource<DeadLetterQueue>;
  /** Names of the events that reach the queue; empty if they are not known. */
  readonly events: readonly string[];
  /** Whether messages of a standard queue carry their tenants: it is a fair queue. */
  readonly tenants: boolean;
  /** Retention of the subscription's dead-letter queue; `undefined` without a subscription. */
  readonly subscriptionDeadLetterRetention?: Duration;
  readonly home: ConsumerHome;
}

/** Creates the queue of a construct and its consumer: function, queues and event source mapping. */
export function consume<DeadLetterQueue extends MaybeQueue>(
  scope: Construct,
  options: ConsumerOptions,
  { id, queues: source, events, tenants, subscriptionDeadLetterRetention, home }: ConsumptionProps<DeadLetterQueue>,
): Consumption<DeadLetterQueue> {
  warnOfFullStack(scope);
  const handler = resolveHandler(scope, options, home);
  const queues = openQueues(scope, source, options, handler);
  if (tenants && handler !== undefined && !source.fifo) {
    warnOfSmallFairQueue(scope, options);
  }
  const redelivery = longestRedelivery({
    queue: queues.retention,
    deadLetterQueue: queues.deadLetterRetention,
    subscriptionDeadLetterQueue: subscriptionDeadLetterRetention,
  });
  const namespace = metricsNamespaceOf(scope, options.metrics);
  const { consumer } = consumerOf(options, `${home.contractName}.${id}`);
  const metrics = namespace === undefined || consumer === undefined ? undefined : { namespace, consumer };
  checkDeployedQueues(scope, { ...queues, handler, retentionOption: "deadLetter.retention" });
  if (handler === undefined) {
    addQueueEvents(scope, { queue: queues.queue, contractName: home.contractName, events });
  }
  const attachment = { ...queues, id, events, fifo: source.fifo, retention: redelivery, metrics };
  const eventSourceMapping = handler && attachConsumer(scope, { ...attachment, handler }, options, home);
  const polled = handler !== undefined && (options.eventSourceProps?.enabled ?? options.enabled ?? true);
  return { ...queues, fifo: source.fifo, handler, eventSourceMapping, polled, metrics, redelivery };
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
