import { Duration } from "aws-cdk-lib";
import { SNS, SQS, secondsOf } from "../checks/index.ts";

/** How long a message may stay in each place between its publisher and one consumer. */
export interface DeliveryPath {
  /** Retention of the consumer's queue. */
  readonly queue: Duration;
  /** Retention of that queue's dead-letter queue. */
  readonly deadLetterQueue: Duration;
  /** Retention of the subscription's dead-letter queue; absent for a queue to which only its publishers send. */
  readonly subscriptionDeadLetterQueue?: Duration | undefined;
}

/** The retentions of a subscriber that sets none. */
export const DEFAULT_RETENTIONS: Required<DeliveryPath> & { readonly subscriptionDeadLetterQueue: Duration } = {
  queue: Duration.days(4),
  deadLetterQueue: Duration.days(14),
  subscriptionDeadLetterQueue: Duration.days(14),
};

/**
 * Returns the longest time after publishing in which a message can still be redelivered to the consumer. Payload objects and
 * idempotency records must live longer. It is the sum of:
 *
 * - for subscriptions, the 23 days during which SNS retries a delivery, and the retention of the subscription's dead-letter queue,
 *   from which the message may be copied back at the last moment;
 * - twice the retention of the queue and of its dead-letter queue: once until the message is about to expire in the dead-letter
 *   queue, and once more after it was redriven at that moment. A redriven message gets a new enqueue time (SQS Developer Guide,
 *   "dead-letter queue redrive").
 *
 * A message that is redriven a second time, weeks later, can be redelivered after this time.
 */
export function longestRedelivery(path: DeliveryPath): Duration {
  const sns =
    path.subscriptionDeadLetterQueue === undefined
      ? 0
      : Duration.days(SNS.deliveryRetryDays).toSeconds() + knownSeconds(path.subscriptionDeadLetterQueue);
  return Duration.seconds(sns + 2 * (knownSeconds(path.queue) + knownSeconds(path.deadLetterQueue)));
}

/** Returns the seconds of a retention. One that is known only at deployment counts as the longest that SQS allows. */
function knownSeconds(retention: Duration): number {
  return secondsOf(retention) ?? SQS.retentionSeconds.max;
}

/** Returns the longest of several durations, or `undefined` if there are none. */
export function longest(durations: readonly Duration[]): Duration | undefined {
  const seconds = durations.map((duration) => duration.toSeconds());
  return seconds.length === 0 ? undefined : Duration.seconds(Math.max(...seconds));
}
