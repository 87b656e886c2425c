import type { Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as sqs from "aws-cdk-lib/aws-sqs";

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
  const sum = Object.keys(usingMetrics)
    .map((name) => `FILL(${name}, 0)`)
    .join(" + ");
  return math("Dead letters", sum, usingMetrics, period);
}

/** Messages by which a queue grew within a period. */
export function growthOf(queue: sqs.IQueue, period: Duration): cloudwatch.IMetric {
  const depth = queue.metricApproximateNumberOfMessagesVisible({ period, statistic: "Maximum" });
  return math("New dead letters", "DIFF(depth)", { depth }, period);
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
  const draining = `${minutes} * visible / (FILL(done, 0) - FILL(arriving, 0))`;
  return math(
    "Minutes to drain",
    `IF(${minutes} * visible <= FILL(done, 0), 0, IF(FILL(done, 0) > FILL(arriving, 0), ${draining}, ${NEVER_MINUTES}))`,
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
  return math("Polls", "FILL(received, 0) + FILL(empty, 0)", usingMetrics, period);
}

/** Messages received within a period that were not deleted. */
export function redeliveriesOf(queue: sqs.IQueue, period: Duration): cloudwatch.IMetric {
  const usingMetrics = {
    received: queue.metricNumberOfMessagesReceived({ period, statistic: "Sum" }),
    done: queue.metricNumberOfMessagesDeleted({ period, statistic: "Sum" }),
  };
  return math("Redeliveries", "FILL(received, 0) - FILL(done, 0)", usingMetrics, period);
}

function math(
  label: string,
  expression: string,
  usingMetrics: Record<string, cloudwatch.IMetric>,
  period: Duration,
): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({ label, expression, usingMetrics, period });
}
