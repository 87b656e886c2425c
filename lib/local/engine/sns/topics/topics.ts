import { AwsError, partitionOf } from "../../kernel/index.ts";
import { archivePolicyChanged } from "../archive/index.ts";
import { invalidParameter } from "../errors.ts";
import { SNS_LIMITS } from "../limits.ts";
import { findTopic, requireAllowed, requireArn } from "../lookup.ts";
import type { SnsHandler } from "../operations.ts";
import { pageOf } from "../paging.ts";
import type { Topic } from "../state.ts";
import { parseTags } from "./tags.ts";
import { checkTopicAttribute, defaultOfTopicAttribute } from "./topic-attributes.ts";

/**
 * Creates a topic, or returns the ARN of the existing one with the same attributes and tags.
 *
 * @throws AwsError InvalidParameter for a bad name or attribute, and for an existing topic that differs
 */
export const createTopic: SnsHandler<"CreateTopic"> = (state, context, input) => {
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
    return { TopicArn: arn };
  }
  const topic: Topic = {
    arn,
    name,
    region: context.region,
    accountId: context.accountId,
    isFifo,
    attributes,
    tags,
    subscriptions: new Map(),
    published: new Map(),
    archive: [],
    archivingSince: undefined,
    sequence: 0,
    deletedSubscriptions: 0,
  };
  archivePolicyChanged(topic, state.environment.now());
  state.topics.set(arn, topic);
  return { TopicArn: arn };
};

/**
 * Deletes a topic and its subscriptions; a topic that does not exist is not an error.
 *
 * @throws AwsError InvalidState while the topic's archive is active
 */
export const deleteTopic: SnsHandler<"DeleteTopic"> = (state, context, input) => {
  const arn = requireArn(input.TopicArn, "TopicArn");
  const topic = state.topics.get(input.TopicArn ?? "");
  if (topic === undefined) {
    return {};
  }
  if (arn.region !== context.region) {
    throw invalidParameter("TopicArn");
  }
  requireAllowed(state, context, topic, "DeleteTopic");
  if ((topic.attributes.get("ArchivePolicy") ?? "{}") !== "{}") {
    throw new AwsError(
      "InvalidState",
      'Topic has an active message archive and cannot be deleted; first set its attribute ArchivePolicy to "{}"',
    );
  }
  state.topics.delete(topic.arn);
  for (const subscription of topic.subscriptions.values()) {
    // SNS deletes them later: they can still be looked at and unsubscribed ("DeleteTopic"; measured on AWS).
    state.orphans.set(subscription.arn, { topic, subscription });
  }
  return {};
};

/** The caller's topics in its Region, in the order of their creation. */
export const listTopics: SnsHandler<"ListTopics"> = (state, context, input) => {
  const topics = [...state.topics.values()].filter(
    (topic) => topic.region === context.region && topic.accountId === context.accountId,
  );
  const { page, nextToken } = pageOf(topics, input.NextToken);
  return { Topics: page.map(({ arn }) => ({ TopicArn: arn })), NextToken: nextToken };
};

/** @throws AwsError InvalidParameter for an unknown attribute or a bad value */
export const setTopicAttributes: SnsHandler<"SetTopicAttributes"> = (state, context, input) => {
  const topic = findTopic(state, context, input.TopicArn, "SetTopicAttributes");
  const { AttributeName: name = "", AttributeValue: value = "" } = input;
  // An empty value resets a policy to its default.
  if (value === "" && (name === "Policy" || name === "DeliveryPolicy")) {
    topic.attributes.delete(name);
    return {};
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
  archivePolicyChanged(topic, state.environment.now());
  return {};
};

/** The size in bytes of the largest message that the topic accepts. */
export function maximumMessageSize(topic: Topic): number {
  return Number(topic.attributes.get("MaximumMessageSize") ?? SNS_LIMITS.maximumMessageSize.default);
}

function checkName(name: string, isFifo: boolean): string {
  const limit = SNS_LIMITS.topicNameCharacters;
  if (name.length > limit || !(isFifo ? /^[\w-]+\.fifo$/ : /^[\w-]+$/).test(name)) {
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
