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

/** One conditional write. It changes the record of a key if that is as expected, and otherwise nothing. */
export type Write =
  /** Expects no record. */
  | { readonly kind: "insert"; readonly key: string; readonly record: StoredRecord }
  /** Expects these values of these fields, and sets others. */
  | {
      readonly kind: "update";
      readonly key: string;
      readonly expected: Partial<StoredRecord>;
      readonly set: Partial<StoredRecord>;
    }
  | { readonly kind: "delete"; readonly key: string; readonly expected: Partial<StoredRecord> };

/** Whether the record is what a write expects. */
export function isAccepted(write: Write, record: StoredRecord | undefined): boolean {
  if (write.kind === "insert") {
    return record === undefined;
  }
  const { expected } = write;
  return (
    record !== undefined &&
    (Object.keys(expected) as (keyof StoredRecord)[]).every((field) => expected[field] === record[field])
  );
}

/** What a write leaves of the record: what DynamoDB does, and what the verification computes with. */
export function recordAfter(write: Write, record: StoredRecord | undefined): StoredRecord | undefined {
  if (!isAccepted(write, record)) {
    return record;
  }
  switch (write.kind) {
    case "insert":
      return write.record;
    case "update":
      return record && { ...record, ...write.set };
    case "delete":
      return undefined;
  }
}
