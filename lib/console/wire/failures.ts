import type { Issue } from "./contract.ts";
import type { Json } from "./json.ts";

/** Dead letters with one cause. */
export interface GroupView {
  readonly fingerprint: string;
  readonly error: string;
  readonly message: string;
  /** First frame of the user's own code, where it is known. */
  readonly frame?: string | undefined;
  readonly consumer?: string | undefined;
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly firstAt?: number | undefined;
  readonly lastAt?: number | undefined;
  readonly events: readonly string[];
  /** Dead letters per tenth of the time between the first and the last, oldest first. */
  readonly trend: readonly number[];
}

/** The groups of one dead-letter queue. */
export interface FailuresView {
  readonly queue: string;
  readonly groups: readonly GroupView[];
  readonly seen: number;
  /** What SQS says that there are. */
  readonly about: number;
}

/** One dead letter, without its body. */
export interface LetterView {
  readonly id: string;
  readonly eventId?: string | undefined;
  readonly type?: string | undefined;
  readonly group?: string | undefined;
  readonly at?: number | undefined;
  readonly bytes: number;
  readonly redrives: number;
}

export interface LettersView {
  readonly letters: readonly LetterView[];
  readonly seen: number;
  readonly about: number;
}

/** One dead letter with its body, sensitive fields masked. */
export interface LetterDetail {
  readonly letter: LetterView;
  readonly reason: readonly (readonly [label: string, value: string])[];
  readonly timeline: readonly { readonly at: number; readonly what: string }[];
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly body: Json;
  /** The data of the event, where the body is one. */
  readonly data?: Json | undefined;
  /** Version in which the event was published. */
  readonly version?: number | undefined;
  /** In how many places the data differs from the schema of the contract; undefined where no contract has the event. */
  readonly differences?: number | undefined;
  /** The places; empty while the body is hidden. */
  readonly issues: readonly Issue[];
  /** Name of the dead-letter queue. */
  readonly queue: string;
  /** The id by which a trace finds it. */
  readonly traceId: string;
  /** The command that shows the same. */
  readonly command: string;
}

/** A dead letter's data, corrected. */
export interface Correction {
  /** Id of the dead-letter queue. */
  readonly queue: string;
  /** Id of the message. */
  readonly id: string;
  readonly data: unknown;
}

/** What the contract says to a correction. */
export interface CheckedCorrection {
  /** Undefined where no contract is known: it can be sent all the same, as `fanfare dlq edit` does. */
  readonly issues?: readonly Issue[] | undefined;
}

/** A correction that was sent in place of its original. */
export interface Resent {
  /** Id of the copy. */
  readonly id: string;
  /** Name of the queue to which it was sent. */
  readonly to: string;
  /** Where the original was archived. */
  readonly archive: string;
  /** The command that brings the original back. */
  readonly restore: string;
}

/** What a redrive would do. */
export interface PlanView {
  readonly count: number;
  readonly groups: number;
  readonly durationSeconds: number;
  readonly warnings: readonly string[];
  /** Whether so many are better redriven in steps that stop by themselves. */
  readonly canary: boolean;
  readonly command: string;
}
