import { Annotations } from "aws-cdk-lib";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as kms from "aws-cdk-lib/aws-kms";
import * as sns from "aws-cdk-lib/aws-sns";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { checkDuration, refuseIf, SNS, SQS } from "../checks/index.ts";
import { AlarmFactory, watchSubscriptionDeadLetters } from "../observability/index.ts";
import { isElsewhere, placeOf } from "../places/index.ts";
import {
  checkGivenQueueName,
  createDeadLetterQueue,
  DEFAULT_RETENTIONS,
  queueName,
  refuseQueueNameTwice,
} from "../queue/index.ts";
import { checkDeployedSubscription } from "./deployed-subscription.ts";
import type { PushOptions, PushTarget } from "./push-options.ts";
import { endpointOf, targetName } from "./push-target.ts";
import { warnOfServicePublishers } from "./service-publishers.ts";
import type { SubscriberHome } from "./subscriber.ts";
import { allowTopicOnQueue, refuseSecondSubscription, type SubscriptionFilter } from "./subscription.ts";
import { eventsOf, type SelectionOptions, subscriptionFilter } from "./subscription-filter.ts";

/** What {@link PushSubscriber} takes: the options of `push`, and the topic. */
export interface PushSubscriberProps extends SelectionOptions, Pick<PushOptions, "deadLetter" | "alarms"> {
  readonly target: PushTarget;
  readonly home: SubscriberHome;
  readonly encryptionKey: kms.IKey | undefined;
  readonly namePrefix: string | undefined;
  readonly keyPolicyAllowsSns: boolean;
  /** Largest message of the topic in bytes. */
  readonly maxMessageBytes: number;
}

/**
 * A subscriber to which SNS pushes: a function, an e-mail address, a phone number, an HTTPS endpoint or a Firehose stream, with a filter and
 * a dead-letter queue. Created by `FanoutTopic.push`.
 */
export class PushSubscriber extends Construct {
  readonly subscription: sns.CfnSubscription;
  /** Messages that SNS could not deliver. */
  readonly deadLetterQueue: sqs.Queue;
  readonly alarms: readonly cloudwatch.Alarm[];
  /** What the filter policy of the subscription matches; `undefined` if there is none. */
  readonly filterScope: SubscriptionFilter["scope"] | undefined;
  /** Names of the events that the subscription delivers; empty if nothing filters on their types. */
  readonly events: readonly string[];

  constructor(scope: Construct, id: string, props: PushSubscriberProps) {
    super(scope, id);
    const { home, target } = props;
    this.checkTopic(props);
    const filter = subscriptionFilter(this, props, { contract: home.contract, offloads: home.payloads !== undefined });
    this.filterScope = filter?.scope;
    this.events = eventsOf(props, home.contract);
    const endpoint = endpointOf(this, target, home.topic.topicArn);
    this.deadLetterQueue = this.createDeadLetters(props);
    const policy = allowTopicOnQueue(
      this,
      this.deadLetterQueue,
      { ...home, keyPolicyAllowsSns: props.keyPolicyAllowsSns },
      false,
    );
    this.subscription = new sns.CfnSubscription(this, "Subscription", {
      topicArn: home.topic.topicArn,
      ...endpoint,
      ...(filter === undefined ? {} : { filterPolicy: filter.policy, filterPolicyScope: filter.scope }),
      redrivePolicy: { deadLetterTargetArn: this.deadLetterQueue.queueArn },
    });
    if (policy !== undefined) {
      this.subscription.node.addDependency(policy);
    }
    refuseSecondSubscription(this, this.subscription, targetName(target));
    warnOfServicePublishers(this, this.subscription);
    checkDeployedSubscription(this, this.subscription);
    const alarms = new AlarmFactory(this, props.alarms ?? home.alarms);
    watchSubscriptionDeadLetters(alarms, this.deadLetterQueue);
    this.alarms = alarms.alarms;
  }

  private checkTopic({ home, target, maxMessageBytes, deadLetter }: PushSubscriberProps): void {
    refuseIf(this, home.fifo, {
      field: "target",
      message: "push is used on a FIFO topic, but SNS delivers the messages of FIFO topics to SQS only",
      remedy: "use fanOut, with a handler that calls the target, or a standard topic",
    });
    refuseIf(this, isElsewhere(home.topic.env, placeOf(this)), {
      field: "topic",
      message:
        "the topic is in another Region or account, where the dead-letter queue of the subscription would have to be",
      remedy: "use push in the stack of the topic, or fanOut here",
    });
    const takesLarge = "lambda" in target || "firehose" in target;
    refuseIf(this, maxMessageBytes > SNS.defaultMessageBytes && !takesLarge, {
      field: "maximumMessageSize",
      message: `maximumMessageSize is ${maxMessageBytes} bytes, but above ${SNS.defaultMessageBytes} bytes SNS delivers to SQS, Lambda and Firehose only`,
      limit: `${SNS.defaultMessageBytes} bytes`,
      remedy: "leave maximumMessageSize out and set largePayloads, or use fanOut",
    });
    if (home.payloads !== undefined) {
      Annotations.of(this).addWarningV2(
        "fanfare:pushOfPointers",
        "the topic has largePayloads: of a large event, this subscriber receives the pointer to S3 and not the body",
      );
    }
    checkDuration(this, "deadLetter.retention", deadLetter?.retention, SQS.retentionSeconds);
  }

  private createDeadLetters({ deadLetter, encryptionKey, namePrefix }: PushSubscriberProps): sqs.Queue {
    checkGivenQueueName(this, "deadLetter.queueName", deadLetter?.queueName, false);
    const queue = createDeadLetterQueue(this, "DeadLetterQueue", {
      fifo: false,
      encryptionKey,
      retention: deadLetter?.retention ?? DEFAULT_RETENTIONS.subscriptionDeadLetterQueue,
      queueName:
        deadLetter?.queueName ?? queueName(this, { ...(namePrefix && { namePrefix }) }, false, "subscription-dlq"),
      removalPolicy: undefined,
    });
    queue.createPolicy({ enforceSSL: true });
    refuseQueueNameTwice(this, "deadLetter.queueName", queue, deadLetter?.queueName);
    return queue;
  }
}
