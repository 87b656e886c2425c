import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { describeError, FanfareError, fingerprintOf, firstFrame, isFanfareError } from "../../errors/index.ts";
import { FAILURE_ATTRIBUTE, MAX_MESSAGE_ATTRIBUTES } from "../../names/index.ts";
import { messageBytes, SQS_MAX_BYTES } from "../../wire/index.ts";
import { cut, type Delivery, type Invocation } from "../record/index.ts";

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
  /** How often the handler was started, according to the idempotency store; absent where nobody counts. */
  readonly tries?: number;
  /** First frame of the user's own code. Absent for Fanfare's own errors. */
  readonly frame?: string;
  /** Equal for failures of one cause; see `fingerprintOf`. */
  readonly fingerprint: string;
  /** How often the message was redriven before; absent for the first time. */
  readonly redrives?: number;
  /** ISO 8601. */
  readonly time: string;
  /** The ARN of the queue from which the message came. */
  readonly source: string;
  /** The message's id in that queue, as logs have it: the dead letter has another. */
  readonly messageId: string;
  /** At-most-once: the token of the claim that ended. Only a message that names it may start the handler again. */
  readonly claim?: string;
  /** At-most-once: until then the handler that was given up may still run, in milliseconds since the Unix epoch. */
  readonly runsUntil?: number;
  /** W3C Trace Context of the delivery that was given up, where it was traced: a redriven message is linked to it. */
  readonly traceparent?: string;
}

/** A message on its way to a dead-letter queue. */
export interface DeadLetterMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly bytes: number;
  /** Whether there was room for the reason. */
  readonly hasReason: boolean;
  readonly group: string | undefined;
  readonly deduplicationId: string;
  /** X-Ray's trace header, which came with the message. */
  readonly traceHeader: string | undefined;
}

const MAX_REASON_CHARACTERS = 1_000;
const MAX_NAME_CHARACTERS = 100;

/** What a reason says besides error and delivery. */
export interface FailureFacts extends Pick<FailureReason, "consumer"> {
  readonly invocation: Pick<Invocation, "functionName" | "endsAt">;
  readonly tries: number | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly claim: string | undefined;
  readonly traceparent: string | undefined;
}

/** Why a message is dead-lettered, without stack and payload. */
export function failureReason(
  error: unknown,
  delivery: Delivery,
  { consumer, invocation, tries, now, claim, traceparent }: FailureFacts,
): FailureReason {
  const { name, message: full } = describeError(error);
  // Cut first: what is computed from a message must not take longer for one of megabytes.
  const message = sendable(full.slice(0, MAX_REASON_CHARACTERS));
  const own = isFanfareError(error);
  const code = own ? error.code : sendable(cut(name, MAX_NAME_CHARACTERS));
  // Fanfare's own errors begin in Fanfare; `PermanentError` and `RetryError` are the handler's.
  const frame = own && code !== "Permanent" && code !== "Retry" ? undefined : firstFrame(error);
  const { redrives } = delivery;
  return {
    error: code,
    message,
    consumer,
    fingerprint: fingerprintOf(consumer, code, message, frame),
    ...(frame === undefined ? {} : { frame }),
    ...(redrives === undefined ? {} : { redrives }),
    handler: invocation.functionName,
    attempt: delivery.receiveCount,
    ...(tries === undefined ? {} : { tries }),
    time: new Date(now).toISOString(),
    source: delivery.queueArn,
    messageId: delivery.messageId,
    ...(claim === undefined ? {} : { claim }),
    ...(claim !== undefined && own && code === "HandlerTimeout" ? { runsUntil: invocation.endsAt } : {}),
    ...(traceparent === undefined ? {} : { traceparent }),
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
    hasReason: fits,
    group: delivery.group === "" ? undefined : delivery.group,
    // The message's own id: a second attempt to send the same message is dropped, a redriven one is not.
    deduplicationId: delivery.messageId,
    traceHeader: delivery.traceHeader,
  };
}

/** The attributes that came with the message, without what is no attribute: a record that SQS did not make may hold anything. */
function originalAttributes(delivery: Delivery): Record<string, MessageAttributeValue> {
  const attributes: Record<string, MessageAttributeValue> = {};
  for (const name of delivery.attributeNames) {
    const DataType: unknown = delivery.record.messageAttributes[name]?.dataType;
    const StringValue = delivery.attribute(name);
    const binary = delivery.attribute(name, "binaryValue");
    // A redriven message has the reason of its last failure.
    if (name !== FAILURE_ATTRIBUTE && typeof DataType === "string" && (StringValue ?? binary) !== undefined) {
      attributes[name] = {
        DataType,
        ...(StringValue === undefined ? {} : { StringValue }),
        ...(binary === undefined ? {} : { BinaryValue: Buffer.from(binary, "base64") }),
      };
    }
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
