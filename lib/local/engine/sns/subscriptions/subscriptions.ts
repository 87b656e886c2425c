import type { Subscription as SubscriptionDescription } from "@aws-sdk/client-sns";
import { AwsError, type CallContext, parseArn, randomUuid } from "../../kernel/index.ts";
import { archived, parseReplayPolicy } from "../archive/index.ts";
import { deliver } from "../deliver/index.ts";
import { invalidParameter, notFound } from "../errors.ts";
import { SNS_LIMITS } from "../limits.ts";
import { findSubscription, findTopic } from "../lookup.ts";
import type { SnsHandler } from "../operations.ts";
import { pageOf } from "../paging.ts";
import { filterPolicyScope, type SnsState, type Subscription, type Topic } from "../state.ts";
import { maximumMessageSize } from "../topics/index.ts";
import { askForConfirmation, newToken } from "./confirmation.ts";
import { checkEndpoint, checkProtocol, NEEDS_CONFIRMATION } from "./endpoints.ts";
import { changeSubscriptionAttributes } from "./subscription-attributes.ts";

/** What Subscribe returns of a subscription that its endpoint's owner has to confirm first, unless asked for the ARN. */
const PENDING = "pending confirmation";

/**
 * Subscribes an endpoint. Queues of the caller's account, functions, phones and applications are confirmed at once. The
 * owner of a queue of another account confirms with the token that the queue gets, the owner of a web or e-mail address with
 * the token of `Subscription.token`.
 *
 * Where topic and endpoint are already connected with the same attributes, returns that subscription.
 *
 * @throws AwsError InvalidParameter for a protocol that SNS does not have, a bad endpoint or attribute, a FIFO queue on a
 * standard topic, and for an existing subscription with other attributes; NotFound; AuthorizationError;
 * SubscriptionLimitExceeded
 */
export const subscribe: SnsHandler<"Subscribe"> = (state, context, input) => {
  const topic = findTopic(state, context, input.TopicArn, "Subscribe", "TopicArn", subscribeConditions(input));
  const protocol = checkProtocol(topic, input.Protocol ?? "");
  const endpoint = input.Endpoint ?? "";
  checkEndpoint(topic, protocol, endpoint);
  const given = input.Attributes ?? {};
  const target = { topic, protocol, endpoint };
  const attributes = changeSubscriptionAttributes(target, new Map(), given, "Attributes Reason: ");
  const shownArn = ({ arn, isPending }: Subscription) =>
    isPending && input.ReturnSubscriptionArn !== true ? PENDING : arn;
  const existing = findExisting(topic, protocol, endpoint, given, attributes);
  if (existing !== undefined) {
    return { SubscriptionArn: shownArn(existing) };
  }
  checkCount(topic);
  const isPending = NEEDS_CONFIRMATION.has(protocol) || (protocol === "sqs" && !ownsEndpoint(context, endpoint));
  const subscription: Subscription = {
    arn: `${topic.arn}:${randomUuid(state.environment)}`,
    topicArn: topic.arn,
    ownerAccountId: context.accountId,
    protocol,
    endpoint,
    attributes,
    isPending,
    token: isPending ? newToken(state) : undefined,
    wasAuthenticated: !isPending,
  };
  topic.subscriptions.set(subscription.arn, subscription);
  if (subscription.token !== undefined) {
    askForConfirmation(state, topic, subscription, subscription.token);
  }
  replayWhatIsAsked(state, topic, subscription);
  return { SubscriptionArn: shownArn(subscription) };
};

function ownsEndpoint(context: CallContext, endpoint: string): boolean {
  return parseArn(endpoint)?.accountId === context.accountId;
}

/** @throws AwsError InvalidParameter where it has other attributes than those that are given now */
function findExisting(
  topic: Topic,
  protocol: string,
  endpoint: string,
  given: Readonly<Record<string, string>>,
  attributes: ReadonlyMap<string, string>,
): Subscription | undefined {
  const existing = [...topic.subscriptions.values()].find(
    (candidate) => candidate.endpoint === endpoint && candidate.protocol === protocol,
  );
  const differs = Object.keys(given).some(
    (name) => existing !== undefined && effective(existing.attributes, name) !== effective(attributes, name),
  );
  if (differs) {
    throw invalidParameter("Attributes Reason: Subscription already exists with different attributes");
  }
  return existing;
}

