import { parsePolicy } from "../../kernel/index.ts";
import { invalidParameter } from "../errors.ts";
import { parseJsonObject } from "../json.ts";
import { SNS_LIMITS } from "../limits.ts";

interface TopicAttribute {
  /** On which type of topic it may be set; on both when absent. */
  readonly only?: "fifo" | "standard";
  /** Set at creation only. */
  readonly fixed?: boolean;
  /** What a topic without it has, where that matters for comparing. */
  readonly default?: string;
  /** @returns what is wrong with the value, or undefined */
  readonly problem: (value: string) => string | undefined;
}

const oneOf =
  (...values: readonly string[]) =>
  (value: string) =>
    values.includes(value) ? undefined : `Invalid value [${value}]. Must be ${values.join(" or ")}.`;

const wholeNumber = (minimum: number, maximum: number) => (value: string) =>
  /^\d{1,9}$/.test(value) && Number(value) >= minimum && Number(value) <= maximum
    ? undefined
    : `Invalid value [${value}]. Must be an integer from ${minimum} to ${maximum}.`;

const upTo = (characters: number) => (value: string) =>
  value.length <= characters ? undefined : `Must be at most ${characters} characters, not ${value.length}.`;

const anything = () => undefined;

const jsonObject = (name: string) => (value: string) => {
  parseJsonObject(value, name);
  return undefined;
};

function archivePolicyProblem(value: string): string | undefined {
  // An empty object ends the archive.
  const policy = parseJsonObject(value, "ArchivePolicy");
  if (Object.keys(policy).length === 0) {
    return undefined;
  }
  const { minimum, maximum } = SNS_LIMITS.archiveDays;
  const days = Number(policy.MessageRetentionPeriod);
  return Number.isInteger(days) && days >= minimum && days <= maximum
    ? undefined
    : `MessageRetentionPeriod must be an integer from ${minimum} to ${maximum} days, not ${String(policy.MessageRetentionPeriod)}.`;
}

function policyProblem(value: string): string | undefined {
  parseJsonObject(value, "Policy");
  return parsePolicy(value) === undefined ? "Policy Error: no Statement." : undefined;
}

const feedback = Object.fromEntries(
  ["HTTP", "Firehose", "Lambda", "Application", "SQS"].flatMap((endpoint): [string, TopicAttribute][] => [
    [`${endpoint}SuccessFeedbackRoleArn`, { problem: anything }],
    [`${endpoint}FailureFeedbackRoleArn`, { problem: anything }],
    [`${endpoint}SuccessFeedbackSampleRate`, { problem: wholeNumber(0, 100) }],
  ]),
);

/** Source of names, ranges and defaults: API Reference, "CreateTopic" and "SetTopicAttributes". */
const TABLE: Readonly<Record<string, TopicAttribute>> = {
  DisplayName: { default: "", problem: upTo(SNS_LIMITS.displayNameCharacters) },
  Policy: { problem: policyProblem },
  DeliveryPolicy: { problem: jsonObject("DeliveryPolicy") },
  DataProtectionPolicy: { only: "standard", problem: jsonObject("DataProtectionPolicy") },
  KmsMasterKeyId: { default: "", problem: upTo(2_048) },
  SignatureVersion: { default: "1", problem: oneOf("1", "2") },
  TracingConfig: { only: "standard", default: "PassThrough", problem: oneOf("PassThrough", "Active") },
  MaximumMessageSize: {
    default: String(SNS_LIMITS.maximumMessageSize.default),
    problem: wholeNumber(SNS_LIMITS.maximumMessageSize.minimum, SNS_LIMITS.maximumMessageSize.maximum),
  },
  FifoTopic: { default: "false", fixed: true, problem: oneOf("true", "false") },
  ContentBasedDeduplication: { only: "fifo", default: "false", problem: oneOf("true", "false") },
  FifoThroughputScope: { only: "fifo", default: "Topic", problem: oneOf("Topic", "MessageGroup") },
  ArchivePolicy: { only: "fifo", default: "{}", problem: archivePolicyProblem },
  ...feedback,
};

/** A Map, so that no caller's name finds what plain objects inherit. */
const ATTRIBUTES: ReadonlyMap<string, TopicAttribute> = new Map(Object.entries(TABLE));

/**
 * Checks one attribute of a topic, for CreateTopic and SetTopicAttributes alike.
 *
 * @throws AwsError InvalidParameter for an unknown name, the wrong type of topic, or a value out of range
 */
export function checkTopicAttribute(
  name: string,
  value: string,
  topic: { readonly isFifo: boolean; readonly isNew: boolean },
): void {
  const attribute = ATTRIBUTES.get(name);
  const prefix = topic.isNew ? "Attributes Reason: " : "";
  if (attribute === undefined || (attribute.fixed === true && !topic.isNew)) {
    throw invalidParameter(topic.isNew ? `Attributes Reason: Unknown attribute ${name}` : "AttributeName");
  }
  if (attribute.only !== undefined && attribute.only !== (topic.isFifo ? "fifo" : "standard")) {
    throw invalidParameter(`${prefix}${name}: only ${attribute.only} topics support this attribute`);
  }
  const problem = attribute.problem(value);
  if (problem !== undefined) {
    throw invalidParameter(`${prefix}${name}: ${problem}`);
  }
}

/** What a topic has where the attribute was never set; undefined for attributes without a default. */
export function defaultOfTopicAttribute(name: string): string | undefined {
  return ATTRIBUTES.get(name)?.default;
}
