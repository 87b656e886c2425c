import type { Delivery } from "../record/index.ts";

/**
 * How messages are acknowledged and redelivered: Lambda deletes what its response does not report as failed, a poller deletes for
 * itself. Neither call throws.
 */
export interface Messages {
  /** The message is not delivered again. Returns nothing where there is nothing to wait for. */
  acknowledge(delivery: Delivery): Promise<void> | undefined;
  /** The message becomes visible after `seconds`; after the visibility timeout where that is `undefined`. */
  redeliver(delivery: Delivery, seconds: number | undefined): Promise<void>;
  /** No handler is running: until {@link relax}, nothing waits for more entries to share a call with. */
  hurry(): void;
  /** Handlers run: entries wait for others again. */
  relax(): void;
}
