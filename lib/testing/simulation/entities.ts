import type { SqsRecord } from "../../consume/index.ts";
import type { EventOutcome } from "./options.ts";
import type { Worker } from "./worker.ts";

/** One event as it was published. */
export interface PublishedEvent {
  readonly id: string;
  /** Name in the contract; `undefined` for malformed bodies. */
  readonly name: string | undefined;
  /** The CloudEvents type; `undefined` for malformed bodies. */
  readonly type: string | undefined;
  readonly group: string | undefined;
  /** Position among the calls to publish. */
  readonly index: number;
  /** Milliseconds since the epoch; `undefined` for never. */
  readonly expiresAt: number | undefined;
  /** What the last call of publish returned; `unknown` after a crash. */
  state: "calling" | "resolved" | "rejected" | "unknown";
  /** Position among the events of its group that the topic has accepted. */
  sequence: number | undefined;
  /** By subscriber. */
  readonly cases: Map<string, Case>;
}

/** One call of a handler. */
export interface HandlerRun {
  readonly invocation: Invocation;
  readonly messageId: string;
  readonly case: Case;
  state: "running" | "returned" | "threw";
  /** Its timeout came before it ended: the consumer no longer waits for it. */
  timedOut: boolean;
  error: unknown;
}

/** One message in a subscriber's queue. */
export interface QueuedMessage {
  readonly id: string;
  readonly case: Case;
  /** The latest receipt handle: only this one deletes the message. */
  receipt: string | undefined;
  /** How many of its outcomes were `deadLettered` with a copy in the dead-letter queue. */
  copies: number;
  deleted: boolean;
  movedBySqs: boolean;
  /** Its latest delivery failed, and the consumer could have dead-lettered it with the reason. */
  failedQuietly: boolean;
}

/** One event at one subscriber. */
export interface Case {
  readonly event: PublishedEvent;
  readonly subscriber: string;
  readonly runs: HandlerRun[];
  readonly messages: Map<string, QueuedMessage>;
  /** Transactions of `ctx.commit` that were written. */
  commits: number;
  /** A handler returned before its timeout. */
  handled: boolean;
  /** The store has a record of its completion. */
  completed: boolean;
  deadLettered: boolean;
  deadLetteredBySqs: boolean;
  expired: boolean;
  /** At-most-once: invocations that marked it done by claiming it. */
  readonly claimedBy: Set<Invocation>;
}

/** An outcome that the consumer logged. */
export interface LoggedOutcome {
  readonly kind: string;
  readonly cause: string | undefined;
}

/** One call of a consumer's handler with a batch. Times are true time, in milliseconds since the epoch. */
export interface Invocation {
  readonly id: string;
  readonly subscriber: string;
  readonly worker: Worker;
  readonly startedAt: number;
  /** When Lambda ends it. */
  readonly endsAt: number;
  readonly records: readonly SqsRecord[];
  readonly messages: readonly QueuedMessage[];
  readonly outcomes: Map<string, LoggedOutcome[]>;
  /** Copies in the dead-letter queue, by event, that no outcome has accounted for yet. */
  readonly deadLetterCopies: Map<Case, number>;
  /** SDK calls that failed after all their attempts. */
  failedCalls: number;
  /** Entries and statements that failed in calls that succeeded. */
  failedEntries: number;
  state: "running" | "responded" | "threw" | "crashed";
}

/** Whether the event is settled at the subscriber: the next one of its group may start. */
export function isResolved(entry: Case): boolean {
  return (
    entry.handled ||
    entry.commits > 0 ||
    entry.completed ||
    entry.deadLettered ||
    entry.deadLetteredBySqs ||
    entry.expired ||
    entry.claimedBy.size > 0
  );
}

/** Counts of zero. */
export function noOutcomes(): Record<EventOutcome, number> {
  return { processed: 0, deadLettered: 0, deadLetteredBySqs: 0, expired: 0, givenUp: 0, unknown: 0 };
}

/** What became of the event at the subscriber. */
export function outcomeOf(entry: Case): EventOutcome {
  if (entry.handled || entry.commits > 0) {
    return "processed";
  }
  if (entry.deadLettered) {
    return "deadLettered";
  }
  if (entry.deadLetteredBySqs) {
    return "deadLetteredBySqs";
  }
  if (entry.expired) {
    return "expired";
  }
  return entry.claimedBy.size > 0 ? "givenUp" : "unknown";
}

/** Whether faults explain that the consumer failed at something: a call failed, or at least `tries` entries did. */
export function wasDisturbed(invocation: Invocation, tries: number): boolean {
  return invocation.failedCalls > 0 || invocation.failedEntries >= tries;
}
