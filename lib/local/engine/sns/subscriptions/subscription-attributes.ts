import { AwsError, isFifoName, parseArn } from "../../kernel/index.ts";
import { parseReplayPolicy } from "../archive/index.ts";
import { invalidParameter } from "../errors.ts";
import { FilterPolicyError, parseFilterPolicy } from "../filter/index.ts";
import { parseJsonObject } from "../json.ts";
import { SNS_LIMITS } from "../limits.ts";
import { filterPolicyScope, type Protocol, type Topic } from "../state.ts";
import { CAN_BE_RAW } from "./endpoints.ts";

/** The subscription whose attributes are checked; `arn` is absent while it is being made. */
interface Target {
  readonly topic: Topic;
  readonly protocol: Protocol;
  readonly endpoint: string;
  readonly arn?: string;
}

const NAMES: ReadonlySet<string> = new Set([
  "DeliveryPolicy",
  "FilterPolicy",
  "FilterPolicyScope",
  "RawMessageDelivery",
  "RedrivePolicy",
  "ReplayPolicy",
  "SubscriptionRoleArn",
]);

/**
 * Applies changes to a subscription's attributes and checks the result as a whole.
 *
 * @param before the attributes so far
 * @param changes name and value; an empty value, or `{}` for a policy, takes the attribute away
 * @param prefix what SNS puts before the reason: nothing, or `Attributes Reason: ` in Subscribe
 * @returns the attributes after the changes
 * @throws AwsError InvalidParameter, FilterPolicyLimitExceeded
 */
export function changeSubscriptionAttributes(
  target: Target,
  before: ReadonlyMap<string, string>,
  changes: Readonly<Record<string, string>>,
  prefix: string,
): Map<string, string> {
  const after = new Map(before);
  for (const [name, value] of Object.entries(changes)) {
    if (!NAMES.has(name)) {
      throw invalidParameter(prefix === "" ? "AttributeName" : `${prefix}Unknown attribute ${name}`);
    }
    checkValue(target, name, value, prefix);
    if (isRemoval(name, value)) {
      after.delete(name);
    } else {
      after.set(name, value);
    }
  }
  if ("FilterPolicy" in changes || "FilterPolicyScope" in changes) {
    checkFilterPolicy(target, after, prefix);
  }
  return after;
}

function isRemoval(name: string, value: string): boolean {
  return value === "" || (name.endsWith("Policy") && value.trim() === "{}");
}

function checkValue(target: Target, name: string, value: string, prefix: string): void {
  switch (name) {
    case "RawMessageDelivery":
      if (!/^(?:true|false)$/i.test(value)) {
        throw invalidParameter(`${prefix}RawMessageDelivery: Invalid value [${value}]. Must be true or false.`);
      }
      if (value.toLowerCase() === "true" && !CAN_BE_RAW.has(target.protocol)) {
        throw invalidParameter(
          `${prefix}Delivery protocol [${target.protocol}] does not support raw message delivery.`,
        );
      }
      break;
    case "FilterPolicyScope":
      if (value !== "MessageAttributes" && value !== "MessageBody") {
        throw invalidParameter(
          `${prefix}FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
        );
      }
      break;
    case "RedrivePolicy":
      if (!isRemoval(name, value)) {
        checkRedrivePolicy(target, value, prefix);
      }
      break;
    case "ReplayPolicy":
      if (!isRemoval(name, value)) {
        parseReplayPolicy(target.topic, value, prefix);
      }
      break;
    case "DeliveryPolicy":
      if (!isRemoval(name, value)) {
        parseJsonObject(value, `${prefix}DeliveryPolicy`);
      }
      break;
  }
}

/**
 * Source: Developer Guide, "Amazon SNS dead-letter queues": the queue is of the subscription's type, account and region.
 */
function checkRedrivePolicy({ topic, endpoint }: Target, value: string, prefix: string): void {
  const { deadLetterTargetArn: text } = parseJsonObject(value, `${prefix}RedrivePolicy`);
  const arn = typeof text === "string" ? parseArn(text) : undefined;
  if (arn === undefined || arn.service !== "sqs") {
    throw invalidParameter(`${prefix}RedrivePolicy: deadLetterTargetArn is an invalid arn`);
  }
  if (arn.region !== topic.region || arn.accountId !== topic.accountId) {
    throw invalidParameter(
      `${prefix}RedrivePolicy: deadLetterTargetArn must lie in the account and Region of the subscription (${topic.accountId}, ${topic.region})`,
    );
  }
  const isFifo = topic.isFifo && isFifoName(endpoint);
  if (isFifo && !isFifoName(arn.resource)) {
    throw invalidParameter(
      `${prefix}RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.`,
    );
  }
  if (!isFifo && isFifoName(arn.resource)) {
    throw invalidParameter(`${prefix}RedrivePolicy: must use a standard queue as DLQ for a standard subscription.`);
  }
}

function checkFilterPolicy({ topic, arn }: Target, attributes: ReadonlyMap<string, string>, prefix: string): void {
  const text = attributes.get("FilterPolicy");
  if (text === undefined) {
    return;
  }
  try {
    parseFilterPolicy(text, filterPolicyScope(attributes));
  } catch (error) {
    if (error instanceof FilterPolicyError) {
      // SNS names the attribute in front of every reason but this one.
      const name = error.isAboutScope ? "" : "FilterPolicy: ";
      throw invalidParameter(`${prefix}${name}${error.message}`);
    }
    throw error;
  }
  let count = 1;
  for (const other of topic.subscriptions.values()) {
    if (other.arn !== arn && other.attributes.has("FilterPolicy")) {
      count++;
    }
  }
  if (count > SNS_LIMITS.filterPoliciesOfTopic) {
    throw new AwsError(
      "FilterPolicyLimitExceeded",
      `Filter policy limit exceeded: ${count} filter policies on the topic, at most ${SNS_LIMITS.filterPoliciesOfTopic}`,
      { statusCode: 403 },
    );
  }
}
