import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { EventInfo } from "./event.ts";
import type { SqsRecord } from "./lambda-types.ts";
import type { Logger } from "./logger.ts";

/** What a handler gets besides the payload. */
export interface HandlerContext {
  /** Id, source, time, correlation, ... of the event. */
  readonly event: EventInfo;
  /** The SQS record as Lambda handed it over. */
  readonly record: SqsRecord;
  /** How often the message has been received: 1 for the first try. SQS counts approximately. */
  readonly attempt: number;
  /**
   * Consumer, source and event id in one text of at most 512 bytes: the same for every delivery of the event to this consumer.
   * Pass it on to services that take an idempotency key.
   */
  readonly idempotencyKey: string;
  /** Aborted when the record's time is over: pass it to what can be cancelled. */
  readonly signal: AbortSignal;
  /** Milliseconds until {@link HandlerContext.signal} is aborted. */
  remainingMs(): number;
  /** Has the message delivered again after that many seconds (0 to 43,200), or after the usual backoff. @throws RetryError */
  retry(options?: { readonly after?: number; readonly reason?: string }): never;
  /** Has the message dead-lettered now. @throws PermanentError */
  deadLetter(reason: string): never;
  /**
   * Writes the handler's effects in DynamoDB and the event's completion in one transaction: they happen once, or not at all.
   * At most once in a handler, as its last step. Needs the guarantee `exactly-once`.
   *
   * @param items at most 99
   */
  commit(items: readonly TransactWriteItem[]): Promise<void>;
  readonly logger: Logger;
}
