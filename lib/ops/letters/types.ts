import type { FailureFacts } from "./reason.ts";

/** A message in a dead-letter queue, as it was received. */
export interface Letter {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, LetterAttribute>>;
  /** Message group; `undefined` where there is none. */
  readonly group: string | undefined;
  /** Milliseconds since the Unix epoch. On a standard queue SQS keeps the time of the first send. */
  readonly sentAt: number;
  readonly receiveCount: number;
  /** Why the consumer gave up; `undefined` where SQS or SNS moved the message. */
  readonly failure: FailureFacts | undefined;
  /** The group of equal failures that it belongs to. */
  readonly fingerprint: string;
  /** The CloudEvents envelope without its data; `undefined` for a body without one, such as a pointer. */
  readonly event:
    | { readonly id: string; readonly source: string; readonly type: string; readonly time?: string }
    | undefined;
  /** How often it was redriven before. */
  readonly redrives: number;
}

/** A message attribute of a letter. */
export interface LetterAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

/** Letters that failed for the same cause. */
export interface LetterGroup {
  readonly fingerprint: string;
  /** `failure`: with a reason. `moved by SQS`: too many receives. `undelivered`: SNS could not deliver. */
  readonly kind: "failure" | "moved by SQS" | "undelivered";
  readonly consumer: string | undefined;
  readonly error: string;
  /** Of the newest letter, at most 1,000 characters. */
  readonly message: string;
  /** First frame of the user's own code. */
  readonly frame: string | undefined;
  /** Letters seen. */
  readonly count: number;
  /** Milliseconds since the Unix epoch: when the first and the last failed. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Letters by type of event; `?` for bodies without an envelope. */
  readonly types: Readonly<Record<string, number>>;
  /** Message ids of up to five letters. */
  readonly samples: readonly string[];
  /** Letters that were redriven before, and came back. */
  readonly returned: number;
}

/** What one reading of a dead-letter queue showed. */
export interface Survey {
  /** The largest first. */
  readonly groups: readonly LetterGroup[];
  /** When the oldest letter that matches was sent, in milliseconds since the Unix epoch: SQS deletes by this time. */
  readonly oldestSentAt: number | undefined;
  /** Letters seen. */
  readonly seen: number;
  /** Letters that SQS counts, approximately. */
  readonly approximate: number;
  /** Whether everything was seen, as far as SQS tells. */
  readonly complete: boolean;
  /** On FIFO: only the heads of groups could be seen. */
  readonly headsOnly: boolean;
}

/** Which letters. An empty filter is refused where something is changed: say `all`. */
export interface LetterFilter {
  /** Every letter. */
  readonly all?: boolean;
  /** Fingerprints, or their beginnings. */
  readonly fingerprints?: readonly string[];
  /** CloudEvents types, or the names of events. */
  readonly types?: readonly string[];
  /** Failed at this time or later, milliseconds since the Unix epoch. */
  readonly since?: number;
  /** Failed before this time, milliseconds since the Unix epoch. */
  readonly until?: number;
  /** Message ids, or ids of events. */
  readonly ids?: readonly string[];
}
