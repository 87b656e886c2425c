import type { BatchResultErrorEntry, PublishBatchResultEntry, PublishCommandInput } from "@aws-sdk/client-sns";
import { AwsError, type CallContext, parseArn, randomUuid } from "../../kernel/index.ts";
import { archive, isPaused } from "../archive/index.ts";
import { deliver } from "../deliver/index.ts";
import { invalidParameter } from "../errors.ts";
import { findTopic } from "../lookup.ts";
import type { SnsHandler } from "../operations.ts";
import type { Message, Publication } from "../publication.ts";
import type { SnsState, Topic } from "../state.ts";
import { E164 } from "../subscriptions/index.ts";
import { decide } from "../topic-policy.ts";
import { maximumMessageSize } from "../topics/index.ts";
import { checkBatch } from "./batch.ts";
import { findDuplicate, nextSequenceNumber, recordPublished } from "./fifo.ts";
import { checkContent, checkRequest, messageSize } from "./message.ts";

/**
 * Publishes one message.
 *
 * @throws AwsError InvalidParameter, ParameterValueInvalid, ValidationError, NotFound, AuthorizationError
 */
export const publish: SnsHandler<"Publish"> = (state, context, input) => {
  if (input.PhoneNumber !== undefined) {
    return publishToPhone(state, input);
  }
  const topic = findTarget(state, context, input);
  const message = checkRequest(topic, input, "messageAttributes");
  checkContent(message);
  checkSize(topic, message);
  return accept(state, topic, message, context.traceHeader);
};

/**
 * Publishes up to ten messages. Like the service, it refuses the whole call for what concerns the request (entries, ids,
 * attributes, FIFO ids, the sum of the sizes), and single entries for an empty message or a bad subject.
 *
 * @throws AwsError as {@link publish}, and TooManyEntriesInBatchRequest, EmptyBatchRequest, BatchEntryIdsNotDistinct,
 * InvalidBatchEntryId, BatchRequestTooLong
 */
export const publishBatch: SnsHandler<"PublishBatch"> = (state, context, input) => {
  const topic = findTopic(state, context, input.TopicArn, "Publish");
  const entries = checkBatch(input.PublishBatchRequestEntries ?? []);
  const messages = entries.map((entry, index) => ({
    id: entry.Id ?? "",
    message: checkRequest(topic, entry, `publishBatchRequestEntries.${index + 1}.member.messageAttributes`),
  }));
  const size = messages.reduce((sum, { message }) => sum + messageSize(message), 0);
  if (size > maximumMessageSize(topic)) {
    throw new AwsError("BatchRequestTooLong", "The length of all the messages put together is more than the limit.");
  }
  const Successful: PublishBatchResultEntry[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const { id, message } of messages) {
    try {
      checkContent(message);
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      Failed.push({ Id: id, Code: error.code, Message: error.message, SenderFault: error.fault === "Sender" });
      continue;
    }
    Successful.push({ Id: id, ...accept(state, topic, message, context.traceHeader) });
  }
  return { Successful, Failed };
};

/** A text message is not sent: it is handed over to whoever listens. */
function publishToPhone(state: SnsState, input: PublishCommandInput): { readonly MessageId: string } {
  const { PhoneNumber: endpoint = "", Message = "" } = input;
  if (!E164.test(endpoint)) {
    throw invalidParameter(`PhoneNumber Reason: ${endpoint} is not valid to publish to`);
  }
  if (Message === "") {
    throw invalidParameter("Empty message");
  }
  const MessageId = randomUuid(state.environment);
  state.handOver({ protocol: "sms", endpoint, isPending: false, isRaw: true, message: Message, messageId: MessageId });
  return { MessageId };
}

/** A message that a service, such as S3, publishes on behalf of a resource. */
export interface ServicePublication {
  readonly topicArn: string;
  readonly message: string;
  readonly subject?: string;
  readonly principal: "s3.amazonaws.com" | "events.amazonaws.com";
  readonly sourceArn: string;
  readonly sourceAccount: string;
  /** Of the request that caused the publication. */
  readonly traceHeader?: string | undefined;
}

