import type { AnyContract, EventName, Payload } from "../../contract/index.ts";
import type { EventInfo, Logger, SqsRecord } from "../record/index.ts";

/** One event of a batch; `name` says which, and with it the type of `data`. */
export type BatchItem<C extends AnyContract, Name extends EventName<C> = EventName<C>> = {
  readonly [Event in Name]: {
    readonly name: Event;
    readonly data: Payload<C, Event>;
  } & BatchItemBase;
}[Name];

/** What every item of a batch has. */
export interface BatchItemBase {
  readonly event: EventInfo;
  readonly record: SqsRecord;
  /** How often the message has been received: 1 for the first delivery. */
  readonly attempt: number;
  /** The same for every delivery of the event to this consumer. */
  readonly idempotencyKey: string;
  /** Its lines name the item's event and message. */
  readonly logger: Logger;
  /** Has this item redelivered, after the usual backoff or after what a `RetryError` asks. The other items are not affected. */
  fail(error: unknown): void;
  /** Has this item dead-lettered. */
  deadLetter(reason: string): void;
}

/** What a batch handler receives besides the items. */
export interface BatchContext {
  /** Aborted at the invocation's deadline. */
  readonly signal: AbortSignal;
  /** Milliseconds until {@link BatchContext.signal} is aborted. */
  remainingMs(): number;
  readonly logger: Logger;
}

/** An item whose event is not known to the compiler. */
export type AnyItem = BatchItemBase & { readonly name: string; readonly data: unknown };

/** A batch handler whose events are not known to the compiler. */
export type AnyBatchHandler = (items: readonly AnyItem[], context: BatchContext) => unknown;
