import type { SqsRecord } from "../../consume/index.ts";
import type { EventOutcome } from "./options.ts";
import type { Worker } from "./worker.ts";

/** One event as it was published. */
export interface PublishedEvent {
  readonly id: string;
  /** Name in the contract; `undefined` for malformed bodies. */
  readonly name: string | undefined;
  readonly group: string | undefined;
  /** Place among the calls to publish. */
  readonly index: number;
  /** Milliseconds since the epoch; `undefined` for never. */
  readonly expiresAt: number | undefined;
  /** What the caller of publish was told last. */
  state: "calling" | "resolved" | "rejected" | "unknown";
  /** Place among the events of its group that the topic has taken. */
  sequence: number | undefined;
  /** By subscriber. */
  readonly cases: Map<string, Case>;
}

/** A handler at work. */
export interface HandlerRun {
  readonly invocation: Invocation;
  readonly messageId: string;
  readonly key: string;
  state: "running" | "returned" | "threw";
  /** Its time was over before it ended: nobody waited for it any more. */
  timedOut: boolean;
  error: unknown;
}

/** One message in a subscriber's queue. */
export interface QueuedMessage {
  readonly id: string;
  readonly case: Case;
  /** The latest receipt handle: only that one deletes. */
  receipt: string | undefined;
  /** How often its outcome was to be dead-lettered and the dead-letter queue had taken a copy. */
  copies: number;
  deleted: boolean;
  movedBySqs: boolean;
  /** Its latest receive ended with a failure that the consumer could have told the dead-letter queue of. */
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
  /** A handler returned in its time. */
  handled: boolean;
  /** The store has a record of its completion. */
  completed: boolean;
  deadLettered: boolean;
  deadLetteredBySqs: boolean;
  expired: boolean;
  /** At-most-once: invocations that marked it done by claiming it. */
  readonly claimedBy: Set<Invocation>;
}

/** What the consumer logged as a record's outcome. */
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
  /** When Lambda kills it. */
  readonly endsAt: number;
  readonly records: readonly SqsRecord[];
  readonly messages: readonly QueuedMessage[];
  readonly outcomes: Map<string, LoggedOutcome[]>;
  /** Copies that the dead-letter queue has taken, by event, and that no outcome has accounted for. */
  readonly deadLetterCopies: Map<Case, number>;
  /** SDK calls that finally failed. */
  failedCalls: number;
  /** Entries and statements that failed in calls that did not. */
  failedEntries: number;
  state: "running" | "answered" | "threw" | "died";
}

/** Whether an outcome of the event at the subscriber is on record: the next one of its group may start. */
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

/** What became of the event at the subscriber. */
export function outcomeOf(entry: Case): EventOutcome {
  if (entry.handled || entry.commits > 0) return "processed";
  if (entry.deadLettered) return "deadLettered";
  if (entry.deadLetteredBySqs) return "deadLetteredBySqs";
  if (entry.expired) return "expired";
  return entry.claimedBy.size > 0 ? "givenUp" : "unknown";
}

/** Whether faults explain that something the consumer tried did not work: a call failed for good, or so many entries did. */
export function wasDisturbed(invocation: Invocation, tries: number): boolean {
  return invocation.failedCalls > 0 || invocation.failedEntries >= tries;
}
