import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { AnyContract, DataWhere, EventName, Where } from "../../../lib/contract/index.ts";
import type { ConsumerOptions } from "../consumer/index.ts";
import type { AlarmOptions } from "../observability/index.ts";
import type { DeadLetterQueueOptions, QueueOptions } from "../queue/index.ts";
import type { ReplayOptions } from "./replay.ts";

/** The dead-letter queue of a subscription. */
export interface SubscriptionDeadLetterOptions extends DeadLetterQueueOptions {
  /**
   * Your own queue instead of a new one, in the account and Region of the topic. If it is imported, its own policy must allow SNS to
   * send to it.
   * @default a queue is created
   */
  readonly queue?: sqs.IQueue;
}

/** One subscriber of a topic: which events it receives, where they wait, and what handles them. */
export interface FanOutOptions<C extends AnyContract = AnyContract, Name extends EventName<C> = EventName<C>>
  extends QueueOptions,
    ConsumerOptions {
  /**
   * The events to deliver.
   * @default all events of the contract
   */
  readonly events?: readonly Name[];
  /**
   * Conditions on routing attributes; all of them must hold. Together with the event type, at most 5 attributes and 150
   * combinations of values.
   * @default none
   */
  readonly where?: Where<C, NoInfer<Name>>;
  /**
   * Conditions on the data of events instead of on routing attributes, nested as the data is: `{ customer: { tier: ["gold"] } }`. SNS then
   * filters on the message's body, and charges for the data that it scans. It can read neither bodies that were offloaded to S3, so
   * `largePayloads` is refused, nor bodies that a publisher compresses: such events never arrive.
   * @default none
   */
  readonly whereData?: DataWhere<C, NoInfer<Name>>;
  /**
   * Whether the filter matches the event types, by the attribute that publishers set. `"body"` reads them from the message's body instead,
   * for events of publishers that set no attributes, such as EventBridge: SNS charges for the data that it scans, and the limits of
   * `whereData` apply. With `"none"` the subscriber receives all messages that match `where`.
   * @default "types"; "body" with whereData
   */
  readonly filter?: "types" | "body" | "none";
  /**
   * Whether the queue is FIFO. A standard queue on a FIFO topic loses the order but no messages, and scales further.
   * @default that of the topic
   */
  readonly fifo?: boolean;
  /**
   * Your own queue instead of a new one. It needs a dead-letter queue.
   * @default a queue is created
   */
  readonly queue?: sqs.IQueue;
  /**
   * Set this if `queue` is imported and its policy allows this topic to send: the policy cannot be changed here.
   * @default false
   */
  readonly queuePolicyAllowsTopic?: boolean;
  /**
   * Set this if the queue's key is imported and its policy allows SNS to use it: the policy cannot be changed here.
   * @default that of the topic
   */
  readonly keyPolicyAllowsSns?: boolean;
  /**
   * The dead-letter queue of the subscription, for messages that SNS could not deliver. It has the type of the queue, and is in the
   * account and Region of the topic. `false` for none: those messages are lost.
   * @default a queue is created, in the stack of the subscriber or in that of the topic
   */
  readonly subscriptionDeadLetter?: SubscriptionDeadLetterOptions | false;
  /**
   * Archived messages that SNS delivers again; FIFO topics with `messageRetentionPeriodInDays` only. Filters apply. Replayed events have
   * their ids, so that an exactly-once consumer takes those that it has processed for duplicates: give it another `consumer` name to
   * have them processed again. SNS starts a replay whenever this changes.
   * @default none
   */
  readonly replay?: ReplayOptions;
  /**
   * Alarms of this subscriber, or `false` for none.
   * @default those of the topic
   */
  readonly alarms?: AlarmOptions | false;
  /**
   * The construct in which to create the subscriber, for example another stack, which may be deployed to another Region or account.
   * From another stack, its handler is not shown on the topic's dashboard; from another account, nothing of it is.
   * @default the topic's construct
   */
  readonly scope?: Construct;
}
