import type { CreateTopicCommandInput, SetTopicAttributesCommandInput } from "@aws-sdk/client-sns";
import { AwsError, type CallContext } from "../kernel/index.ts";
import { partitionOf, requireArn } from "./arn.ts";
import { invalidParameter, notAuthorized } from "./errors.ts";
import { SNS_LIMITS } from "./limits.ts";
import { findTopic } from "./lookup.ts";
import { isAllowed, policyText } from "./policy.ts";
import type { SnsState, Topic } from "./state.ts";
import { parseTags } from "./tags.ts";
import { checkTopicAttribute, defaultOfTopicAttribute } from "./topic-attributes.ts";

/** How SNS retries HTTP endpoints: a fixed answer of GetTopicAttributes, without effect here. */
const EFFECTIVE_DELIVERY_POLICY = JSON.stringify({
  http: {
    defaultHealthyRetryPolicy: {
      minDelayTarget: 20,
      maxDelayTarget: 20,
      numRetries: 3,
      numMaxDelayRetries: 0,
      numNoDelayRetries: 0,
      numMinDelayRetries: 0,
      backoffFunction: "linear",
    },
    disableSubscriptionOverrides: false,
    defaultRequestPolicy: { headerContentType: "text/plain; charset=UTF-8" },
  },
});

/**
 * Makes a topic, or answers the ARN of the one that is there already with the same attributes and tags.
 *
 * @throws AwsError InvalidParameter for a bad name or attribute, and for an existing topic that differs
 */
export function createTopic(state: SnsState, context: CallContext, input: CreateTopicCommandInput): string {
  const attributes = new Map(Object.entries(input.Attributes ?? {}));
  if (input.DataProtectionPolicy !== undefined) {
    attributes.set("DataProtectionPolicy", input.DataProtectionPolicy);
  }
  const isFifo = attributes.get("FifoTopic") === "true";
  const name = checkName(input.Name ?? "", isFifo);
  const tags = parseTags(input.Tags ?? []);
  const arn = `arn:${partitionOf(context.region)}:sns:${context.region}:${context.accountId}:${name}`;
  const existing = state.topics.get(arn);
  for (const [key, value] of attributes) {
    checkTopicAttribute(key, value, { isFifo, isNew: true });
  }
  if (existing !== undefined) {
    requireSame(existing, attributes, tags);
    return arn;
  }
  state.topics.set(arn, {
    arn,
    name,
    region: context.region,
    accountId: context.accountId,
    isFifo,
    attributes,
    tags,
    subscriptions: new Map(),
    published: new Map(),
    sequence: 0,
    deletedSubscriptions: 0,
  });
  return arn;
}

/**
 * Deletes a topic and its subscriptions; one that is not there is no error.
 *
 * @throws AwsError InvalidState while the topic's archive is active
 */
export function deleteTopic(state: SnsState, context: CallContext, topicArn: string | undefined): void {
  const arn = requireArn(topicArn, "TopicArn");
  const topic = state.topics.get(topicArn ?? "");
  if (topic === undefined) {
    return;
  }
  if (arn.region !== context.region) {
    throw invalidParameter("TopicArn");
  }
  if (!isAllowed(topic, "DeleteTopic", { kind: "account", accountId: context.accountId })) {
    throw notAuthorized("DeleteTopic", topic.arn, context.accountId);
  }
  if ((topic.attributes.get("ArchivePolicy") ?? "{}") !== "{}") {
    throw new AwsError(
      "InvalidState",
      'Topic has an active message archive and cannot be deleted; first set its attribute ArchivePolicy to "{}"',
    );
  }
  state.topics.delete(topic.arn);
}

/** The ARNs of the caller's topics in its region, in the order of their creation. */
export function topicArns(state: SnsState, context: CallContext): string[] {
  return [...state.topics.values()]
    .filter((topic) => topic.region === context.region && topic.accountId === context.accountId)
    .map((topic) => topic.arn);
}

/** All attributes of a topic: those that were set, and those that SNS always answers. */
export function getTopicAttributes(
  state: SnsState,
  context: CallContext,
  topicArn: string | undefined,
): Record<string, string> {
  const topic = findTopic(state, context, topicArn, "GetTopicAttributes");
  return {
    DisplayName: "",
    ...(topic.isFifo ? { ContentBasedDeduplication: "false", FifoThroughputScope: "Topic" } : {}),
    ...Object.fromEntries(topic.attributes),
    MaximumMessageSize: String(maximumMessageSize(topic)),
    Policy: policyText(topic),
    Owner: topic.accountId,
    TopicArn: topic.arn,
    EffectiveDeliveryPolicy: EFFECTIVE_DELIVERY_POLICY,
    SubscriptionsConfirmed: String(topic.subscriptions.size),
    SubscriptionsPending: "0",
    SubscriptionsDeleted: String(topic.deletedSubscriptions),
  };
}

/** @throws AwsError InvalidParameter for an unknown attribute or a bad value */
export function setTopicAttribute(state: SnsState, context: CallContext, input: SetTopicAttributesCommandInput): void {
  const topic = findTopic(state, context, input.TopicArn, "SetTopicAttributes");
  const { AttributeName: name = "", AttributeValue: value = "" } = input;
  // An empty value takes a policy back to its default.
  if (value === "" && (name === "Policy" || name === "DeliveryPolicy")) {
    topic.attributes.delete(name);
    return;
  }
  checkTopicAttribute(name, value, { isFifo: topic.isFifo, isNew: false });
  if (name === "FifoThroughputScope" && value === "Topic" && topic.attributes.get(name) === "MessageGroup") {
    throw invalidParameter("FifoThroughputScope: cannot be changed from MessageGroup back to Topic");
  }
  const { maximumMessageSize: size, subscriptionsOfLargeMessageTopic: most } = SNS_LIMITS;
  if (name === "MaximumMessageSize" && Number(value) > size.default && topic.subscriptions.size > most) {
    throw invalidParameter(
      `MaximumMessageSize: above ${size.default} a topic may have at most ${most} subscriptions, this one has ${topic.subscriptions.size}`,
    );
  }
  topic.attributes.set(name, value);
}

/** The size in bytes of the largest message that the topic takes. */
export function maximumMessageSize(topic: Topic): number {
  return Number(topic.attributes.get("MaximumMessageSize") ?? SNS_LIMITS.maximumMessageSize.default);
}

function checkName(name: string, isFifo: boolean): string {
  const limit = SNS_LIMITS.topicNameCharacters;
  if (isFifo && !/^[\w-]+\.fifo$/.test(name)) {
    throw invalidParameter(
      `Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and ${limit} characters long.`,
    );
  }
  if (name.length > limit || (!isFifo && !/^[\w-]+$/.test(name))) {
    throw invalidParameter("Topic Name");
  }
  return name;
}

function requireSame(topic: Topic, attributes: ReadonlyMap<string, string>, tags: ReadonlyMap<string, string>): void {
  for (const [name, value] of attributes) {
    if ((topic.attributes.get(name) ?? defaultOfTopicAttribute(name)) !== value) {
      throw invalidParameter("Attributes Reason: Topic already exists with different attributes");
    }
  }
  for (const [key, value] of tags) {
    if (topic.tags.get(key) !== value) {
      throw invalidParameter("Tags Reason: Topic already exists with different tags");
    }
  }
}
