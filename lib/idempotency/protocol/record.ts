/**
 * What the record of an event says:
 * - `claimed`: a worker has the event until its lease ends. Its handler may have been started.
 * - `started`: at-most-once: a handler has been started and has not come to its end. It is never started again.
 * - `released`: nobody has the event. The record remembers how often its handler was started.
 * - `done`: the event was handled. Later deliveries are duplicates.
 */
export type State = "claimed" | "started" | "released" | "done";

/** The record of an event. An event without one is unknown: anybody may claim it. */
export interface StoredRecord {
  /** The token of the worker that claimed the event last; empty when it is released. */
  readonly owner: string;
  readonly state: State;
  /** Milliseconds since the Unix epoch. */
  readonly leaseUntil: number;
  /** Seconds since the Unix epoch: DynamoDB's time to live. A record past it counts as absent: DynamoDB deletes it days later. */
  readonly expiresAt: number;
  /** How often the event's handler is known to have been started. */
  readonly tries: number;
  /** Says which data the event had when it was claimed last. @default not known: its claimant had none, or an older version */
  readonly digest?: string | undefined;
}

/** Expects no record. */
interface Insert {
  readonly kind: "insert";
  readonly key: string;
  readonly record: StoredRecord;
}

/** Expects these values of these fields, and sets others. */
interface Update {
  readonly kind: "update";
  readonly key: string;
  readonly expected: Partial<StoredRecord>;
  readonly set: Partial<StoredRecord>;
}

/** A write after which the key has a record. Only the release of an event that was never started deletes it. */
export type RecordWrite = Insert | Update;

/** One conditional write. It changes the record of a key if that is as expected, and otherwise nothing. */
export type Write =
  | RecordWrite
  | { readonly kind: "delete"; readonly key: string; readonly expected: Partial<StoredRecord> };
