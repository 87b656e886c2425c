import type { Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as sqs from "aws-cdk-lib/aws-sqs";

/*
 * Arithmetic and comparisons take a missing value for 0 if the other metric has one, and have no result if none has. So FILL is not needed,
 * and it would harm: it also fills the latest minutes, for which SQS has not published yet, and an alarm that sees only filled values stays
 * as it is. Source: Amazon CloudWatch User Guide, "Using math expressions with CloudWatch metrics".
 */

/** Minutes that a backlog counts as which grows, or does not shrink. */
const NEVER_MINUTES = 1_440;

/** Messages in several queues together. Visible messages are counted: those that SQS moves do not count as sent. */
export function depthOf(queues: readonly sqs.IQueue[], period: Duration): cloudwatch.IMetric {
  const depths = queues.map((queue) =>
    queue.metricApproximateNumberOfMessagesVisible({ period, statistic: "Maximum" }),
  );
  const [first] = depths;
  if (first !== undefined && depths.length === 1) {
    return first;
  }
  const usingMetrics = Object.fromEntries(depths.map((depth, index) => [`m${index}`, depth]));
  return math("Dead letters", Object.keys(usingMetrics).join(" + "), usingMetrics, period);
}

/**
 * Messages by which a queue grew within a period. A dead-letter queue has no metrics before its first message, and again after hours
 * without one: without FILL, the first burst would have nothing to grow from. It can hide growth in the latest period only.
 */
export function growthOf(queue: sqs.IQueue, period: Duration): cloudwatch.IMetric {
  const depth = queue.metricApproximateNumberOfMessagesVisible({ period, statistic: "Maximum" });
  return math("New dead letters", "DIFF(FILL(depth, 0))", { depth }, period);
}

/**
 * Minutes until the backlog is cleared at the present rates. A queue that holds less than its consumer handles in a minute has no
 * backlog, even if as much arrives as is deleted.
 */
export function drainMinutes(queue: sqs.IQueue, period: Duration): cloudwatch.IMetric {
  const usingMetrics = {
    visible: queue.metricApproximateNumberOfMessagesVisible({ period, statistic: "Maximum" }),
    done: queue.metricNumberOfMessagesDeleted({ period, statistic: "Sum" }),
    arriving: queue.metricNumberOfMessagesSent({ period, statistic: "Sum" }),
  };
  const minutes = Math.max(1, period.toMinutes());
  const draining = `${minutes} * visible / (done - arriving)`;
  return math(
    "Minutes to drain",
    `IF(${minutes} * visible <= done, 0, IF(done > arriving, ${draining}, ${NEVER_MINUTES}))`,
    usingMetrics,
    period,
  );
}

/** Receive calls within a period, with or without messages. */
export function pollsOf(queue: sqs.IQueue, period: Duration): cloudwatch.IMetric {
  const usingMetrics = {
    received: queue.metricNumberOfMessagesReceived({ period, statistic: "Sum" }),
    empty: queue.metricNumberOfEmptyReceives({ period, statistic: "Sum" }),
  };
  return math("Polls", "received + empty", usingMetrics, period);
}

/** Messages received within a period that were not deleted. */
export function redeliveriesOf(queue: sqs.IQueue, period: Duration): cloudwatch.IMetric {
  const usingMetrics = {
    received: queue.metricNumberOfMessagesReceived({ period, statistic: "Sum" }),
    done: queue.metricNumberOfMessagesDeleted({ period, statistic: "Sum" }),
  };
  return math("Redeliveries", "received - done", usingMetrics, period);
}

function math(
  label: string,
  expression: string,
  usingMetrics: Record<string, cloudwatch.IMetric>,
  period: Duration,
): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({ label, expression, usingMetrics, period });
}
