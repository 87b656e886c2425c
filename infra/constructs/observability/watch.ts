import { Annotations, Duration } from "aws-cdk-lib";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type * as sns from "aws-cdk-lib/aws-sns";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { checkBelowTimeout } from "./alarm-checks.ts";
import type { AlarmFactory } from "./alarms.ts";
import { depthOf, drainMinutes, growthOf, pollsOf, redeliveriesOf } from "./metrics.ts";
import { type ConsumerMetrics, consumerMetric } from "./own-metrics.ts";
import { expiringAge, oldAge, silence, timeoutOf, timesOf } from "./thresholds.ts";

const MINUTE = Duration.minutes(1);
const REDELIVERY_PERIOD = Duration.minutes(15);
const POLL_PERIOD = Duration.minutes(5);
/** A message that fails is seen at each of its receives, between which the backoff is at most 15 minutes. */
const FAILURE_PERIOD = Duration.minutes(15);
const PERCENT = 100;

/** A consumer as its alarms see it. */
export interface WatchedConsumer {
  readonly queue: sqs.IQueue;
  readonly fifo: boolean;
  /** The dead-letter queue of the queue. */
  readonly deadLetterQueue: sqs.IQueue | undefined;
  /** The dead-letter queue of the subscription. */
  readonly subscriptionDeadLetterQueue?: sqs.IQueue;
  readonly handler: lambda.IFunction | undefined;
  /** Whether the event source mapping is to poll the queue. */
  readonly polled: boolean;
  /** `undefined` if the consumer does not observe itself. */
  readonly metrics?: ConsumerMetrics | undefined;
}

/** Creates the alarms of a consumer. */
export function watchConsumer(scope: Construct, alarms: AlarmFactory, consumer: WatchedConsumer): void {
  watchDeadLetters(scope, alarms, consumer);
  watchQueue(scope, alarms, consumer);
  if (consumer.handler !== undefined) {
    watchFunction(alarms, consumer.handler);
    watchMetrics(scope, alarms, consumer, consumer.handler);
  }
}

function watchDeadLetters(scope: Construct, alarms: AlarmFactory, consumer: WatchedConsumer): void {
  const { queue, deadLetterQueue, subscriptionDeadLetterQueue, fifo } = consumer;
  watchDepth(
    alarms,
    [deadLetterQueue, subscriptionDeadLetterQueue].filter((each) => each !== undefined),
  );
  if (deadLetterQueue === undefined) {
    return;
  }
  alarms.add("deadLetterRate", {
    metric: (period) => growthOf(deadLetterQueue, period),
    threshold: numberOr(alarms.options?.deadLetterRate, 10),
  });
  const times = { queue: timesOf(queue), deadLetterQueue: timesOf(deadLetterQueue), fifo };
  alarms.add("deadLetterAge", {
    metric: (period) => deadLetterQueue.metricApproximateAgeOfOldestMessage({ period, statistic: "Maximum" }),
    threshold: expiringAge(scope, times, alarms.options?.deadLetterAge),
  });
}

/** Creates the alarm of the dead-letter queue of a subscription alone. */
export function watchSubscriptionDeadLetters(alarms: AlarmFactory, queue: sqs.IQueue): void {
  watchDepth(alarms, [queue]);
}

function watchDepth(alarms: AlarmFactory, queues: readonly sqs.IQueue[]): void {
  if (queues.length > 0) {
    alarms.add("deadLetterQueueDepth", {
      metric: (period) => depthOf(queues, period),
      threshold: alarms.options?.deadLetterQueueDepth || 0,
      period: MINUTE,
    });
  }
}

