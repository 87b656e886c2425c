import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { describeError, FanfareError, isFanfareError } from "../../errors/index.ts";
import { FAILURE_ATTRIBUTE, MAX_MESSAGE_ATTRIBUTES } from "../../names/index.ts";
import { messageBytes, SQS_MAX_BYTES } from "../../wire/index.ts";
import type { Delivery } from "../record/index.ts";

/** What the attribute on a dead letter says, as JSON. */
export interface FailureReason {
  /** Name or code of the error: `SchemaMismatch`, `TypeError`. */
  readonly error: string;
  /** At most 1,000 characters. */
  readonly message: string;
  readonly consumer: string;
  /** The name of the function. */
  readonly handler: string;
  /** The receive count at which the message was given up. */
  readonly attempt: number;
  /** ISO 8601. */
  readonly time: string;
  /** The ARN of the queue from which the message came. */
  readonly source: string;
}

/** A message on its way to a dead-letter queue. */
export interface DeadLetterMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly bytes: number;
  readonly group: string | undefined;
  readonly deduplicationId: string;
}

const MAX_REASON_CHARACTERS = 1_000;

/** Why a message is dead-lettered, without stack and payload. */
export function failureReason(
  error: unknown,
  delivery: Delivery,
  consumer: string,
  handler: string,
  now: number,
): FailureReason {
  const { name, message } = describeError(error);
  return {
    error: isFanfareError(error) ? error.code : name,
    message: sendable(message).slice(0, MAX_REASON_CHARACTERS),
    consumer,
    handler,
    attempt: delivery.receiveCount,
    time: new Date(now).toISOString(),
    source: delivery.queueArn,
  };
}

/** The original message with one attribute that says why. @throws FanfareError `BodyMalformed` for a record without a body */
export function deadLetterMessage(delivery: Delivery, reason: FailureReason): DeadLetterMessage {
  const { record } = delivery;
  if (typeof record?.body !== "string" || record.body === "") {
    throw new FanfareError("BodyMalformed", "a record without a body cannot be sent to a dead-letter queue", {
      field: "body",
    });
  }
  const original = originalAttributes(delivery);
  const marked = {
    ...original,
    [FAILURE_ATTRIBUTE]: { DataType: "String", StringValue: sendable(JSON.stringify(reason)) },
  };
  // Better without the reason than not at all: foreign messages may use all ten attributes, or the whole size.
  const fits =
    Object.keys(marked).length <= MAX_MESSAGE_ATTRIBUTES && messageBytes(record.body, wire(marked)) <= SQS_MAX_BYTES;
  const attributes = fits ? marked : original;
  return {
    body: record.body,
    attributes,
    bytes: messageBytes(record.body, wire(attributes)),
    group: delivery.group === "" ? undefined : delivery.group,
    // The message's own id: a second attempt to send the same message is dropped, a redriven one is not.
    deduplicationId: delivery.messageId,
  };
}

function originalAttributes(delivery: Delivery): Record<string, MessageAttributeValue> {
  const attributes: Record<string, MessageAttributeValue> = {};
  for (const [name, attribute] of Object.entries(delivery.record.messageAttributes ?? {})) {
    // A redriven message has the reason of its last failure.
    if (name === FAILURE_ATTRIBUTE) {
      continue;
    }
    attributes[name] = {
      DataType: attribute.dataType,
      ...(attribute.stringValue == null ? {} : { StringValue: attribute.stringValue }),
      ...(attribute.binaryValue == null ? {} : { BinaryValue: Buffer.from(attribute.binaryValue, "base64") }),
    };
  }
  return attributes;
}

function wire(attributes: Record<string, MessageAttributeValue>) {
  return attributes as Record<string, { DataType: string; StringValue?: string; BinaryValue?: Uint8Array }>;
}

/** Without the characters that SQS refuses. */
function sendable(text: string): string {
  return text.toWellFormed().replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
}
