import type { Outcome } from "../../hook/index.ts";
import type { TraceError } from "./facts.ts";

/** What became of one event, and of the events that its handlers published. */
export interface EventTrace {
  /** Id of the event; of the message where the event could not be read. */
  readonly eventId: string;
  readonly event: string | undefined;
  readonly correlationId: string | undefined;
  /** Id of the event whose handler published this one. */
  readonly causationId: string | undefined;
  readonly traceId: string | undefined;
  /** `undefined` where nothing is known of it. */
  readonly published: PublishedTrace | undefined;
  /** By the name of their queue. */
  readonly subscribers: readonly SubscriberTrace[];
  /** Published by a handler of this event; it is not known by whose. */
  readonly caused: readonly EventTrace[];
}

export interface PublishedTrace {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Name of the topic or queue. */
  readonly target: string | undefined;
  /** Name of the function. */
  readonly by: string | undefined;
  /** Why it was not published. */
  readonly error: TraceError | undefined;
}

/**
 * How an event stands at a subscriber: the last outcome; `withheld` by the filter of its subscription; `deadLettered` also where SQS
 * moved the message; `undelivered` by SNS.
 */
export type SubscriberState = Outcome["kind"] | "withheld" | "undelivered";

/** What became of an event at one subscriber. */
export interface SubscriberTrace {
  /** Name of its queue. */
  readonly queue: string;
  readonly consumer: string | undefined;
  readonly state: SubscriberState;
  /** In the order of time. */
  readonly steps: readonly TraceStep[];
  /** Events that its handler published. */
  readonly caused: readonly EventTrace[];
}

export type TraceStep =
  /** The message arrived in the queue. */
  | { readonly kind: "delivered"; readonly at: number; readonly messageId: string }
  /** The message was received. */
  | {
      readonly kind: "attempt";
      /** When its outcome was certain. */
      readonly at: number;
      readonly messageId: string;
      readonly attempt: number;
      readonly outcome: Outcome["kind"];
      readonly cause: string | undefined;
      readonly afterSeconds: number | undefined;
      readonly error: TraceError | undefined;
      /** Milliseconds from the receive to the outcome; `undefined` where the receive is not known. */
      readonly durationMs: number | undefined;
    }
  /** The message came back from its dead-letter queue. */
  | { readonly kind: "redriven"; readonly at: number; readonly messageId: string; readonly count: number }
  /** The message was seen in a dead-letter queue. */
  | {
      readonly kind: "waiting";
      readonly at: number;
      readonly deadLetterQueue: string;
      readonly error: TraceError | undefined;
    }
  /** The filter policy of the subscription held the event back. */
  | { readonly kind: "withheld"; readonly at: number };
