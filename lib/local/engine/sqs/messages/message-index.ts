import type { StoredMessage } from "./message.ts";

/**
 * Decides which message of a queue is received next: one implementation for standard and one for FIFO queues. The
 * queue keeps the state of each message and tells the index of every change after it happened.
 */
export interface MessageIndex {
  /** The message entered the queue, ready or delayed. */
  entered(message: StoredMessage): void;
  /** The message became ready: its delay or visibility timeout ended. */
  released(message: StoredMessage): void;
  /** A ready message was received. Called during `select` too. */
  taken(message: StoredMessage): void;
  /** A message in flight ended being so, by becoming visible or by leaving. Called before `released` and `left`. */
  landed(message: StoredMessage): void;
  /** The message left the queue. Called during `select` too. */
  left(message: StoredMessage): void;
  /**
   * Offers ready messages in order until `accept` returned true `limit` times or no more can be received. `accept`
   * either receives the message or makes it leave the queue; it returns whether it counts.
   */
  select(limit: number, accept: (message: StoredMessage) => boolean): void;
  /** The next message in plain order, without fairness among tenants. It stays where it is. */
  peek(): StoredMessage | undefined;
  clear(): void;
}
