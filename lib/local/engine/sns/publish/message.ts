import type { PublishBatchRequestEntry, PublishCommandInput } from "@aws-sdk/client-sns";
import { objectOf, parseJson } from "../../../../std/index.ts";
import { invalidParameter } from "../errors.ts";
import { SNS_LIMITS } from "../limits.ts";
import type { Message } from "../publication.ts";
import type { Topic } from "../state.ts";
import { attributesSize, checkMessageAttributes } from "./message-attributes.ts";

/** The parts that Publish and an entry of PublishBatch share. */
export type MessageInput = Pick<
  PublishCommandInput | PublishBatchRequestEntry,
  "Message" | "Subject" | "MessageStructure" | "MessageAttributes" | "MessageGroupId" | "MessageDeduplicationId"
>;

/** Source: API Reference, "Publish": alphanumeric characters and punctuation, that is printable ASCII without the space. */
const FIFO_ID = new RegExp(`^[!-~]{1,${SNS_LIMITS.fifoIdCharacters}}$`);

/** What a subject must not have. In a message such characters are left for the queue to refuse. */
const CONTROL_CHARACTER = /\p{Cc}/u;

/**
 * What SNS refuses even where the message is one of a batch: there, too, the whole call fails.
 *
 * @param path where the message attributes stand in the request
 * @throws AwsError InvalidParameter, ParameterValueInvalid, ValidationError
 */
export function checkRequest(topic: Topic, input: MessageInput, path: string): Message {
  const attributes = checkMessageAttributes(input.MessageAttributes, path);
  const text = input.Message ?? "";
  const variants = parseStructure(text, input.MessageStructure);
  const { MessageGroupId: groupId, MessageDeduplicationId: deduplicationId } = input;
  checkIds(topic, groupId, deduplicationId);
  return { text, variants, subject: input.Subject, attributes, groupId, deduplicationId };
}

/**
 * What SNS refuses in one message alone; in a batch the entry fails and the others go on.
 *
 * Source: API Reference, "Publish" (the subject: UTF-8 without line breaks or control characters).
 *
 * @throws AwsError InvalidParameter
 */
export function checkContent(message: Message): void {
  if (message.text === "") {
    throw invalidParameter("Empty message");
  }
  const { subject } = message;
  if (subject === undefined) {
    return;
  }
  if (subject === "" || subject.length > SNS_LIMITS.subjectCharacters || CONTROL_CHARACTER.test(subject)) {
    throw invalidParameter("Subject");
  }
}

/** The bytes that count against the topic's MaximumMessageSize: the message and its attributes. */
export function messageSize(message: Message): number {
  return Buffer.byteLength(message.text) + attributesSize(message.attributes);
}

function parseStructure(text: string, structure: string | undefined): ReadonlyMap<string, string> | undefined {
  if (structure === undefined) {
    return undefined;
  }
  if (structure !== "json") {
    throw invalidParameter("MessageStructure");
  }
  const parsed = parseJson(text);
  if (parsed === undefined) {
    throw invalidParameter("Message Structure - JSON message body failed to parse");
  }
  // Entries that are not strings are ignored (API Reference, "Publish").
  const entries = Object.entries(objectOf(parsed)).filter((entry): entry is [string, string] => isString(entry[1]));
  const variants = new Map(entries);
  if (!variants.has("default")) {
    throw invalidParameter("Message Structure - No default entry in JSON message body");
  }
  return variants;
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function checkIds(topic: Topic, groupId: string | undefined, deduplicationId: string | undefined): void {
  if (topic.isFifo) {
    if (groupId === undefined) {
      throw invalidParameter("The MessageGroupId parameter is required for FIFO topics");
    }
    if (deduplicationId === undefined && topic.attributes.get("ContentBasedDeduplication") !== "true") {
      throw invalidParameter(
        "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
      );
    }
  } else if (deduplicationId !== undefined) {
    throw invalidParameter(
      "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
    );
  }
  for (const [name, id] of [
    ["MessageGroupId", groupId],
    ["MessageDeduplicationId", deduplicationId],
  ] as const) {
    if (id !== undefined && !FIFO_ID.test(id)) {
      throw invalidParameter(
        `${name} Reason: must have 1 to ${SNS_LIMITS.fifoIdCharacters} alphanumeric characters and punctuation`,
      );
    }
  }
}
