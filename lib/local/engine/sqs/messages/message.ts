import type { StoredAttributes } from "./message-attributes.ts";

/**
 * Where a message is: waiting for its delay to end, ready to be received, received and not yet visible again, or no
 * longer in the queue (what indexes still hold of it is skipped).
 */
export type MessageState = "delayed" | "ready" | "inFlight" | "gone";

/** The latest receive of a message. Earlier ones are of no use any more. */
export interface Receipt {
  readonly handle: string;
  /** When the message was received; visibility can last twelve hours from here. */
  readonly receivedAt: number;
  /** Whether the visibility was changed since: a receive attempt can then not be repeated. */
  changed: boolean;
}

/** A message in a queue. Plain JSON. Times are milliseconds since the epoch. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: StoredAttributes;
  readonly senderId: string;
  readonly traceHeader?: string;
  /** The FIFO message group; on a standard queue the tenant of fair queues. */
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
  readonly deadLetterSourceArn?: string;
  /** Start of the retention period; what receivers see as `SentTimestamp`. */
  readonly enqueuedAt: number;
  state: MessageState;
  /** When the delay or the visibility timeout ends; of a ready message, when it ended. */
  availableAt: number;
  /** Rises within the queue: FIFO order, and the order in which standard messages became available. */
  position: number;
  /** Receives over all queues it has been in: what receivers see. */
  receiveCount: number;
  /** Receives in this queue: what the redrive policy counts. */
  receivesHere: number;
  firstReceivedAt?: number;
  receipt?: Receipt;
}

/** A message that enters a queue. The rest of a {@link StoredMessage} follows from it. */
export type NewMessage = Pick<
  StoredMessage,
  | "id"
  | "body"
  | "attributes"
  | "senderId"
  | "enqueuedAt"
  | "traceHeader"
  | "groupId"
  | "deduplicationId"
  | "deadLetterSourceArn"
> &
  Partial<Pick<StoredMessage, "receiveCount" | "firstReceivedAt">> & {
    /** When it can first be received. */
    readonly availableAt: number;
  };
