import type { AnyContract, EventName } from "../../contract/index.ts";
import type { SqsRecord } from "../record/index.ts";

/** What a codec makes of a body. */
export interface CodecEvent<Name extends string = string> {
  readonly event: Name;
  readonly data: unknown;
  /**
   * Identity for idempotency. Give one that stays the same when the message is redriven.
   * @default the SQS message id, which a redrive changes
   */
  readonly id?: string;
  /** @default the ARN of the queue */
  readonly source?: string;
  /** RFC 3339. */
  readonly time?: string;
  /** @default the contract's version */
  readonly version?: number;
}

/**
 * Reads bodies without a CloudEvents envelope: those of other publishers, of S3 notifications, of older services. It receives the
 * parsed JSON, and returns the event, `null` for a message to be ignored (acknowledged and logged), or `undefined` for a body that
 * it does not know, which is dead-lettered.
 */
export type Codec<C extends AnyContract> = (
  body: unknown,
  record: SqsRecord,
) => CodecEvent<EventName<C>> | null | undefined;

/** A codec for queues on which every body is the plain JSON payload of one event. */
export function plainJson<C extends AnyContract, Name extends EventName<C>>(_contract: C, name: Name): Codec<C> {
  return (data) => ({ event: name, data });
}
