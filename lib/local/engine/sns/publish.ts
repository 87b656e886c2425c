import type {
  BatchResultErrorEntry,
  PublishBatchCommandInput,
  PublishBatchResultEntry,
  PublishCommandInput,
} from "@aws-sdk/client-sns";
import { AwsError, type CallContext, type EngineEnvironment, randomUuid } from "../kernel/index.ts";
import { parseArn } from "./arn.ts";
import { checkBatch } from "./batch.ts";
import { invalidParameter } from "./errors.ts";
import { type FanOutOptions, fanOut } from "./fan-out.ts";
import { findDuplicate, nextSequenceNumber, remember } from "./fifo.ts";
import { findTopic } from "./lookup.ts";
import { checkContent, checkRequest, type Message, messageSize } from "./message.ts";
import { isAllowed } from "./policy.ts";
import type { SnsState, Topic } from "./state.ts";
import { maximumMessageSize } from "./topics.ts";

/** All that publishing works on. */
export interface Publishing extends FanOutOptions {
  readonly state: SnsState;
  readonly environment: EngineEnvironment;
}

/** What SNS answers for one message; the sequence number on FIFO topics only. */
export interface Receipt {
  readonly MessageId: string;
  readonly SequenceNumber?: string;
}

/**
 * Publishes one message.
 *
 * @throws AwsError InvalidParameter, ParameterValueInvalid, ValidationError, NotFound, AuthorizationError
 */
export function publish(publishing: Publishing, context: CallContext, input: PublishCommandInput): Receipt {
  const topic = findTarget(publishing.state, context, input);
  const message = checkRequest(topic, input, "messageAttributes");
  checkContent(message);
  checkSize(topic, message);
  return accept(publishing, topic, message);
}

/**
 * Publishes up to ten messages. Like the service, it refuses the whole call for what concerns the request (entries, ids,
 * attributes, FIFO ids, the sum of the sizes), and single entries for an empty message or a bad subject.
 *
 * @throws AwsError as {@link publish}, and TooManyEntriesInBatchRequest, EmptyBatchRequest, BatchEntryIdsNotDistinct,
 * InvalidBatchEntryId, BatchRequestTooLong
 */
export function publishBatch(
  publishing: Publishing,
  context: CallContext,
  input: PublishBatchCommandInput,
): { Successful: PublishBatchResultEntry[]; Failed: BatchResultErrorEntry[] } {
  const topic = findTopic(publishing.state, context, input.TopicArn, "Publish");
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
    Successful.push({ Id: id, ...accept(publishing, topic, message) });
  }
  return { Successful, Failed };
}

/** A message that a service, such as S3, publishes on behalf of a resource. */
export interface ServicePublication {
  readonly topicArn: string;
  readonly message: string;
  readonly subject?: string;
  readonly principal: "s3.amazonaws.com" | "events.amazonaws.com";
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

/** What became of a {@link ServicePublication}. */
export type PublicationOutcome =
  | { readonly status: "published"; readonly messageId: string }
  | {
      readonly status: "refused";
      readonly reason: "NonExistentTopic" | "AccessDenied" | "MessageTooLong" | "InvalidMessage" | "WrongTopicType";
      readonly message: string;
    };

/** Publishes for a service, if the topic's policy lets that service do so. Ordinary refusals are answered, not thrown. */
export function publishAsService(publishing: Publishing, publication: ServicePublication): PublicationOutcome {
  const { topicArn, principal, sourceArn, sourceAccount } = publication;
  const topic = publishing.state.topics.get(topicArn);
  if (topic === undefined) {
    return { status: "refused", reason: "NonExistentTopic", message: `the topic ${topicArn} does not exist` };
  }
  if (topic.isFifo) {
    return { status: "refused", reason: "WrongTopicType", message: `${principal} does not publish to FIFO topics` };
  }
  if (!isAllowed(topic, "Publish", { kind: "service", principal, sourceArn, sourceAccount })) {
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
    return { status: "published", messageId: accept(publishing, topic, message).MessageId };
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

/** Gives the message its id, unless it repeats one, and hands it to the subscriptions. */
function accept(publishing: Publishing, topic: Topic, message: Message): Receipt {
  const at = publishing.environment.now();
  if (!topic.isFifo) {
    const messageId = randomUuid(publishing.environment);
    fanOut(publishing.state, publishing, topic, { message, messageId, sequenceNumber: undefined, at });
    return { MessageId: messageId };
  }
  const duplicate = findDuplicate(topic, message, at);
  if (duplicate !== undefined) {
    return { MessageId: duplicate.messageId, SequenceNumber: duplicate.sequenceNumber };
  }
  const messageId = randomUuid(publishing.environment);
  const sequenceNumber = nextSequenceNumber(topic);
  remember(topic, message, { at, messageId, sequenceNumber });
  fanOut(publishing.state, publishing, topic, { message, messageId, sequenceNumber, at });
  return { MessageId: messageId, SequenceNumber: sequenceNumber };
}

function findTarget(state: SnsState, context: CallContext, input: PublishCommandInput): Topic {
  if (input.PhoneNumber !== undefined) {
    throw invalidParameter("PhoneNumber Reason: the local engine delivers to sqs only; publish to a topic");
  }
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
