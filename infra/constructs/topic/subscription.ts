import { Stack, Token } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as sns from "aws-cdk-lib/aws-sns";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct, IDependable } from "constructs";
import { allowTopicOnKey } from "../access/index.ts";
import { identityOf, refuseIf, refuseTwins } from "../checks/index.ts";
import { OwnQueue } from "../queue/index.ts";

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
  /** The queue for messages that SNS cannot deliver. */
  readonly deadLetterQueue: sqs.Queue;
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
  const { topic, topicArn, queue, deadLetterQueue, filter } = props;
  const policies = [
    allowTopicOnQueue(scope, queue, topicArn, props.queuePolicyAllowsTopic),
    allowTopicOnQueue(scope, deadLetterQueue, topicArn, false),
  ];
  for (const key of new Set([queue.encryptionMasterKey, deadLetterQueue.encryptionMasterKey])) {
    if (key !== undefined) {
      allowTopicOnKey(scope, key, topicArn, props.keyPolicyAllowsSns);
    }
  }
  const subscription = new sns.CfnSubscription(scope, "Subscription", {
    topicArn: topic.topicArn,
    protocol: "sqs",
    endpoint: queue.queueArn,
    rawMessageDelivery: true,
    ...(filter === undefined ? {} : { filterPolicy: filter.policy, filterPolicyScope: filter.scope }),
    redrivePolicy: { deadLetterTargetArn: deadLetterQueue.queueArn },
    replayPolicy: props.replayPolicy,
    region: otherRegion(topic, scope),
  });
  // Before its policies exist, SNS could not deliver: messages would go to the dead-letter queue, or be lost.
  subscription.node.addDependency(...policies.filter((policy) => policy !== undefined));
  refuseSecondSubscription(scope, subscription);
  return subscription;
}

/** SNS keeps one subscription per topic and queue: a second one is refused, or overwrites the filter of the first. */
function refuseSecondSubscription(scope: Construct, subscription: sns.CfnSubscription): void {
  refuseTwins(scope, {
    own: subscription,
    isSameType: (other): other is sns.CfnSubscription => other instanceof sns.CfnSubscription,
    keyOf: ({ topicArn, endpoint }) =>
      endpoint === undefined ? undefined : `${identityOf(scope, topicArn)} ${identityOf(scope, endpoint)}`,
    problem: (other) => ({
      field: "queue",
      message: `queue is already subscribed to the topic by ${other}; SNS keeps one subscription and one filter per topic and queue`,
      remedy: "give each subscriber its own queue, or combine events and where in one subscriber",
    }),
  });
}

function allowTopicOnQueue(
  scope: Construct,
  queue: sqs.IQueue,
  topicArn: string,
  queuePolicyAllowsTopic: boolean,
): IDependable | undefined {
  const { statementAdded, policyDependable } = queue.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal("sns.amazonaws.com")],
      actions: ["sqs:SendMessage"],
      // A policy that several queues share applies to each of them.
      resources: [queue instanceof OwnQueue ? "*" : queue.queueArn],
      conditions: { ArnEquals: { "aws:SourceArn": topicArn } },
    }),
  );
  refuseIf(scope, !statementAdded && !queuePolicyAllowsTopic, {
    field: "queue",
    message:
      "queue is imported, so its policy cannot be changed here; unless the policy allows the topic, no message arrives",
    remedy:
      "allow sns.amazonaws.com to call sqs:SendMessage with aws:SourceArn of the topic in the queue's own policy, and set queuePolicyAllowsTopic: true",
  });
  return policyDependable;
}

/** Returns the Region of a topic in another Region; by default, CloudFormation looks for the topic in that of the stack. */
function otherRegion(topic: sns.ITopic, scope: Construct): string | undefined {
  const { region } = topic.env;
  const own = Stack.of(scope).region;
  return Token.isUnresolved(region) || Token.isUnresolved(own) || region === own ? undefined : region;
}
