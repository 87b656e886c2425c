import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { AnyContract, EventName, Where } from "../../lib/contract/index.ts";
import type { AlarmOptions } from "./alarm-options.ts";
import type { ConsumerOptions } from "./consumer-options.ts";
import type { DeadLetterQueueOptions, QueueOptions } from "./queue-options.ts";

/** One subscriber of a topic: what it is sent, where that waits, and who handles it. */
export interface FanOutOptions<C extends AnyContract = AnyContract, Name extends EventName<C> = EventName<C>>
  extends QueueOptions,
    ConsumerOptions {
  /**
   * The events to deliver.
   * @default all events of the contract
   */
  readonly events?: readonly Name[];
  /**
   * Conditions on routing attributes; all must hold. With the type at most 5 attributes and 150 combinations of values.
   * @default none
   */
  readonly where?: Where<C, NoInfer<Name>>;
  /**
   * Whether the filter asks for the events' types. `"none"` is for publishers that do not set the type attribute: the
   * subscriber then gets whatever is published.
   * @default "types"
   */
  readonly filter?: "types" | "none";
  /**
   * Whether the queue is FIFO. A standard queue on a FIFO topic loses order but not messages, and scales further.
   * @default that of the topic
   */
  readonly fifo?: boolean;
  /**
   * A queue of your own instead of a new one. It needs a dead-letter queue.
   * @default a queue is created
   */
  readonly queue?: sqs.IQueue;
  /**
   * Set when `queue` is imported and its policy lets this topic send: the policy cannot be changed here.
   * @default false
   */
  readonly queuePolicyAllowsTopic?: boolean;
  /**
   * Set when the queue's key is imported and its policy lets SNS use it: the policy cannot be changed here.
   * @default that of the topic
   */
  readonly keyPolicyAllowsSns?: boolean;
  /** The dead-letter queue of the subscription, for what SNS could not deliver. It has the type of the topic. */
  readonly subscriptionDeadLetter?: DeadLetterQueueOptions;
  /**
   * Alarms of this subscriber, or `false` for none.
   * @default those of the topic
   */
  readonly alarms?: AlarmOptions | false;
  /**
   * The construct to create the subscriber in, for example another stack. There it is not on the topic's dashboard.
   * @default the topic's construct
   */
  readonly scope?: Construct;
}
