import type { Outcome } from "../../hook/index.ts";

/** The ids that tie events together. */
export interface TraceIds {
  /** Of the event, or of its message where it could not be read. */
  readonly eventId: string;
  /** Name of the event in its contract. */
  readonly event?: string | undefined;
  readonly correlationId?: string | undefined;
  /** Id of the event whose handler published this one. */
  readonly causationId?: string | undefined;
  /** Trace id of OpenTelemetry, 32 hexadecimal digits. */
  readonly traceId?: string | undefined;
}

/** An error as far as it is known. */
export interface TraceError {
  readonly name: string;
  readonly message: string;
}

/** An event was published, or was not. */
export interface PublicationFact extends TraceIds {
  readonly kind: "publication";
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Name of the topic or queue. */
  readonly target: string;
  /** Name of the function that published it. */
  readonly by?: string | undefined;
  /** Id that SNS or SQS gave. */
  readonly messageId?: string | undefined;
  readonly error?: TraceError | undefined;
}

/** A subscription's filter policy held an event back. */
export interface FilteredFact extends TraceIds {
  readonly kind: "filtered";
  readonly at: number;
  /** Name of the queue. */
  readonly queue: string;
}

/** A consumer received a message, and this became of it. */
export interface OutcomeFact extends TraceIds {
  readonly kind: "outcome";
  /** When the outcome was certain. */
  readonly at: number;
  readonly consumer: string;
  readonly queue: string;
  readonly messageId: string;
  /** Receive count, from 1. */
  readonly attempt: number;
  readonly outcome: Outcome["kind"];
  /** Of a retry: why. */
  readonly cause?: string | undefined;
  readonly afterSeconds?: number | undefined;
  readonly error?: TraceError | undefined;
  /** How often the message was redriven before. */
  readonly redrives?: number | undefined;
  /** When the message was sent to the queue. */
  readonly sentAt?: number | undefined;
  readonly receivedAt?: number | undefined;
  /** The time in the event's envelope. */
  readonly publishedAt?: number | undefined;
  /** Name of the function. */
  readonly by?: string | undefined;
}

/** A dead letter was seen. */
export interface LetterFact extends TraceIds {
  readonly kind: "letter";
  /** In the dead-letter queue. */
  readonly messageId: string;
  /** When it failed. */
  readonly at: number;
  /** Name of the queue from which it came. */
  readonly queue: string;
  readonly deadLetterQueue: string;
  /** Whether SNS could not deliver it. */
  readonly undelivered: boolean;
  /** `undefined` where SQS or SNS moved the message. */
  readonly error: TraceError | undefined;
}

/** One thing that is known of an event: from a running `fanfare dev`, from logs, or from a dead-letter queue. */
export type TraceFact = PublicationFact | FilteredFact | OutcomeFact | LetterFact;

/** What a look for an event brought. */
export interface TraceFindings {
  readonly facts: readonly TraceFact[];
  /** The places, in words: `the log groups ... of the last 24 h`. */
  readonly looked: readonly string[];
  /** What could not be looked at, and what is therefore unknown. */
  readonly notes: readonly string[];
}

/** Looks for all that is known of an event, and of those that its handlers published. */
export type TraceSource = (id: string, signal?: AbortSignal) => Promise<TraceFindings>;
