import type { Duration, RemovalPolicy } from "aws-cdk-lib";
import type * as kms from "aws-cdk-lib/aws-kms";
import type * as sqs from "aws-cdk-lib/aws-sqs";

/** Options of a dead-letter queue. */
export interface DeadLetterQueueOptions {
  /**
   * How long a message is retained, 1 minute to 14 days. On standard queues it is counted from when the message was first sent,
   * so it must not be shorter than the retention of the source queue.
   * @default Duration.days(14)
   */
  readonly retention?: Duration;
  /**
   * Name of the queue, at most 80 characters, ending in `.fifo` on FIFO.
   * @default made of the stack's name and the construct's path
   */
  readonly queueName?: string;
}

/** Options of a queue and of its dead-letter queue. */
export interface QueueOptions {
  /**
   * How long an unprocessed message is retained, 1 minute to 14 days.
   * @default Duration.days(4)
   */
  readonly retention?: Duration;
  /**
   * Receives after which SQS moves a message to the dead-letter queue, 1 to 1,000. Not every receive is a try: leave room for
   * messages that are handed back, and for polls whose invocation is throttled. How often the handler is started is up to
   * `maxAttempts`.
   * @default with a handler maxAttempts x (1 + batchSize), at most 1,000: 55 with the defaults; otherwise 5
   */
  readonly maxReceiveCount?: number;
  /**
   * How long a received message stays invisible, 0 seconds to 12 hours. With a handler, it must not be shorter than the function's
   * timeout: Lambda refuses that.
   * @default with a handler 6 times its timeout plus the batching window; otherwise 30 seconds
   */
  readonly visibilityTimeout?: Duration;
  /**
   * How long each new message stays invisible, 0 to 15 minutes. FIFO queues support a delay only per queue, not per message.
   * @default Duration.seconds(0)
   */
  readonly deliveryDelay?: Duration;
  /** The dead-letter queue. It has the type of its source queue. */
  readonly deadLetter?: DeadLetterQueueOptions;
  /**
   * Name of the queue, at most 80 characters, ending in `.fifo` on FIFO.
   * @default made of the stack's name and the construct's path
   */
  readonly queueName?: string;
  /**
   * Beginning of the default names of the queues: `shop-billing`, `shop-billing-dlq`. Letters, digits, hyphens and underscores. With
   * it, names do not depend on the stack and the path, so that the construct can be renamed and moved without replacing its queues.
   * @default the namePrefix of the topic, a hyphen and the construct's id
   */
  readonly namePrefix?: string;
  /**
   * Customer managed key for the queue and its dead-letter queues.
   * @default the key of the topic; without one, SQS encrypts with its own key (SSE-SQS)
   */
  readonly encryptionKey?: kms.IKey;
  /**
   * What happens to the queues when they leave the stack. Retained queues keep their names, so the same stack cannot be created
   * again while they exist. SNAPSHOT is refused: queues have none.
   * @default RemovalPolicy.DESTROY
   */
  readonly queueRemovalPolicy?: RemovalPolicy;
  /**
   * Any other property of the queue; overrides all defaults and all options above. `enforceSSL: false` also applies to its
   * dead-letter queues, which share its policy. Type, dead-letter queue and key are not among
   * them, because more than the queue depends on them; they have their own options.
   * @default none
   */
  readonly queueProps?: Omit<sqs.QueueProps, "fifo" | "deadLetterQueue" | "encryption" | "encryptionMasterKey">;
}
