import type {
  SetSubscriptionAttributesCommandInput,
  SubscribeCommandInput,
  Subscription as SubscriptionDescription,
} from "@aws-sdk/client-sns";
import { AwsError, type CallContext, type EngineEnvironment, randomUuid } from "../kernel/index.ts";
import { isFifoName, parseArn } from "./arn.ts";
import { invalidParameter, notFound } from "./errors.ts";
import { SNS_LIMITS } from "./limits.ts";
import { findSubscription, findTopic } from "./lookup.ts";
import { filterPolicyScope, type SnsState, type Subscription, type Topic } from "./state.ts";
import { changeSubscriptionAttributes } from "./subscription-attributes.ts";
import { maximumMessageSize } from "./topics.ts";

/** Protocols that SNS has and the local engine has not (API Reference, "Subscribe"). */
const OTHER_PROTOCOLS: ReadonlySet<string> = new Set([
  "http",
  "https",
  "email",
  "email-json",
  "sms",
  "application",
  "lambda",
  "firehose",
]);

/**
 * Subscribes a queue. Unlike AWS, a queue of another account is subscribed at once, without a confirmation message.
 *
 * @returns the ARN of the subscription: the existing one where topic and queue are already connected with the same
 * attributes
 * @throws AwsError InvalidParameter for a protocol other than sqs, a bad endpoint or attribute, a FIFO queue on a standard
 * topic, and for an existing subscription with other attributes; NotFound; AuthorizationError; SubscriptionLimitExceeded
 */
export function subscribe(
  state: SnsState,
  environment: EngineEnvironment,
  context: CallContext,
  input: SubscribeCommandInput,
): string {
  const topic = findTopic(state, context, input.TopicArn, "Subscribe");
  checkProtocol(input.Protocol ?? "");
  const endpoint = checkEndpoint(topic, input.Endpoint ?? "");
  const given = input.Attributes ?? {};
  const attributes = changeSubscriptionAttributes({ topic, endpoint }, new Map(), given, "Attributes Reason: ");
  for (const existing of topic.subscriptions.values()) {
    if (existing.endpoint !== endpoint) {
      continue;
    }
    const differs = Object.keys(given).some(
      (name) => effective(existing.attributes, name) !== effective(attributes, name),
    );
    if (differs) {
      throw invalidParameter("Attributes Reason: Subscription already exists with different attributes");
    }
    return existing.arn;
  }
  const most = SNS_LIMITS.subscriptionsOfLargeMessageTopic;
  if (maximumMessageSize(topic) > SNS_LIMITS.maximumMessageSize.default && topic.subscriptions.size >= most) {
    throw new AwsError(
      "SubscriptionLimitExceeded",
      `A topic whose MaximumMessageSize is above ${SNS_LIMITS.maximumMessageSize.default} can have at most ${most} subscriptions`,
      { statusCode: 403 },
    );
  }
  const arn = `${topic.arn}:${randomUuid(environment)}`;
  topic.subscriptions.set(arn, {
    arn,
    topicArn: topic.arn,
    ownerAccountId: context.accountId,
    protocol: "sqs",
    endpoint,
    attributes,
  });
  return arn;
}

/** Ends a subscription; one that is not there is no error. */
export function unsubscribe(state: SnsState, context: CallContext, subscriptionArn: string | undefined): void {
  const found = findSubscription(state, context, subscriptionArn, "Unsubscribe");
  if (found === undefined) {
    return;
  }
  found.topic.subscriptions.delete(found.subscription.arn);
  found.topic.deletedSubscriptions++;
}

/** @throws AwsError NotFound */
export function getSubscriptionAttributes(
  state: SnsState,
  context: CallContext,
  subscriptionArn: string | undefined,
): Record<string, string> {
  const found = findSubscription(state, context, subscriptionArn, "GetSubscriptionAttributes");
  if (found === undefined) {
    throw notFound("Subscription");
  }
  const { subscription } = found;
  return {
    RawMessageDelivery: "false",
    ...Object.fromEntries(subscription.attributes),
    ...(subscription.attributes.has("FilterPolicy")
      ? { FilterPolicyScope: filterPolicyScope(subscription.attributes) }
      : {}),
    ConfirmationWasAuthenticated: "true",
    Endpoint: subscription.endpoint,
    Owner: subscription.ownerAccountId,
    PendingConfirmation: "false",
    Protocol: subscription.protocol,
    SubscriptionArn: subscription.arn,
    SubscriptionPrincipal: `arn:aws:iam::${subscription.ownerAccountId}:root`,
    TopicArn: subscription.topicArn,
  };
}

/** @throws AwsError NotFound, InvalidParameter */
export function setSubscriptionAttribute(
  state: SnsState,
  context: CallContext,
  input: SetSubscriptionAttributesCommandInput,
): void {
  const found = findSubscription(state, context, input.SubscriptionArn, "SetSubscriptionAttributes");
  if (found === undefined) {
    throw notFound("Subscription");
  }
  const { topic, subscription } = found;
  const changed = changeSubscriptionAttributes(
    { topic, endpoint: subscription.endpoint, arn: subscription.arn },
    subscription.attributes,
    { [input.AttributeName ?? ""]: input.AttributeValue ?? "" },
    "",
  );
  topic.subscriptions.set(subscription.arn, { ...subscription, attributes: changed });
}

/** The caller's subscriptions in its region, topic by topic. */
export function listSubscriptions(state: SnsState, context: CallContext): SubscriptionDescription[] {
  return [...state.topics.values()]
    .filter((topic) => topic.region === context.region)
    .flatMap((topic) => [...topic.subscriptions.values()])
    .filter((subscription) => subscription.ownerAccountId === context.accountId)
    .map(describe);
}

/** @throws AwsError NotFound */
export function listSubscriptionsByTopic(
  state: SnsState,
  context: CallContext,
  topicArn: string | undefined,
): SubscriptionDescription[] {
  const topic = findTopic(state, context, topicArn, "ListSubscriptionsByTopic");
  return [...topic.subscriptions.values()].map(describe);
}

/** Whether the queue gets the message as it was published, without the JSON around it. */
export function isRaw(subscription: Subscription): boolean {
  return subscription.attributes.get("RawMessageDelivery")?.toLowerCase() === "true";
}

function describe({ arn, ownerAccountId, protocol, endpoint, topicArn }: Subscription): SubscriptionDescription {
  return { SubscriptionArn: arn, Owner: ownerAccountId, Protocol: protocol, Endpoint: endpoint, TopicArn: topicArn };
}

function effective(attributes: ReadonlyMap<string, string>, name: string): string | undefined {
  if (name === "RawMessageDelivery") {
    return attributes.get(name)?.toLowerCase() ?? "false";
  }
  return name === "FilterPolicyScope" ? filterPolicyScope(attributes) : attributes.get(name);
}

function checkProtocol(protocol: string): void {
  if (protocol === "sqs") {
    return;
  }
  if (OTHER_PROTOCOLS.has(protocol)) {
    throw invalidParameter(
      `Protocol Reason: the local engine delivers to sqs only, not to ${protocol}; subscribe a queue, or test this subscription against AWS`,
    );
  }
  throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
}

function checkEndpoint(topic: Topic, endpoint: string): string {
  const arn = parseArn(endpoint);
  if (arn?.service !== "sqs") {
    throw invalidParameter("SQS endpoint ARN");
  }
  if (isFifoName(endpoint) && !topic.isFifo) {
    throw invalidParameter(
      "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
    );
  }
  return endpoint;
}
