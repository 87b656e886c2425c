import { type CallContext, randomUuid } from "../../kernel/index.ts";
import { checkBatch, runBatch } from "../batch.ts";
import { batchRequestTooLong, invalidParameterValue } from "../errors.ts";
import { MAXIMUM_MESSAGE_SIZE_BYTES } from "../limits.ts";
import { attributesMd5, bodyMd5 } from "../messages/index.ts";
import type { SqsHandler } from "../operations.ts";
import type { Queue } from "../queue/index.ts";
import type { SqsState } from "../state.ts";
import { findEarlierSend, recordSend } from "./deduplication.ts";
import {
  type CheckedSend,
  checkSend,
  deduplicationIdMissing,
  givenSize,
  type SendInput,
  systemAttributes,
  traceAttribute,
} from "./send-input.ts";

export const sendMessage: SqsHandler<"SendMessage"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  const send = checkSend(queue, withTraceHeader(context, input));
  return resultOf(send, accept(state, queue, send, context.accountId));
};

export const sendMessageBatch: SqsHandler<"SendMessageBatch"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  const entries = checkBatch("SendMessageBatch", input.Entries);
  if (queue.fifo) {
    entries.forEach((entry) => {
      requireFifoParameters(queue, entry);
    });
  }
  const size = entries.reduce((sum, entry) => sum + givenSize(entry), 0);
  if (size > MAXIMUM_MESSAGE_SIZE_BYTES) {
    throw batchRequestTooLong(MAXIMUM_MESSAGE_SIZE_BYTES, size);
  }
  return runBatch(entries, (entry) => {
    const send = checkSend(queue, withTraceHeader(context, entry), "cannot be validated");
    return { ...resultOf(send, accept(state, queue, send, context.accountId)), Id: entry.Id };
  });
};

/** The request's header `X-Amzn-Trace-Id` stands in for the message's own system attribute (API: SendMessage). */
function withTraceHeader<Input extends SendInput>({ traceHeader }: CallContext, input: Input): Input {
  if (traceHeader === undefined || input.MessageSystemAttributes?.AWSTraceHeader !== undefined) {
    return input;
  }
  return { ...input, MessageSystemAttributes: traceAttribute(traceHeader) };
}

/** A message that a queue took. */
export interface Accepted {
  readonly messageId: string;
  /** Of a message of a FIFO queue. */
  readonly sequenceNumber: string | undefined;
}

/** Puts a checked message into its queue, unless it is a duplicate of one that the queue took within five minutes. */
export function accept(state: SqsState, queue: Queue, send: CheckedSend, senderId: string): Accepted {
  const { delaySeconds, ...content } = send;
  const now = state.now();
  const { groupId, deduplicationId } = send;
  const fifo = queue.fifo && groupId !== undefined && deduplicationId !== undefined;
  const earlier = fifo ? findEarlierSend(queue, groupId, deduplicationId, now) : undefined;
  if (earlier !== undefined) {
    return earlier;
  }
  const message = queue.messages.add(
    {
      ...content,
      id: randomUuid(state.environment),
      senderId,
      enqueuedAt: now,
      availableAt: now + delaySeconds * 1_000,
    },
    now,
  );
  if (fifo && message.sequenceNumber !== undefined) {
    const { id: messageId, sequenceNumber } = message;
    recordSend(queue, groupId, deduplicationId, { messageId, sequenceNumber, at: now });
  }
  state.changed.add(queue.arn);
  return { messageId: message.id, sequenceNumber: message.sequenceNumber };
}

/** What a sender is told, with the digests of what it sent. */
function resultOf(send: CheckedSend, { messageId, sequenceNumber }: Accepted) {
  const attributes = attributesMd5(send.attributes);
  const system = attributesMd5(systemAttributes(send.traceHeader));
  return {
    MessageId: messageId,
    MD5OfMessageBody: bodyMd5(send.body),
    ...(attributes === undefined ? {} : { MD5OfMessageAttributes: attributes }),
    ...(system === undefined ? {} : { MD5OfMessageSystemAttributes: system }),
    ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
  };
}

/** What every entry of a batch for a FIFO queue needs; the service refuses the whole batch otherwise. */
function requireFifoParameters(queue: Queue, entry: SendInput): void {
  if (entry.MessageGroupId === undefined || entry.MessageGroupId === "") {
    throw invalidParameterValue("The request must contain the parameter MessageGroupId.");
  }
  if (entry.MessageDeduplicationId === undefined && queue.effective("ContentBasedDeduplication") !== "true") {
    throw deduplicationIdMissing();
  }
}
