import type { CallContext } from "../kernel/index.ts";
import { requireArn } from "./arn.ts";
import { invalidParameter, notAuthorized, notFound } from "./errors.ts";
import { isAllowed } from "./policy.ts";
import type { SnsState, Subscription, Topic } from "./state.ts";

/**
 * The topic that a call names.
 *
 * @param action checked against the topic's policy, for example `Publish`
 * @throws AwsError InvalidParameter for what is no ARN of a topic, or of one in another region; NotFound;
 * AuthorizationError where the topic's policy does not let the caller act
 */
export function findTopic(
  state: SnsState,
  context: CallContext,
  topicArn: string | undefined,
  action: string,
  parameter = "TopicArn",
): Topic {
  const arn = requireArn(topicArn, parameter);
  // A topic is reached through its own region only (Developer Guide, "Cross-region delivery").
  if (arn.service !== "sns" || arn.region !== context.region || arn.resource.includes(":")) {
    throw invalidParameter(parameter);
  }
  const topic = state.topics.get(topicArn ?? "");
  if (topic === undefined) {
    throw notFound("Topic");
  }
  if (!isAllowed(topic, action, { kind: "account", accountId: context.accountId })) {
    throw notAuthorized(action, topic.arn, context.accountId);
  }
  return topic;
}

/**
 * The subscription that a call names.
 *
 * @throws AwsError InvalidParameter for what is no ARN of a subscription; AuthorizationError for somebody else's
 */
export function findSubscription(
  state: SnsState,
  context: CallContext,
  subscriptionArn: string | undefined,
  action: string,
): { topic: Topic; subscription: Subscription } | undefined {
  const arn = requireArn(subscriptionArn, "SubscriptionArn");
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
