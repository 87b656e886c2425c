import type { Size } from "aws-cdk-lib";
import type * as sns from "aws-cdk-lib/aws-sns";
import type { AnyContract } from "../../../lib/contract/index.ts";
import type { MessagingProps } from "../queue/index.ts";

/** What {@link FanoutTopic} takes. */
export interface FanoutTopicProps<C extends AnyContract> extends MessagingProps<C> {
  /**
   * Largest message, 1 KiB to 1 MiB. Above 256 KiB the topic may have at most 100 subscriptions.
   * @default Size.kibibytes(256)
   */
  readonly maximumMessageSize?: Size;
  /**
   * The scope of throughput and deduplication of a FIFO topic. MESSAGE_GROUP cannot be reverted.
   * @default sns.FifoThroughputScope.TOPIC, by SNS: 3,000 messages per second
   */
  readonly fifoThroughputScope?: sns.FifoThroughputScope;
  /**
   * Days for which the topic archives messages, 1 to 365, so that subscribers can replay them; FIFO topics only. A topic with an archive
   * cannot be deleted: remove this first, which deletes the archive. SNS charges for storage and for replayed messages.
   * @default none: nothing is archived
   */
  readonly messageRetentionPeriodInDays?: number;
  /**
   * Active tracing by X-Ray of the topic and of the handlers created here; standard topics only. X-Ray must allow SNS to write
   * segments. That takes a resource policy, which is not created here because an account can have only a few.
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * Your own topic instead of a new one. Its type, key and size are not changed.
   * @default a topic is created
   */
  readonly topic?: sns.ITopic;
  /**
   * Set this if `topic` belongs to another account whose owner shares it with this one (`shareWith`): its policy, and those of the
   * payload bucket, its key and the dead-letter queue, cannot be changed here.
   * @default false: warnings hold the statements that the policies need
   */
  readonly shared?: boolean;
  /**
   * Any other property of the topic; overrides all defaults and all options above.
   * @default none
   */
  readonly topicProps?: Omit<Partial<sns.TopicProps>, "fifo" | "masterKey">;
}

/** What {@link FanoutTopic.fromTopicArn} takes: the options for what is created here, and nothing of the topic itself. */
export type ImportedTopicProps<C extends AnyContract> = Omit<
  FanoutTopicProps<C>,
  "topic" | "topicProps" | "fifo" | "fifoThroughputScope" | "messageRetentionPeriodInDays" | "tracing"
>;
