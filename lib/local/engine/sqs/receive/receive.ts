import type { Message } from "@aws-sdk/client-sqs";
import { invalidParameter, overLimit, unknownAttribute } from "../errors.ts";
import { optionalInteger } from "../input.ts";
import { MAXIMUM_RECEIVED_MESSAGES, MAXIMUM_VISIBILITY_SECONDS, MAXIMUM_WAIT_SECONDS } from "../limits.ts";
import { attributesMd5, bodyMd5, type StoredMessage, selectAttributes, toAttributeValue } from "../messages/index.ts";
import type { SqsHandler, SqsOperations } from "../operations.ts";
import { isComputed, isSettable, numeric, type Queue } from "../queue/index.ts";
import type { SqsState } from "../state.ts";
import { deadLetterTarget, moveToDeadLetterQueue } from "./dead-letter.ts";
import { createReceiptHandle } from "./receipt-handle.ts";

type ReceiveInput = SqsOperations["ReceiveMessage"]["input"];

/** Returns at once: the caller of the engine waits for messages. */
export const receiveMessage: SqsHandler<"ReceiveMessage"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  const limit = checkReceive(queue, input);
  const visibility = input.VisibilityTimeout ?? numeric(queue.attributes, "VisibilityTimeout");
  const visibleAt = state.now() + visibility * 1_000;
  const messages =
    repeat(state, queue, input.ReceiveRequestAttemptId, visibleAt) ?? receive(state, queue, limit, visibleAt);
  if (input.ReceiveRequestAttemptId !== undefined && messages.length > 0) {
    queue.recentAttempts.record(input.ReceiveRequestAttemptId, {
      at: state.now(),
      receipts: messages.map(({ id, receipt }) => ({ messageId: id, handle: receipt?.handle ?? "" })),
    });
  }
  if (messages.length === 0) {
    return {};
  }
  const system = wantedSystemAttributes(input);
  return { Messages: messages.map((message) => describe(message, input.MessageAttributeNames ?? [], system)) };
};

/** Throws `InvalidParameterValue`, `InvalidAttributeName`; returns how many messages are wanted. */
function checkReceive(queue: Queue, input: ReceiveInput): number {
  const count = optionalInteger(
    "MaxNumberOfMessages",
    input.MaxNumberOfMessages,
    1,
    MAXIMUM_RECEIVED_MESSAGES,
    `Must be between 1 and ${MAXIMUM_RECEIVED_MESSAGES}, if provided.`,
  );
  optionalInteger("WaitTimeSeconds", input.WaitTimeSeconds, 0, MAXIMUM_WAIT_SECONDS);
  optionalInteger("VisibilityTimeout", input.VisibilityTimeout, 0, MAXIMUM_VISIBILITY_SECONDS);
  const attemptId = input.ReceiveRequestAttemptId;
  if (attemptId !== undefined && !queue.fifo) {
    throw invalidParameter(
      "ReceiveRequestAttemptId",
      attemptId,
      "The request include parameter that is not valid for this queue type.",
    );
  }
  if (attemptId !== undefined && !/^[\x21-\x7e]{1,128}$/.test(attemptId)) {
    throw invalidParameter(
      "ReceiveRequestAttemptId",
      attemptId,
      "ReceiveRequestAttemptId can only include alphanumeric and punctuation characters. 1 to 128 in length.",
    );
  }
  for (const name of wantedSystemNames(input)) {
    // Names of queue attributes are accepted and ignored (API: ReceiveMessage, AttributeNames).
    if (name !== "All" && !SYSTEM_ATTRIBUTES.has(name) && !isSettable(name) && !isComputed(name)) {
      throw unknownAttribute(name);
    }
  }
  return count ?? 1;
}

/**
 * The messages of an earlier receive with the same attempt id, while none of them was touched; they stay invisible
 * longer.
 */
function repeat(
  state: SqsState,
  queue: Queue,
  attemptId: string | undefined,
  visibleAt: number,
): StoredMessage[] | undefined {
  const attempt = attemptId === undefined ? undefined : queue.recentAttempts.find(attemptId, state.now());
  if (attempt === undefined) {
    return undefined;
  }
  const messages: StoredMessage[] = [];
  for (const { messageId, handle } of attempt.receipts) {
    const message = queue.messages.get(messageId);
    if (message?.state !== "inFlight" || message.receipt?.handle !== handle || message.receipt.changed) {
      return undefined;
    }
    messages.push(message);
  }
  for (const message of messages) {
    queue.changeVisibility(message, visibleAt, state.now());
  }
  return messages;
}

function receive(state: SqsState, queue: Queue, wanted: number, visibleAt: number): StoredMessage[] {
  const room = state.maximumInFlight - queue.messages.counts.inFlight;
  if (room <= 0 && !queue.fifo) {
    throw overLimit(
      `Too many messages are in flight: the queue has ${queue.messages.counts.inFlight}, maximum allowed is ${state.maximumInFlight}. Delete messages after they have been processed.`,
    );
  }
  const received: StoredMessage[] = [];
  queue.messages.select(Math.min(wanted, room), (message) => {
    const target = deadLetterTarget(state, queue, message);
    if (target !== undefined) {
      moveToDeadLetterQueue(state, queue, target, message);
      return false;
    }
    queue.messages.receive(
      message,
      createReceiptHandle(state.environment, queue.id, message.id),
      state.now(),
      visibleAt,
    );
    received.push(message);
    return true;
  });
  if (visibleAt <= state.now() && received.length > 0) {
    state.changed.add(queue.arn);
  }
  return received;
}

/** What a receiver sees of a message. */
function describe(
  message: StoredMessage,
  wanted: readonly string[],
  wantedSystem: readonly SystemAttribute[],
): Message {
  const attributes = selectAttributes(message.attributes, wanted);
  const md5 = attributesMd5(attributes);
  const system: Record<string, string> = {};
  for (const [name, read] of wantedSystem) {
    const value = read(message);
    if (value !== undefined) {
      system[name] = String(value);
    }
  }
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt?.handle,
    MD5OfBody: bodyMd5(message.body),
    Body: message.body,
    ...(Object.keys(system).length > 0 ? { Attributes: system } : {}),
    ...(md5 === undefined
      ? {}
      : {
          MD5OfMessageAttributes: md5,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [name, toAttributeValue(value)]),
          ),
        }),
  };
}

/** Something that a receiver can ask for of a message, besides its message attributes. */
type SystemAttribute = readonly [name: string, read: (message: StoredMessage) => string | number | undefined];

const SYSTEM_ATTRIBUTES = new Map<SystemAttribute[0], SystemAttribute[1]>([
  ["AWSTraceHeader", (message) => message.traceHeader],
  ["ApproximateFirstReceiveTimestamp", (message) => message.firstReceivedAt],
  ["ApproximateReceiveCount", (message) => message.receiveCount],
  ["DeadLetterQueueSourceArn", (message) => message.deadLetterSourceArn],
  ["MessageDeduplicationId", (message) => message.deduplicationId],
  ["MessageGroupId", (message) => message.groupId],
  ["SenderId", (message) => message.senderId],
  ["SentTimestamp", (message) => message.enqueuedAt],
  ["SequenceNumber", (message) => message.sequenceNumber],
]);

/** The current parameter and the older one, which the service still accepts. */
function wantedSystemNames(input: ReceiveInput): readonly string[] {
  return [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])];
}

function wantedSystemAttributes(input: ReceiveInput): readonly SystemAttribute[] {
  const names = wantedSystemNames(input);
  return [...SYSTEM_ATTRIBUTES].filter(([name]) => names.includes("All") || names.includes(name));
}
