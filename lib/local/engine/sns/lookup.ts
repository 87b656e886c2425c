import { type Arn, type CallContext, parseArn } from "../kernel/index.ts";
import { invalidParameter, notAuthorized, notFound } from "./errors.ts";
import type { SnsState, Subscription, Topic } from "./state.ts";
import { decide } from "./topic-policy.ts";

const ARN_ELEMENTS = 6;

/**
 * An ARN that a caller gave.
 *
 * @param parameter the name of the parameter, for the error
 * @throws AwsError InvalidParameter, worded as SNS does
 */
export function requireArn(text: string | undefined, parameter: string): Arn {
  if (text === undefined) {
    throw invalidParameter(`${parameter} Reason: no value for required parameter`);
  }
  const elements = text.split(":").length;
  if (elements < ARN_ELEMENTS) {
    throw invalidParameter(`${parameter} Reason: An ARN must have at least ${ARN_ELEMENTS} elements, not ${elements}`);
  }
  const arn = parseArn(text);
  if (arn === undefined) {
    throw invalidParameter(parameter);
  }
  return arn;
}

/**
 * The topic that a call names.
 *
 * @param action checked against the topic's policy, for example `Publish`
 * @throws AwsError InvalidParameter for a string that is not the ARN of a topic in the caller's Region; NotFound;
 * AuthorizationError where the topic's policy does not let the caller act
 */
export function findTopic(
  state: SnsState,
  context: CallContext,
  topicArn: string | undefined,
  action: string,
  parameter = "TopicArn",
  conditions?: ReadonlyMap<string, readonly string[]>,
): Topic {
  const arn = requireArn(topicArn, parameter);
  // A topic is reached through its own Region only (Developer Guide, "Cross-region delivery").
  if (arn.service !== "sns" || arn.region !== context.region || arn.resource.includes(":")) {
    throw invalidParameter(parameter);
  }
  const topic = state.topics.get(topicArn ?? "");
  if (topic === undefined) {
    throw notFound("Topic");
  }
  requireAllowed(state, context, topic, action, conditions);
  return topic;
}

/** @throws AwsError AuthorizationError where the topic's policy does not let the caller act */
export function requireAllowed(
  state: SnsState,
  context: CallContext,
  topic: Topic,
  action: string,
  conditions?: ReadonlyMap<string, readonly string[]>,
): void {
  const { accountId } = context;
  const decision = decide(state, topic, action, { kind: "account", accountId }, conditions);
  if (decision !== "allowed") {
    throw notAuthorized(action, topic.arn, accountId, decision);
  }
}

/**
 * The subscription that a call names, with its topic; undefined when it does not exist.
 *
 * @throws AwsError InvalidParameter for a string that is not the ARN of a subscription; AuthorizationError where the caller
 * owns neither the subscription nor its topic
 */
export function findSubscription(
  state: SnsState,
  context: CallContext,
  subscriptionArn: string | undefined,
  action: string,
): { topic: Topic; subscription: Subscription } | undefined {
  // Measured on AWS: an empty TopicArn is a malformed one, an empty SubscriptionArn is none.
  const arn = requireArn(subscriptionArn || undefined, "SubscriptionArn");
  if (arn.service !== "sns" || arn.region !== context.region) {
    throw invalidParameter("SubscriptionArn");
  }
  if (!/^[^:]+:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(arn.resource)) {
    throw invalidParameter("SubscriptionId");
  }
  const found = state.subscription(subscriptionArn ?? "");
  if (found === undefined) {
    return undefined;
  }
  const owners = [found.subscription.ownerAccountId, found.topic.accountId];
  if (!owners.includes(context.accountId)) {
    throw notAuthorized(action, found.subscription.arn, context.accountId);
  }
  return found;
}