/** The outcome of a {@link ServicePublication}. */
export type PublicationOutcome =
  | { readonly status: "published"; readonly messageId: string }
  | {
      readonly status: "refused";
      readonly reason: "NonExistentTopic" | "AccessDenied" | "MessageTooLong" | "InvalidMessage" | "WrongTopicType";
      readonly message: string;
    };

/** Publishes for a service, if the topic's policy lets that service do so. Ordinary refusals are returned, not thrown. */
export function publishAsService(state: SnsState, publication: ServicePublication): PublicationOutcome {
  const { topicArn, principal, sourceArn, sourceAccount } = publication;
  const topic = state.topics.get(topicArn);
  if (topic === undefined) {
    return { status: "refused", reason: "NonExistentTopic", message: `the topic ${topicArn} does not exist` };
  }
  if (topic.isFifo) {
    return { status: "refused", reason: "WrongTopicType", message: `${principal} does not publish to FIFO topics` };
  }
  if (decide(state, topic, "Publish", { kind: "service", name: principal, sourceArn, sourceAccount }) !== "allowed") {
    return {
      status: "refused",
      reason: "AccessDenied",
      message: `the policy of ${topicArn} does not allow ${principal} to publish for ${sourceArn}`,
    };
  }
  const input = { Message: publication.message, Subject: publication.subject };
  try {
    const message = checkRequest(topic, input, "messageAttributes");
    checkContent(message);
    checkSize(topic, message);
    return { status: "published", messageId: accept(state, topic, message, publication.traceHeader).MessageId };
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    const reason = error.message.endsWith(TOO_LONG) ? "MessageTooLong" : "InvalidMessage";
    return { status: "refused", reason, message: error.message };
  }
}

const TOO_LONG = "Message too long";

function checkSize(topic: Topic, message: Message): void {
  if (messageSize(message) > maximumMessageSize(topic)) {
    throw invalidParameter(TOO_LONG);
  }
}

/**
 * Gives the message its id and fans it out; a duplicate gets the id of the earlier message instead. Returns what SNS does for
 * one message: the sequence number on FIFO topics only.
 */
function accept(
  state: SnsState,
  topic: Topic,
  message: Message,
  traceHeader: string | undefined,
): { readonly MessageId: string; readonly SequenceNumber?: string } {
  const at = state.environment.now();
  if (!topic.isFifo) {
    const messageId = randomUuid(state.environment);
    deliver(state, topic, topic.subscriptions.values(), {
      message,
      messageId,
      sequenceNumber: undefined,
      at,
      traceHeader,
    });
    return { MessageId: messageId };
  }
  const duplicate = findDuplicate(topic, message, at);
  if (duplicate !== undefined) {
    return { MessageId: duplicate.messageId, SequenceNumber: duplicate.sequenceNumber };
  }
  const messageId = randomUuid(state.environment);
  const sequenceNumber = nextSequenceNumber(topic);
  recordPublished(topic, message, { at, messageId, sequenceNumber });
  const publication: Publication = { message, messageId, sequenceNumber, at, traceHeader };
  archive(topic, publication);
  const receiving = [...topic.subscriptions.values()].filter((subscription) => !isPaused(topic, subscription));
  deliver(state, topic, receiving, publication);
  return { MessageId: messageId, SequenceNumber: sequenceNumber };
}

function findTarget(state: SnsState, context: CallContext, input: PublishCommandInput): Topic {
  if (input.TopicArn !== undefined) {
    return findTopic(state, context, input.TopicArn, "Publish");
  }
  if (input.TargetArn === undefined) {
    throw invalidParameter("TopicArn or TargetArn Reason: no value for required parameter");
  }
  if (parseArn(input.TargetArn)?.resource.startsWith("endpoint/") === true) {
    throw invalidParameter("TargetArn Reason: No endpoint found for the target arn specified");
  }
  return findTopic(state, context, input.TargetArn, "Publish", "TargetArn");
}
