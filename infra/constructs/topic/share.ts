import type { Duration } from "aws-cdk-lib";
import type * as kms from "aws-cdk-lib/aws-kms";
import type * as sns from "aws-cdk-lib/aws-sns";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import {
  checkGivenQueueName,
  createDeadLetterQueue,
  DEFAULT_RETENTIONS,
  longestRedelivery,
  queueName,
  refuseQueueNameTwice,
} from "../queue/index.ts";
import type { PayloadStore } from "../stores/index.ts";
import { allowReceiving, allowSubscribe, principalsOf, warnOfMissing } from "./share-access.ts";
import type { ShareOptions } from "./share-options.ts";
import { allowTopicOnQueue } from "./subscription.ts";

/** What {@link TopicShare} takes: the options of `shareWith`, and the topic. */
export interface TopicShareProps extends ShareOptions {
  readonly topic: sns.ITopic;
  /** The topic's ARN without a reference to the topic. */
  readonly topicArn: string;
  readonly topicIsFifo: boolean;
  readonly encryptionKey: kms.IKey | undefined;
  readonly payloads: PayloadStore | undefined;
  /** Whether the user states that the policy of an imported key allows SNS. */
  readonly keyPolicyAllowsSns: boolean;
}

/**
 * Accounts that may subscribe queues of theirs to a topic. The policy of the topic lets them, those of the payload bucket and its key
 * let them read payloads, and a dead-letter queue is there for what SNS cannot deliver to them. Created by `FanoutTopic.shareWith`.
 */
export class TopicShare extends Construct {
  /**
   * The queue for messages that SNS cannot deliver to these accounts. It is beside the topic, where SNS requires it; the accounts
   * may receive and delete its messages.
   */
  readonly subscriptionDeadLetterQueue: sqs.Queue;
  /** The events that are meant for these accounts; `undefined` for all. */
  readonly events: readonly string[] | undefined;
  /** The longest time after publishing in which a message can be redelivered in these accounts. */
  readonly retention: Duration;
  private readonly accounts: readonly string[];

  constructor(scope: Construct, id: string, props: TopicShareProps) {
    super(scope, id);
    const { accounts = [], topic, payloads } = props;
    this.accounts = accounts;
    this.events = props.events;
    this.retention = props.retention ?? longestRedelivery(DEFAULT_RETENTIONS);
    const principals = principalsOf(props);
    this.subscriptionDeadLetterQueue = this.createDeadLetters(props);
    warnOfMissing(this, [
      ...allowSubscribe(topic, props),
      ...(payloads?.share(principals) ?? []),
      ...allowReceiving(this.subscriptionDeadLetterQueue, props.encryptionKey, principals),
    ]);
  }

  /** Whether the share is for an account. */
  includes(account: string): boolean {
    return this.accounts.includes(account);
  }

  private createDeadLetters(props: TopicShareProps): sqs.Queue {
    const { fifo = props.topicIsFifo, encryptionKey, subscriptionDeadLetter: options = {} } = props;
    const { topic, topicArn, keyPolicyAllowsSns } = props;
    checkGivenQueueName(this, "subscriptionDeadLetter.queueName", options.queueName, fifo);
    const queue = createDeadLetterQueue(this, "SubscriptionDeadLetterQueue", {
      fifo,
      encryptionKey,
      retention: options.retention ?? DEFAULT_RETENTIONS.subscriptionDeadLetterQueue,
      queueName: options.queueName ?? queueName(this, {}, fifo, "subscription-dlq"),
      removalPolicy: undefined,
    });
    refuseQueueNameTwice(this, "subscriptionDeadLetter.queueName", queue, options.queueName);
    queue.createPolicy({ enforceSSL: true });
    allowTopicOnQueue(this, queue, { topic, topicArn, keyPolicyAllowsSns }, false);
    return queue;
  }
}
