import { invalidAttributeName, invalidAttributeValue, unknownAttribute } from "../errors.ts";
import {
  ATTRIBUTE_RULES,
  checkedValue,
  defaultValue,
  isFifoOnly,
  isSettable,
  type SettableAttribute,
} from "./attribute-table.ts";

/** What was set on a queue, each value checked and normalised. Absent means the default. */
export type QueueAttributes = { [Name in SettableAttribute]?: string };

/**
 * Checks what a caller sets, one attribute at a time. An empty string means "remove". What concerns other queues
 * (redrive policies) is checked elsewhere.
 *
 * @throws AwsError `InvalidAttributeName`, `InvalidAttributeValue`
 */
export function checkAttributes(given: Readonly<Record<string, string | undefined>>, fifo: boolean): QueueAttributes {
  const checked: QueueAttributes = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) {
      continue;
    }
    if (!isSettable(name)) {
      throw unknownAttribute(name);
    }
    if (isFifoOnly(name) && !fifo) {
      throw fifoOnlyError(name);
    }
    checked[name] = value === "" && ATTRIBUTE_RULES[name].kind === "text" ? "" : checkedValue(name, value);
  }
  return checked;
}

/**
 * The attributes after a change. Server-side encryption is of one kind: a KMS key switches SSE-SQS off and the other
 * way round (API: SetQueueAttributes).
 */
export function merged(current: QueueAttributes, change: QueueAttributes): QueueAttributes {
  if (change.SqsManagedSseEnabled === "true" && change.KmsMasterKeyId) {
    throw invalidAttributeName(
      "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    );
  }
  const next: QueueAttributes = { ...current, ...change };
  if (change.KmsMasterKeyId) {
    next.SqsManagedSseEnabled = "false";
  } else if (change.SqsManagedSseEnabled === "true") {
    delete next.KmsMasterKeyId;
    delete next.KmsDataKeyReusePeriodSeconds;
  }
  for (const name of Object.keys(next)) {
    if (isSettable(name) && next[name] === "") {
      delete next[name];
    }
  }
  if (next.FifoThroughputLimit === "perMessageGroupId" && next.DeduplicationScope !== "messageGroup") {
    throw invalidAttributeValue(
      "FifoThroughputLimit",
      "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.",
    );
  }
  return next;
}

/** The value in force. */
export function effective(attributes: QueueAttributes, name: SettableAttribute): string | undefined {
  return attributes[name] ?? defaultValue(name);
}

/** A number in force. The table has a default for every attribute that is a number. */
export function numeric(attributes: QueueAttributes, name: NumericAttribute): number {
  const value = attributes[name];
  return value === undefined ? ATTRIBUTE_RULES[name].default : Number(value);
}

type NumericAttribute = {
  [Name in SettableAttribute]: (typeof ATTRIBUTE_RULES)[Name]["kind"] extends "integer" ? Name : never;
}[SettableAttribute];

function fifoOnlyError(name: SettableAttribute) {
  // The service words it differently for the two attributes that came with high throughput.
  return name === "DeduplicationScope" || name === "FifoThroughputLimit"
    ? invalidAttributeName(`You can specify the ${name} only when FifoQueue is set to true.`)
    : unknownAttribute(name);
}