function watchQueue(scope: Construct, alarms: AlarmFactory, { queue, fifo, handler, polled }: WatchedConsumer): void {
  const { options } = alarms;
  alarms.add("oldestMessageAge", {
    metric: (period) => queue.metricApproximateAgeOfOldestMessage({ period, statistic: "Maximum" }),
    threshold: oldAge(scope, timesOf(queue), options?.oldestMessageAge),
  });
  alarms.add("drainTime", {
    metric: (period) => drainMinutes(queue, period),
    threshold: (options?.drainTime || Duration.hours(1)).toMinutes(),
  });
  alarms.add("redeliveries", {
    metric: (period) => redeliveriesOf(queue, period),
    threshold: numberOr(options?.redeliveries, 20),
    period: REDELIVERY_PERIOD,
  });
  // Metrics of fair queues: SQS Developer Guide, "Monitoring fair queues using CloudWatch". FIFO queues do not have them.
  if (!fifo) {
    alarms.add("noisyGroups", {
      metric: (period) => queue.metric("ApproximateNumberOfNoisyGroups", { period, statistic: "Maximum" }),
      threshold: numberOr(options?.noisyGroups, 0),
    });
    alarms.add("quietGroupsAge", {
      metric: (period) => queue.metric("ApproximateAgeOfOldestMessageInQuietGroups", { period, statistic: "Maximum" }),
      threshold: oldAge(scope, timesOf(queue), options?.quietGroupsAge),
    });
  }
  if (handler !== undefined && polled) {
    const quiet = silence(scope, handler, options?.notPolled);
    alarms.add("notPolled", {
      metric: (period) => pollsOf(queue, period),
      threshold: 1,
      below: true,
      period: POLL_PERIOD,
      periods: Math.ceil(quiet.toMinutes({ integral: false }) / POLL_PERIOD.toMinutes()),
    });
  }
}

function watchFunction(alarms: AlarmFactory, handler: lambda.IFunction): void {
  const { options } = alarms;
  alarms.add("functionErrors", {
    metric: (period) => handler.metricErrors({ period, statistic: "Sum" }),
    threshold: numberOr(options?.functionErrors, 0),
  });
  alarms.add("functionThrottles", {
    metric: (period) => handler.metricThrottles({ period, statistic: "Sum" }),
    threshold: numberOr(options?.functionThrottles, 0),
  });
  const timeout = timeoutOf(handler);
  if (timeout !== undefined) {
    alarms.add("functionDuration", {
      metric: (period) => handler.metricDuration({ period, statistic: "Maximum" }),
      threshold: (numberOr(options?.functionDuration, 90) / PERCENT) * timeout * 1_000,
    });
  }
}

/** Creates the alarms on what the consumer tells of itself. */
function watchMetrics(
  scope: Construct,
  alarms: AlarmFactory,
  { queue, metrics }: WatchedConsumer,
  handler: lambda.IFunction,
): void {
  const { oldestFailingEvent, handlerTime } = alarms.options ?? {};
  if (metrics === undefined) {
    if (oldestFailingEvent || handlerTime) {
      Annotations.of(scope).addWarningV2(
        "fanfare:alarmsWithoutMetrics",
        "alarms.oldestFailingEvent and alarms.handlerTime watch metrics that are off here: set metrics: true, and observers: [metrics()] in the handler",
      );
    }
    return;
  }
  alarms.add("oldestFailingEvent", {
    metric: (period) => consumerMetric(metrics, "OldestFailingEventAge", { period, statistic: "Maximum" }),
    threshold: oldAge(scope, timesOf(queue), oldestFailingEvent, "alarms.oldestFailingEvent"),
    period: FAILURE_PERIOD,
  });
  const timeout = timeoutOf(handler);
  const slowMs = handlerTime ? handlerTime.toMilliseconds() : timeout && (timeout * 1_000) / 2;
  if (slowMs !== undefined && alarms.has("handlerTime")) {
    checkBelowTimeout(scope, "handlerTime", slowMs / 1_000, timeout);
    alarms.add("handlerTime", {
      metric: (period) => consumerMetric(metrics, "HandlerTime", { period, statistic: "p99" }),
      threshold: slowMs,
    });
  }
}

/** Creates the alarms of a topic. */
export function watchTopic(alarms: AlarmFactory, topic: sns.ITopic): void {
  const { options } = alarms;
  alarms.refuseOwnTopic(topic);
  const metric =
    (metricName: string) =>
    (period: Duration): cloudwatch.IMetric =>
      topic.metric(metricName, { period, statistic: "Sum" });
  alarms.add("failedNotifications", {
    metric: metric("NumberOfNotificationsFailed"),
    threshold: numberOr(options?.failedNotifications, 0),
  });
  alarms.add("lostNotifications", {
    metric: metric("NumberOfNotificationsFailedToRedriveToDlq"),
    threshold: numberOr(options?.lostNotifications, 0),
  });
  alarms.add("invalidAttributes", {
    metric: metric("NumberOfNotificationsFilteredOut-InvalidAttributes"),
    threshold: numberOr(options?.invalidAttributes, 0),
  });
}

function numberOr(given: number | false | undefined, fallback: number): number {
  return given === undefined || given === false ? fallback : given;
}
