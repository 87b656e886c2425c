import { invalidAttributeValue } from "../errors.ts";
import {
  MAXIMUM_DELAY_SECONDS,
  MAXIMUM_MESSAGE_SIZE_BYTES,
  MAXIMUM_RETENTION_SECONDS,
  MAXIMUM_VISIBILITY_SECONDS,
  MAXIMUM_WAIT_SECONDS,
  MINIMUM_RETENTION_SECONDS,
  SMALLEST_MAXIMUM_MESSAGE_SIZE_BYTES,
} from "../limits.ts";

/** What one queue attribute may hold. */
type Rule =
  | { kind: "integer"; minimum: number; maximum: number; default: number }
  | { kind: "boolean"; default: boolean; fifoOnly?: boolean }
  | { kind: "choice"; values: readonly string[]; default: string; fifoOnly?: boolean }
  /** A string or JSON, without a default; an empty string removes the attribute. */
  | { kind: "text" };

/** The attributes of a queue that callers can set (API: CreateQueue, SetQueueAttributes). */
export const ATTRIBUTE_RULES = {
  DelaySeconds: { kind: "integer", minimum: 0, maximum: MAXIMUM_DELAY_SECONDS, default: 0 },
  MaximumMessageSize: {
    kind: "integer",
    minimum: SMALLEST_MAXIMUM_MESSAGE_SIZE_BYTES,
    maximum: MAXIMUM_MESSAGE_SIZE_BYTES,
    default: MAXIMUM_MESSAGE_SIZE_BYTES,
  },
  MessageRetentionPeriod: {
    kind: "integer",
    minimum: MINIMUM_RETENTION_SECONDS,
    maximum: MAXIMUM_RETENTION_SECONDS,
    // Four days.
    default: 345_600,
  },
  ReceiveMessageWaitTimeSeconds: { kind: "integer", minimum: 0, maximum: MAXIMUM_WAIT_SECONDS, default: 0 },
  VisibilityTimeout: { kind: "integer", minimum: 0, maximum: MAXIMUM_VISIBILITY_SECONDS, default: 30 },
  KmsDataKeyReusePeriodSeconds: { kind: "integer", minimum: 60, maximum: 86_400, default: 300 },
  SqsManagedSseEnabled: { kind: "boolean", default: true },
  FifoQueue: { kind: "boolean", default: false, fifoOnly: true },
  ContentBasedDeduplication: { kind: "boolean", default: false, fifoOnly: true },
  DeduplicationScope: { kind: "choice", values: ["queue", "messageGroup"], default: "queue", fifoOnly: true },
  FifoThroughputLimit: {
    kind: "choice",
    values: ["perQueue", "perMessageGroupId"],
    default: "perQueue",
    fifoOnly: true,
  },
  KmsMasterKeyId: { kind: "text" },
  Policy: { kind: "text" },
  RedriveAllowPolicy: { kind: "text" },
  RedrivePolicy: { kind: "text" },
} as const satisfies Record<string, Rule>;

export type SettableAttribute = keyof typeof ATTRIBUTE_RULES;

/** The attributes that SQS computes (API: GetQueueAttributes). */
const COMPUTED_ATTRIBUTES = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesDelayed",
  "ApproximateNumberOfMessagesNotVisible",
  "CreatedTimestamp",
  "LastModifiedTimestamp",
  "QueueArn",
] as const;

export type ComputedAttribute = (typeof COMPUTED_ATTRIBUTES)[number];

export function isSettable(name: string): name is SettableAttribute {
  return Object.hasOwn(ATTRIBUTE_RULES, name);
}

export function isComputed(name: string): name is ComputedAttribute {
  return COMPUTED_ATTRIBUTES.some((computed) => computed === name);
}

/** Whether only FIFO queues have the attribute. */
export function isFifoOnly(name: SettableAttribute): boolean {
  const rule: Rule = ATTRIBUTE_RULES[name];
  return "fifoOnly" in rule && rule.fifoOnly === true;
}

/** The normalised value (`"030"` becomes `"30"`). Throws `InvalidAttributeValue` when it breaks the rule. */
export function checkedValue(name: SettableAttribute, value: string): string {
  const rule: Rule = ATTRIBUTE_RULES[name];
  switch (rule.kind) {
    case "integer": {
      const number = Number(value);
      if (!/^\d+$/.test(value) || number < rule.minimum || number > rule.maximum) {
        throw invalidAttributeValue(
          name,
          `Must be an integer from ${rule.minimum} to ${rule.maximum}, but was "${value}".`,
        );
      }
      return String(number);
    }
    case "boolean": {
      const text = value.toLowerCase();
      if (text !== "true" && text !== "false") {
        throw invalidAttributeValue(name, `Must be true or false, but was "${value}".`);
      }
      return text;
    }
    case "choice":
      if (!rule.values.includes(value)) {
        throw invalidAttributeValue(name, `Must be one of ${rule.values.join(", ")}, but was "${value}".`);
      }
      return value;
    case "text":
      return value;
  }
}

/** What the attribute is when nobody set it; `undefined` when it is then absent. */
export function defaultValue(name: SettableAttribute): string | undefined {
  const rule: Rule = ATTRIBUTE_RULES[name];
  return rule.kind === "text" ? undefined : String(rule.default);
}
