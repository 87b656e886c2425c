import { checkBatch, runBatch } from "../batch.ts";
import {
  invalidParameter,
  messageNotInflight,
  missingParameter,
  receiptHandleExpired,
  receiptHandleIsInvalid,
} from "../errors.ts";
import { optionalInteger, required } from "../input.ts";
import { MAXIMUM_VISIBILITY_SECONDS } from "../limits.ts";
import type { StoredMessage } from "../messages/index.ts";
import type { SqsHandler } from "../operations.ts";
import type { Queue } from "../queue/index.ts";
import type { SqsState } from "../state.ts";
import { messageIdOf } from "./receipt-handle.ts";

export const deleteMessage: SqsHandler<"DeleteMessage"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  deleteByHandle(state, queue, input.ReceiptHandle);
  return {};
};

export const deleteMessageBatch: SqsHandler<"DeleteMessageBatch"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  return runBatch(checkBatch("DeleteMessageBatch", input.Entries), (entry) => {
    deleteByHandle(state, queue, entry.ReceiptHandle);
    return { Id: entry.Id };
  });
};

export const changeMessageVisibility: SqsHandler<"ChangeMessageVisibility"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  changeByHandle(state, queue, input.ReceiptHandle, input.VisibilityTimeout);
  return {};
};

export const changeMessageVisibilityBatch: SqsHandler<"ChangeMessageVisibilityBatch"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  return runBatch(checkBatch("ChangeMessageVisibilityBatch", input.Entries), (entry) => {
    changeByHandle(state, queue, entry.ReceiptHandle, entry.VisibilityTimeout);
    return { Id: entry.Id };
  });
};

/**
 * Deletes a message. Deleting what is gone already succeeds. On a standard queue the latest handle deletes, visible
 * or not, and an older one succeeds without effect (API: DeleteMessage). On a FIFO queue a handle that is not the
 * latest or whose visibility timeout is over is an error, so that a late consumer cannot break the order.
 */
function deleteByHandle(state: SqsState, queue: Queue, given: string | undefined): void {
  const { handle, message } = resolve(queue, given);
  if (message === undefined) {
    return;
  }
  const latest = message.receipt?.handle === handle;
  if (queue.fifo && !(latest && message.state === "inFlight")) {
    throw receiptHandleExpired(handle);
  }
  if (latest) {
    queue.messages.remove(message);
    // Its group, or room below the limit of messages in flight, is free.
    state.changed.add(queue.arn);
  }
}

/**
 * Hides a message from now on for so many seconds, or shows it at once. On a standard queue every handle of a message that
 * is still there works, also after its timeout and after a newer receive, as measured on AWS. On a FIFO queue only the latest
 * handle of a message in flight does.
 */
function changeByHandle(state: SqsState, queue: Queue, given: string | undefined, seconds: number | undefined): void {
  const { handle, message } = resolve(queue, given);
  if (seconds === undefined) {
    throw missingParameter("VisibilityTimeout");
  }
  optionalInteger("VisibilityTimeout", seconds, 0, MAXIMUM_VISIBILITY_SECONDS);
  if (message === undefined) {
    throw invalidParameter(
      "ReceiptHandle",
      handle,
      "Message does not exist or is not available for visibility timeout change.",
    );
  }
  const { receipt } = message;
  if (receipt === undefined || (queue.fifo && message.state !== "inFlight")) {
    throw messageNotInflight();
  }
  if (queue.fifo && receipt.handle !== handle) {
    // Another consumer has received the message since: this caller's receive is over.
    throw receiptHandleExpired(handle);
  }
  const visibleAt = state.now() + seconds * 1_000;
  if (visibleAt > receipt.receivedAt + MAXIMUM_VISIBILITY_SECONDS * 1_000) {
    throw invalidParameter(
      "VisibilityTimeout",
      seconds,
      `Total VisibilityTimeout for the message is beyond the limit [${MAXIMUM_VISIBILITY_SECONDS} seconds].`,
    );
  }
  receipt.changed = true;
  queue.changeVisibility(message, visibleAt, state.now());
  state.changed.add(queue.arn);
}

/** The message of a handle; without one when the message has left the queue. Throws `ReceiptHandleIsInvalid`. */
function resolve(queue: Queue, given: string | undefined): { handle: string; message: StoredMessage | undefined } {
  const handle = required("ReceiptHandle", given);
  const messageId = messageIdOf(handle, queue.id);
  if (messageId === undefined) {
    throw receiptHandleIsInvalid(handle);
  }
  return { handle, message: queue.messages.get(messageId) };
}
