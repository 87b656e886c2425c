import { CfnQueue } from "aws-cdk-lib/aws-sqs";
import type { Subscriber } from "fanfare/infra";

/**
 * Gives the subscription of a standard queue to a FIFO topic a standard dead-letter queue: SNS asks for a FIFO one only where
 * the subscribed queue is FIFO too. Does nothing where it is one already.
 */
export function standardDeadLetters(subscriber: Subscriber): void {
  const queue = subscriber.subscriptionDeadLetterQueue.node.defaultChild;
  if (subscriber.queue.fifo || !(queue instanceof CfnQueue) || queue.fifoQueue !== true) return;
  queue.fifoQueue = undefined;
  queue.contentBasedDeduplication = undefined;
  queue.deduplicationScope = undefined;
  queue.fifoThroughputLimit = undefined;
  queue.queueName = queue.queueName?.replace(/\.fifo$/, "");
}
