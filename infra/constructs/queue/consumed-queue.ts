import type { Duration } from "aws-cdk-lib";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as iam from "aws-cdk-lib/aws-iam";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { principalOf } from "../consumer/index.ts";
import type { ConsumerMetrics } from "../observability/index.ts";
import type { Consumption, MaybeQueue } from "./consume.ts";

/** A construct that has a queue and, optionally, a handler: what subscribers and work queues have in common. */
export abstract class ConsumedQueue<DeadLetterQueue extends MaybeQueue = MaybeQueue>
  extends Construct
  implements iam.IGrantable
{
  /** @internal */
  protected abstract readonly consumption: Consumption<DeadLetterQueue>;

  get queue(): sqs.IQueue {
    return this.consumption.queue;
  }

  /** Messages that could not be processed. `undefined` only for an imported queue, whose dead-letter queue is not known. */
  get deadLetterQueue(): DeadLetterQueue {
    return this.consumption.deadLetterQueue;
  }

  get handler(): lambda.IFunction | undefined {
    return this.consumption.handler;
  }

  get eventSourceMapping(): lambda.EventSourceMapping | undefined {
    return this.consumption.eventSourceMapping;
  }

  /** The longest time after publishing in which a message can be redelivered to the handler. */
  get retention(): Duration {
    return this.consumption.redelivery;
  }

  /** @internal What the handler tells of itself. */
  get metrics(): ConsumerMetrics | undefined {
    return this.consumption.metrics;
  }

  /** The principal of the handler, so that `table.grantWriteData(subscriber)` grants to the handler. Throws if there is none. */
  get grantPrincipal(): iam.IPrincipal {
    return principalOf(this, this.handler);
  }

  /** Age of the oldest message in seconds. */
  metricApproximateAgeOfOldestMessage(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.queue.metricApproximateAgeOfOldestMessage(options);
  }

  /** Messages that wait to be received. */
  metricApproximateNumberOfMessagesVisible(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.queue.metricApproximateNumberOfMessagesVisible(options);
  }
}
