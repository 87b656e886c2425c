import { Duration } from "aws-cdk-lib";
import { SNS, SQS } from "./limits.ts";
import { secondsOf } from "./validation.ts";

/** How long a message may stay in each place between its publisher and one consumer. */
export interface DeliveryPath {
  /** Retention of the consumer's queue. */
  readonly queue: Duration;
  /** Retention of that queue's dead-letter queue. */
  readonly deadLetterQueue: Duration;
  /** Retention of the subscription's dead-letter queue; absent for a queue that nothing but its publishers fill. */
  readonly subscriptionDeadLetterQueue?: Duration;
}

/**
 * The longest time after publishing in which a message can still come to the consumer. Payload objects and idempotency records
 * must live longer. The sum of:
 *
 * - 23 days of SNS's delivery retries and the retention of the subscription's dead-letter queue, from which the message is
 *   copied back at the last moment (only for subscriptions);
 * - twice the retention of the queue and of its dead-letter queue: once to end up there, and once more after a redrive at the
 *   last moment. A redriven message starts with a new enqueue time (SQS Developer Guide, "dead-letter queue redrive").
 *
 * Whoever redrives the same message a second time after weeks is past this time.
 */
export function longestRedelivery(path: DeliveryPath): Duration {
  const sns =
    path.subscriptionDeadLetterQueue === undefined
      ? 0
      : Duration.days(SNS.deliveryRetryDays).toSeconds() + knownSeconds(path.subscriptionDeadLetterQueue);
  return Duration.seconds(sns + 2 * (knownSeconds(path.queue) + knownSeconds(path.deadLetterQueue)));
}

/** A retention that is only known at deployment counts as the longest that SQS allows. */
function knownSeconds(retention: Duration): number {
  return secondsOf(retention) ?? SQS.retentionSeconds.max;
}

/** The longest of several durations, or `undefined` of none. */
export function longest(durations: readonly Duration[]): Duration | undefined {
  if (durations.length === 0) return undefined;
  return Duration.seconds(Math.max(...durations.map((duration) => duration.toSeconds())));
}

/** Days, rounded up: S3 lifecycle rules count whole days. */
export function wholeDays(duration: Duration): number {
  return Math.ceil(duration.toDays({ integral: false }));
}
