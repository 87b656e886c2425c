import type { Duration } from "aws-cdk-lib";
import type { DeadLetterQueueOptions } from "../queue/index.ts";

/** Who may subscribe queues of other accounts to a topic. */
export interface ShareOptions<Name extends string = string> {
  /**
   * Ids of the accounts: 12 digits each.
   * @default none: `organization` must be set
   */
  readonly accounts?: readonly string[];
  /**
   * Id of the organization whose accounts may subscribe: `o-` and 10 to 32 letters and digits.
   * @default none: `accounts` must be set
   */
  readonly organization?: string;
  /**
   * The events that are meant for these accounts. SNS cannot hold a subscription to a filter: its policies know the protocol and the
   * endpoint only. So this is checked at synthesis, and for subscribers of this app only.
   * @default all events of the contract
   */
  readonly events?: readonly Name[];
  /**
   * Whether the subscribed queues are FIFO: the dead-letter queue for their subscriptions has the same type.
   * @default that of the topic
   */
  readonly fifo?: boolean;
  /** The dead-letter queue for the subscriptions. A name that you give makes its ARN known to the accounts. */
  readonly subscriptionDeadLetter?: DeadLetterQueueOptions;
  /**
   * The longest time after publishing in which a subscriber of these accounts may receive a message again: `subscriber.retention`.
   * Payloads live at least as long.
   * @default that of a subscriber with the default retentions, 73 days
   */
  readonly retention?: Duration;
}
