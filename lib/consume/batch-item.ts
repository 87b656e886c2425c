import type { AnyContract, EventName, Payload } from "../contract/index.ts";
import type { EventInfo } from "./event.ts";
import type { SqsRecord } from "./lambda-types.ts";
import type { Logger } from "./logger.ts";

/** One event of a batch; `name` tells which, and with it the type of `data`. */
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
  /** How often the message has been received: 1 for the first try. */
  readonly attempt: number;
  /** The same for every delivery of the event to this consumer. */
  readonly idempotencyKey: string;
  /** Has this item delivered again, after the usual backoff or after what a `RetryError` asks; the others are not affected. */
  fail(error: unknown): void;
  /** Has this item dead-lettered. */
  deadLetter(reason: string): void;
}

/** What a batch handler gets besides the items. */
export interface BatchContext {
  /** Aborted when the invocation's time is over. */
  readonly signal: AbortSignal;
  /** Milliseconds until {@link BatchContext.signal} is aborted. */
  remainingMs(): number;
  readonly logger: Logger;
}
