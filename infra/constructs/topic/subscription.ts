import { Annotations, Resource, Stack, Token } from "aws-cdk-lib";
import * as sns from "aws-cdk-lib/aws-sns";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct, IDependable } from "constructs";
import { allowTopicOnKey, type SendingTopic, snsStatement } from "../access/index.ts";
import { refuseIf, refuseTwins, stageOf } from "../checks/index.ts";
import {
  differs,
  isElsewhere,
  placeOf,
  snsPrincipalNames,
  warnOfDisputedRegion,
  warnOfUnknownRegion,
} from "../places/index.ts";
import { OwnQueue } from "../queue/index.ts";
import { checkDeployedSubscription } from "./deployed-subscription.ts";
import { warnOfServicePublishers } from "./service-publishers.ts";

/** A filter policy, and what it matches. */
export interface SubscriptionFilter {
  readonly scope: "MessageAttributes" | "MessageBody";
  readonly policy: Readonly<Record<string, unknown>>;
}

/** What {@link createSubscription} takes. */
export interface SubscriptionProps {
  readonly topic: sns.ITopic;
  /** The topic's ARN without a reference to the topic. */
  readonly topicArn: string;
  readonly queue: sqs.IQueue;
  /** The queue for messages that SNS cannot deliver, in the account and Region of the topic; `undefined` for none. */
  readonly deadLetterQueue: sqs.IQueue | undefined;
  readonly filter: SubscriptionFilter | undefined;
  readonly replayPolicy: Readonly<Record<string, string>> | undefined;
  /** Whether the user states that the policy of an imported queue allows the topic. */
  readonly queuePolicyAllowsTopic: boolean;
  /** Whether the user states that the policy of an imported key allows SNS. */
  readonly keyPolicyAllowsSns: boolean;
}

/**
 * Creates `Subscription`, with raw delivery, and allows the topic to use both queues and their keys.
 *
 * @throws FanfareError `ConfigurationInvalid` for an imported queue or key whose policy is not known to allow it
 */
export function createSubscription(scope: Construct, props: SubscriptionProps): sns.CfnSubscription {
  const { topic, queue, deadLetterQueue, filter } = props;
  warnOfUnknownRegion(scope, topic.env.region, queue.env.region);
  warnOfDisputedRegion(scope, topic.env.region, queue.env.region);
  if (topic.fifo && differs(topic.env.region, queue.env.region)) {
    Annotations.of(scope).addInfo(
      `the topic is FIFO and in ${topic.env.region}, the queue is in ${queue.env.region}: AWS does not document whether SNS delivers FIFO topics to other Regions. Publish one event and see it arrive before you depend on it`,
    );
  }
  const policies = [
    allowTopicOnQueue(scope, queue, props, props.queuePolicyAllowsTopic),
    // The policy of an imported queue was told of.
    ...(deadLetterQueue === undefined
      ? []
      : [allowTopicOnQueue(scope, deadLetterQueue, props, !(deadLetterQueue instanceof sqs.Queue))]),
  ];
  const subscription = new sns.CfnSubscription(scope, "Subscription", {
    topicArn: topic.topicArn,
    protocol: "sqs",
    endpoint: queue.queueArn,
    rawMessageDelivery: true,
    ...(filter === undefined ? {} : { filterPolicy: filter.policy, filterPolicyScope: filter.scope }),
    ...(deadLetterQueue === undefined ? {} : { redrivePolicy: { deadLetterTargetArn: deadLetterQueue.queueArn } }),
    replayPolicy: props.replayPolicy,
    region: otherRegion(topic, scope),
  });
  // Before its policies exist, SNS could not deliver: messages would go to the dead-letter queue, or be lost.
  subscription.node.addDependency(...policies.filter((policy) => policy !== undefined));
  // CDK adds no dependency for what is referred to by name.
  for (const resource of [topic, deadLetterQueue]) {
    if (resource instanceof Resource && isElsewhere(resource.env, placeOf(scope)) && isOfStageOf(scope, resource)) {
      subscription.node.addDependency(resource);
    }
  }
  refuseSecondSubscription(scope, subscription);
  warnOfServicePublishers(scope, subscription);
  checkDeployedSubscription(scope, subscription);
  return subscription;
}

/**
 * SNS keeps one subscription per topic and endpoint: a second one is refused, or overwrites the filter of the first.
 *
 * @param field the option that names the endpoint
 */
export function refuseSecondSubscription(scope: Construct, subscription: sns.CfnSubscription, field = "queue"): void {
  refuseTwins(scope, {
    own: subscription,
    isSameType: (other) => other instanceof sns.CfnSubscription,
    keyOf: ({ topicArn, endpoint }, identify) =>
      endpoint === undefined ? undefined : `${identify(topicArn)} ${identify(endpoint)}`,
    problem: (other) => ({
      field,
      message: `${field} is already subscribed to the topic by ${other}; SNS keeps one subscription and one filter per topic and ${field === "queue" ? field : "endpoint"}`,
      remedy: `give each subscriber its own ${field}, or combine events and where in one subscriber`,
    }),
  });
}

/** Allows the topic to send to a queue and to use its key; returns what the subscription must wait for. */
export function allowTopicOnQueue(
  scope: Construct,
  queue: sqs.IQueue,
  { topic, topicArn, keyPolicyAllowsSns }: Pick<SubscriptionProps, "topic" | "topicArn" | "keyPolicyAllowsSns">,
  queuePolicyAllowsTopic: boolean,
): IDependable | undefined {
  const sender: SendingTopic = { topicArn, topicRegion: topic.env.region, queueRegion: queue.env.region };
  // A policy that several queues share applies to each of them.
  const resource = queue instanceof OwnQueue ? "*" : queue.queueArn;
  const { statementAdded, policyDependable } = queue.addToResourcePolicy(
    snsStatement(sender, ["sqs:SendMessage"], resource),
  );
  const principals = snsPrincipalNames(sender.topicRegion, sender.queueRegion).join(" and ");
  refuseIf(scope, !statementAdded && !queuePolicyAllowsTopic, {
    field: "queue",
    message:
      "queue is imported, so its policy cannot be changed here; unless the policy allows the topic, no message arrives",
    remedy: `allow ${principals} to call sqs:SendMessage with aws:SourceArn of the topic in the queue's own policy, and set queuePolicyAllowsTopic: true`,
  });
  if (queue.encryptionMasterKey !== undefined) {
    allowTopicOnKey(scope, queue.encryptionMasterKey, sender, keyPolicyAllowsSns);
  }
  return policyDependable;
}

/** Whether two constructs are deployed together. A dependency between stages is not possible. */
function isOfStageOf(scope: Construct, other: Construct): boolean {
  return stageOf(scope) === stageOf(other);
}

/**
 * Returns the Region of the topic, unless it is that of the stack: without it, CloudFormation looks for the topic there. A Region
 * that is known is also given to a stack whose own Region is not.
 */
function otherRegion(topic: sns.ITopic, scope: Construct): string | undefined {
  const { region } = topic.env;
  return Token.isUnresolved(region) || region === Stack.of(scope).region ? undefined : region;
}
