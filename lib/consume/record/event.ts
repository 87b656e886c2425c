import type { EventInfo } from "../../hook/index.ts";

/** A received event, decoded and validated. */
export interface ReceivedEvent {
  readonly info: EventInfo;
  /** The schema's output. */
  readonly data: unknown;
  /** The idempotency key: the same for every delivery of the event to this consumer. */
  readonly key: string;
  /** Says which data the event was published with; `undefined` where that is not compared. */
  readonly digest?: string | undefined;
}
