import type { MessageAttributeValue, SendMessageCommandInput } from "@aws-sdk/client-sqs";
import { invalidMessageContents, invalidParameter, invalidParameterValue, missingParameter } from "../errors.ts";
import { optionalInteger } from "../input.ts";
import { MAXIMUM_DELAY_SECONDS } from "../limits.ts";
import {
  attributesSize,
  contentDeduplicationId,
  hasInvalidCharacters,
  type StoredAttribute,
  type StoredAttributes,
  storeAttributes,
} from "../messages/index.ts";
import { numeric, type Queue } from "../queue/index.ts";

/** What SendMessage and an entry of SendMessageBatch have in common. */
export type SendInput = Pick<
  SendMessageCommandInput,
  | "MessageBody"
  | "DelaySeconds"
  | "MessageAttributes"
  | "MessageSystemAttributes"
  | "MessageDeduplicationId"
  | "MessageGroupId"
>;

/** A message that passed all checks of its queue. */
export interface CheckedSend {
  readonly body: string;
  readonly attributes: StoredAttributes;
  readonly traceHeader?: string;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly delaySeconds: number;
}

/** Group and deduplication ids: 1 to 128 alphanumeric and punctuation characters (API: SendMessage). */
const TOKEN = /^[\x21-\x7e]{1,128}$/;

/** Bytes that a message counts for: its body, and name, type and value of each attribute. Nothing is checked yet. */
export function givenSize(input: SendInput): number {
  let size = Buffer.byteLength(input.MessageBody ?? "");
  for (const [name, value] of Object.entries(input.MessageAttributes ?? {})) {
    size += Buffer.byteLength(name) + Buffer.byteLength(value.DataType ?? "");
    size += Buffer.byteLength(value.StringValue ?? "") + (value.BinaryValue?.length ?? 0);
  }
  return size;
}

/**
 * Checks one message for the queue.
 *
 * @param verdict what the error about the size says of the parameters; the service words it differently in batches
 * @throws AwsError `MissingParameter`, `InvalidParameterValue`, `InvalidMessageContents`, `UnsupportedOperation`
 */
export function checkSend(queue: Queue, input: SendInput, verdict = "are invalid"): CheckedSend {
  const body = input.MessageBody;
  if (body === undefined || body === "") {
    throw missingParameter("MessageBody");
  }
  if (hasInvalidCharacters(body)) {
    throw invalidMessageContents();
  }
  const attributes = storeAttributes(input.MessageAttributes);
  const limit = numeric(queue.attributes, "MaximumMessageSize");
  if (Buffer.byteLength(body) + attributesSize(attributes) > limit) {
    throw invalidParameterValue(
      `One or more parameters ${verdict}. Reason: Message must be shorter than ${limit} bytes.`,
    );
  }
  const traceHeader = checkSystemAttributes(input.MessageSystemAttributes);
  return {
    body,
    attributes,
    delaySeconds: checkDelay(queue, input.DelaySeconds),
    ...(traceHeader === undefined ? {} : { traceHeader }),
    ...(queue.fifo ? checkFifo(queue, input, body) : checkStandard(input)),
  };
}

/**
 * Message attributes by another name; only the header of X-Ray is known (API: SendMessage). It does not count for the
 * size of the message.
 */
export function systemAttributes(traceHeader: string | undefined): StoredAttributes {
  return traceHeader === undefined ? {} : { AWSTraceHeader: { type: "String", text: traceHeader } };
}

/** The system attribute that carries the header of X-Ray. */
export function traceAttribute(traceHeader: string): Record<"AWSTraceHeader", MessageAttributeValue> {
  return { AWSTraceHeader: { DataType: "String", StringValue: traceHeader } };
}

function checkSystemAttributes(
  given: Readonly<Record<string, MessageAttributeValue | undefined>> | undefined,
): string | undefined {
  const unknown = Object.keys(given ?? {}).find((name) => name !== "AWSTraceHeader");
  if (unknown !== undefined) {
    throw invalidParameter("MessageSystemAttributes", unknown, "The only message system attribute is AWSTraceHeader.");
  }
  const header: StoredAttribute | undefined = storeAttributes(given).AWSTraceHeader;
  if (header === undefined) {
    return undefined;
  }
  if (header.type !== "String" || !("text" in header)) {
    throw invalidParameter("AWSTraceHeader", header.type, "Its type must be String.");
  }
  return header.text;
}

function checkDelay(queue: Queue, given: number | undefined): number {
  if (queue.fifo) {
    if (given !== undefined && given !== 0) {
      throw wrongQueueType("DelaySeconds", given);
    }
    return numeric(queue.attributes, "DelaySeconds");
  }
  const delay = optionalInteger(
    "DelaySeconds",
    given,
    0,
    MAXIMUM_DELAY_SECONDS,
    `DelaySeconds must be >= 0 and <= ${MAXIMUM_DELAY_SECONDS}.`,
  );
  return delay ?? numeric(queue.attributes, "DelaySeconds");
}

function checkStandard(input: SendInput): { groupId?: string } {
  if (input.MessageDeduplicationId !== undefined) {
    throw wrongQueueType("MessageDeduplicationId", input.MessageDeduplicationId);
  }
  return input.MessageGroupId === undefined ? {} : { groupId: token("MessageGroupId", input.MessageGroupId) };
}

function checkFifo(queue: Queue, input: SendInput, body: string): { groupId: string; deduplicationId: string } {
  if (input.MessageGroupId === undefined) {
    throw missingParameter("MessageGroupId");
  }
  const groupId = token("MessageGroupId", input.MessageGroupId);
  if (input.MessageDeduplicationId !== undefined) {
    return { groupId, deduplicationId: token("MessageDeduplicationId", input.MessageDeduplicationId) };
  }
  if (queue.effective("ContentBasedDeduplication") !== "true") {
    throw deduplicationIdMissing();
  }
  return { groupId, deduplicationId: contentDeduplicationId(body) };
}

export function deduplicationIdMissing() {
  return invalidParameterValue(
    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
  );
}

function token(parameter: string, value: string): string {
  if (!TOKEN.test(value)) {
    throw invalidParameter(
      parameter,
      value,
      `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    );
  }
  return value;
}

function wrongQueueType(parameter: string, value: unknown) {
  return invalidParameter(parameter, value, "The request include parameter that is not valid for this queue type.");
}