function checkCount(topic: Topic): void {
  const most = SNS_LIMITS.subscriptionsOfLargeMessageTopic;
  if (maximumMessageSize(topic) > SNS_LIMITS.maximumMessageSize.default && topic.subscriptions.size >= most) {
    throw new AwsError(
      "SubscriptionLimitExceeded",
      `A topic whose MaximumMessageSize is above ${SNS_LIMITS.maximumMessageSize.default} can have at most ${most} subscriptions`,
      { statusCode: 403 },
    );
  }
}

/** Delivers what the subscription's replay policy asks for, once it is set. */
function replayWhatIsAsked(state: SnsState, topic: Topic, subscription: Subscription): void {
  const text = subscription.attributes.get("ReplayPolicy");
  if (text === undefined) {
    return;
  }
  const now = state.environment.now();
  const { from, to = now } = parseReplayPolicy(topic, text, "");
  for (const publication of archived(topic, { from, to }, now)) {
    deliver(state, topic, [subscription], { ...publication, isReplayed: true });
  }
}

/** Deletes a subscription; one that does not exist is not an error. */
export const unsubscribe: SnsHandler<"Unsubscribe"> = (state, context, input) => {
  const found = findSubscription(state, context, input.SubscriptionArn, "Unsubscribe");
  if (found !== undefined) {
    found.topic.subscriptions.delete(found.subscription.arn);
    state.orphans.delete(found.subscription.arn);
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
    ...settings(subscription),
    ConfirmationWasAuthenticated: String(subscription.wasAuthenticated),
    Endpoint: subscription.endpoint,
    Owner: subscription.ownerAccountId,
    PendingConfirmation: String(subscription.isPending),
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
    { topic, protocol: subscription.protocol, endpoint: subscription.endpoint, arn: subscription.arn },
    subscription.attributes,
    { [input.AttributeName ?? ""]: input.AttributeValue ?? "" },
    "",
  );
  const updated = { ...subscription, attributes: changed };
  topic.subscriptions.set(subscription.arn, updated);
  if (input.AttributeName === "ReplayPolicy") {
    replayWhatIsAsked(state, topic, updated);
  }
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

/** What was set: a scope shows only with a policy, a replay with its status. */
function settings({ attributes }: Subscription): Record<string, string> {
  const shown = Object.fromEntries([...attributes].filter(([name]) => name !== "FilterPolicyScope"));
  return {
    ...shown,
    ...(attributes.has("FilterPolicy") ? { FilterPolicyScope: filterPolicyScope(attributes) } : {}),
    // Replays end before the call that starts them returns.
    ...(attributes.has("ReplayPolicy") ? { ReplayStatus: "Completed" } : {}),
  };
}

function describePage(subscriptions: readonly Subscription[], token: string | undefined) {
  const { page, nextToken } = pageOf(subscriptions, token);
  return { Subscriptions: page.map(describe), NextToken: nextToken };
}

function describe(subscription: Subscription): SubscriptionDescription {
  const { arn, isPending, ownerAccountId, protocol, endpoint, topicArn } = subscription;
  return {
    SubscriptionArn: isPending ? "PendingConfirmation" : arn,
    Owner: ownerAccountId,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topicArn,
  };
}

function effective(attributes: ReadonlyMap<string, string>, name: string): string | undefined {
  if (name === "RawMessageDelivery") {
    return attributes.get(name)?.toLowerCase() ?? "false";
  }
  return name === "FilterPolicyScope" ? filterPolicyScope(attributes) : attributes.get(name);
}

/** The condition keys of SNS ("Using policy conditions with Amazon SNS" of the Developer Guide). */
function subscribeConditions({ Protocol, Endpoint }: { Protocol?: string | undefined; Endpoint?: string | undefined }) {
  return new Map([
    ...(Protocol === undefined ? [] : [["sns:protocol", [Protocol]] as const]),
    ...(Endpoint === undefined ? [] : [["sns:endpoint", [Endpoint]] as const]),
  ]);
}
