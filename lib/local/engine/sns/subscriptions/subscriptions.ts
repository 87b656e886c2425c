import type { Subscription as SubscriptionDescription } from "@aws-sdk/client-sns";
import { AwsError, isFifoName, parseArn, randomUuid } from "../../kernel/index.ts";
import { invalidParameter, notFound } from "../errors.ts";
import { SNS_LIMITS } from "../limits.ts";
import { findSubscription, findTopic } from "../lookup.ts";
import type { SnsHandler } from "../operations.ts";
import { pageOf } from "../paging.ts";
import { filterPolicyScope, type Subscription, type Topic } from "../state.ts";
import { maximumMessageSize } from "../topics/index.ts";
import { changeSubscriptionAttributes } from "./subscription-attributes.ts";

/** Protocols that SNS has and the local engine does not (API Reference, "Subscribe"). */
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
 * Subscribes a queue. Unlike AWS, a queue of another account is subscribed immediately, without a confirmation message.
 *
 * Where topic and queue are already connected with the same attributes, returns that subscription.
 *
 * @throws AwsError InvalidParameter for a protocol other than sqs, a bad endpoint or attribute, a FIFO queue on a standard
 * topic, and for an existing subscription with other attributes; NotFound; AuthorizationError; SubscriptionLimitExceeded
 */
export const subscribe: SnsHandler<"Subscribe"> = (state, context, input) => {
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
    return { SubscriptionArn: existing.arn };
  }
  const most = SNS_LIMITS.subscriptionsOfLargeMessageTopic;
  if (maximumMessageSize(topic) > SNS_LIMITS.maximumMessageSize.default && topic.subscriptions.size >= most) {
    throw new AwsError(
      "SubscriptionLimitExceeded",
      `A topic whose MaximumMessageSize is above ${SNS_LIMITS.maximumMessageSize.default} can have at most ${most} subscriptions`,
      { statusCode: 403 },
    );
  }
  const arn = `${topic.arn}:${randomUuid(state.environment)}`;
  topic.subscriptions.set(arn, {
    arn,
    topicArn: topic.arn,
    ownerAccountId: context.accountId,
    protocol: "sqs",
    endpoint,
    attributes,
  });
  return { SubscriptionArn: arn };
};

/** @throws AwsError InvalidParameter always: subscriptions are confirmed when they are created */
export const confirmSubscription: SnsHandler<"ConfirmSubscription"> = (state, context, input) => {
  findTopic(state, context, input.TopicArn, "ConfirmSubscription");
  throw invalidParameter(
    "Token: the local engine confirms subscriptions when they are created; there is no token to confirm",
  );
};

/** Deletes a subscription; one that does not exist is not an error. */
export const unsubscribe: SnsHandler<"Unsubscribe"> = (state, context, input) => {
  const found = findSubscription(state, context, input.SubscriptionArn, "Unsubscribe");
  if (found !== undefined) {
    found.topic.subscriptions.delete(found.subscription.arn);
    found.topic.deletedSubscriptions++;
  }
  return {};
};

/** @throws AwsError NotFound */
export const getSubscriptionAttributes: SnsHandler<"GetSubscriptionAttributes"> = (state, context, input) => {
  const found = findSubscription(state, context, input.SubscriptionArn, "GetSubscriptionAttributes");
  if (found === undefined) {
    throw notFound("Subscription");
  }
  const { subscription } = found;
  const attributes = {
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
  return { Attributes: attributes };
};

/** @throws AwsError NotFound, InvalidParameter */
export const setSubscriptionAttributes: SnsHandler<"SetSubscriptionAttributes"> = (state, context, input) => {
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
  return {};
};

/** The caller's subscriptions in its Region, topic by topic. */
export const listSubscriptions: SnsHandler<"ListSubscriptions"> = (state, context, input) => {
  const own = [...state.topics.values()]
    .filter((topic) => topic.region === context.region)
    .flatMap((topic) => [...topic.subscriptions.values()])
    .filter((subscription) => subscription.ownerAccountId === context.accountId);
  return describePage(own, input.NextToken);
};

/** @throws AwsError NotFound */
export const listSubscriptionsByTopic: SnsHandler<"ListSubscriptionsByTopic"> = (state, context, input) => {
  const topic = findTopic(state, context, input.TopicArn, "ListSubscriptionsByTopic");
  return describePage([...topic.subscriptions.values()], input.NextToken);
};

/** Whether the queue gets the message as it was published, without the JSON around it. */
export function isRaw(subscription: Subscription): boolean {
  return subscription.attributes.get("RawMessageDelivery")?.toLowerCase() === "true";
}

function describePage(subscriptions: readonly Subscription[], token: string | undefined) {
  const { page, nextToken } = pageOf(subscriptions, token);
  return { Subscriptions: page.map(describe), NextToken: nextToken };
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
