import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { EventInfo, Logger, SqsRecord } from "../record/index.ts";

/** What a handler receives besides the payload. */
export interface HandlerContext {
  /** Id, source, time, correlation, ... of the event. */
  readonly event: EventInfo;
  /** The SQS record as Lambda passed it. */
  readonly record: SqsRecord;
  /** How often the message has been received: 1 for the first delivery. SQS counts approximately. */
  readonly attempt: number;
  /**
   * Consumer, source, event type and event id in one string of at most 512 bytes: the same for every delivery of the event to this consumer.
   * Pass it on to services that take an idempotency key.
   */
  readonly idempotencyKey: string;
  /** Aborted at the handler's deadline. Pass it to what can be cancelled. */
  readonly signal: AbortSignal;
  /** Milliseconds until {@link HandlerContext.signal} is aborted. */
  remainingMs(): number;
  /**
   * Has the message redelivered after that many seconds (0 to 43,200), or after the usual backoff.
   *
   * @throws RetryError; FanfareError `MessageInvalid` for another number of seconds, which has the usual backoff used
   */
  retry(options?: { readonly after?: number; readonly reason?: string }): never;
  /** Has the message dead-lettered now. @throws PermanentError always */
  deadLetter(reason: string): never;
  /**
   * Writes the handler's effects in DynamoDB and the event's completion in one transaction: they happen once, or not at all.
   * Once per handler, with the effects that were added to {@link HandlerContext.effects} before. After one that failed, it may be
   * called again. Needs the guarantee `exactly-once`.
   *
   * @param items at most 99 with those added (DynamoDB: 100 per transaction, one of which is the completion)
   * @throws FanfareError `CommitRepeated` when the transaction was written before: the message is then dead-lettered;
   *   `CommitTooLate` when the handler has ended: nothing is written, and an error is logged
   */
  commit(items: readonly TransactWriteItem[]): Promise<void>;
  /** Collects effects in DynamoDB, which are written with the event's completion in one transaction when the handler has returned. */
  readonly effects: Effects;
  /** Its lines name the event and its message. It never throws, whatever it is given. */
  readonly logger: Logger;
}

/** Effects of a handler in DynamoDB that are written once, when it has returned; none of them if it throws. */
export interface Effects {
  /** Adds items to the transaction. @throws FanfareError `CommitRepeated` after `ctx.commit`, `CommitTooLate` after the handler */
  add(...items: readonly TransactWriteItem[]): void;
}
