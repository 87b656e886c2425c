import type { RemovalPolicy, Size } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as kms from "aws-cdk-lib/aws-kms";
import type * as sns from "aws-cdk-lib/aws-sns";
import type { AnyContract } from "../../lib/contract/index.ts";
import type { AlarmOptions } from "./alarm-options.ts";
import type { LargePayloadOptions } from "./payload-store.ts";

/** What topics and work queues have in common. */
export interface MessagingProps<C extends AnyContract> {
  /** The events that are published and consumed here. */
  readonly contract: C;
  /**
   * Whether messages of one group are delivered in order, once. Every event of the contract must then have a group. Cannot be
   * changed later without a new topic or queue.
   * @default false
   */
  readonly fifo?: boolean;
  /**
   * Whether bodies that are too large for a message go to S3, and how.
   * @default false: publishing them fails
   */
  readonly largePayloads?: boolean | LargePayloadOptions;
  /**
   * Customer managed key for the topic, queues, payloads and idempotency records.
   * @default none: queues and payloads are encrypted with keys of SQS and S3, the topic without KMS
   */
  readonly encryptionKey?: kms.IKey;
  /**
   * Set when `encryptionKey` is imported and its own policy lets SNS use it.
   * @default false
   */
  readonly keyPolicyAllowsSns?: boolean;
  /**
   * Table of idempotency records.
   * @default one is created with the first handler that needs it
   */
  readonly idempotencyTable?: dynamodb.ITable;
  /**
   * Whether DynamoDB refuses to delete the idempotency table that is created.
   * @default false
   */
  readonly deletionProtection?: boolean;
  /**
   * Alarms, or `false` for none.
   * @default all of them, with the thresholds of AlarmOptions
   */
  readonly alarms?: AlarmOptions | false;
  /**
   * Whether there is a CloudWatch dashboard. CloudWatch charges for more than three of an account.
   * @default true
   */
  readonly dashboard?: boolean;
  /**
   * What happens to the payload bucket and the idempotency table when they leave the stack. A bucket must be empty to be
   * destroyed. Queues have `queueRemovalPolicy`.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** What a {@link FanoutTopic} takes. */
export interface FanoutTopicProps<C extends AnyContract> extends MessagingProps<C> {
  /**
   * Largest message, 1 KiB to 1 MiB. Above 256 KiB the topic may have at most 100 subscriptions.
   * @default Size.kibibytes(256)
   */
  readonly maximumMessageSize?: Size;
  /**
   * The scope of throughput and deduplication of a FIFO topic. MESSAGE_GROUP cannot be undone.
   * @default sns.FifoThroughputScope.TOPIC, by SNS: 3,000 messages a second
   */
  readonly fifoThroughputScope?: sns.FifoThroughputScope;
  /**
   * Active tracing by X-Ray of the topic and of handlers made here; standard topics only. X-Ray must allow SNS to write
   * segments: a resource policy of which an account has few, so it is not created here.
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * A topic of your own instead of a new one; its type, key and size are its own.
   * @default a topic is created
   */
  readonly topic?: sns.ITopic;
  /**
   * Any other property of the topic; wins over every default and every option above.
   * @default none
   */
  readonly topicProps?: Omit<Partial<sns.TopicProps>, "fifo" | "masterKey">;
}
