import type { Delivery } from "./delivery.ts";

/** A dead-letter queue of a consumer. */
export interface DeadLetterQueue {
  readonly url: string;
  /**
   * The redrive policy's. What is to be redelivered at that receive is dead-lettered with its reason, before SQS moves the message
   * without.
   */
  readonly maxReceiveCount?: number;
  /** Starts of the handler after which a message is dead-lettered. @default the consumer's `maxAttempts` */
  readonly maxAttempts?: number;
}

/** When messages are dead-lettered, and where to. */
export interface Limits {
  /** By the ARN of the queue that a message comes from. */
  readonly deadLetterQueues: ReadonlyMap<string, DeadLetterQueue>;
  /** Starts of the handler; `undefined` for what each queue says. */
  readonly maxAttempts?: number | undefined;
}

export function deadLetterQueueOf({ deadLetterQueues }: Limits, { queueArn }: Delivery): DeadLetterQueue | undefined {
  return deadLetterQueues.get(queueArn);
}

/** `undefined` where SQS alone counts: messages are moved after `maxReceiveCount` receives. */
export function maxAttemptsOf(limits: Limits, delivery: Delivery): number | undefined {
  return limits.maxAttempts ?? deadLetterQueueOf(limits, delivery)?.maxAttempts;
}

/** How often SQS would still hand the message over; `Infinity` where the limit is not known. */
export function receivesLeft(
  { deadLetterQueues }: Pick<Limits, "deadLetterQueues">,
  { queueArn, receiveCount }: Delivery,
): number {
  const most = deadLetterQueues.get(queueArn)?.maxReceiveCount;
  return most === undefined ? Number.POSITIVE_INFINITY : Math.max(0, most - receiveCount);
}

/** Whether SQS would move the message to its dead-letter queue at the next receive. */
export function isLastReceive(limits: Limits, delivery: Delivery): boolean {
  return receivesLeft(limits, delivery) === 0;
}
