import type { SqsRecord } from "../../consume/index.ts";
import type { EventOutcome } from "./result.ts";
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
  /** Milliseconds since the epoch, the earliest of all calls to publish it; `undefined` for never. */
  expiresAt: number | undefined;
  /** What the last call of publish returned; `unknown` after a crash. */
  state: "calling" | "resolved" | "rejected" | "unknown";
  /** Position among the events of its group that the topic has accepted. */
  sequence: number | undefined;
  /** Calls of the publisher that did not bring it to the topic, as far as the publisher knows. */
  failedTries: number;
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
  endedAt: number | undefined;
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
  /** When the handler of its latest delivery failed, if it did. */
  failedAt: number | undefined;
  /** The invocations that had it, in their order. */
  readonly invocations: Invocation[];
}

/** One event at one subscriber. */
export interface Case {
  readonly event: PublishedEvent;
  readonly subscriber: string;
  readonly runs: HandlerRun[];
  readonly messages: Map<string, QueuedMessage>;
  /** The key under which it is claimed. */
  key: string | undefined;
  /** When the topic last sent it to the queue. */
  sentAt: number | undefined;
  /** By worker: its messages that the worker sent to the dead-letter queue, and that no outcome has accounted for yet. */
  readonly letters: Map<Worker, number>;
  /** A dead letter of it was received again. */
  redriven: boolean;
  /** A message of it was deleted because it counted as processed. */
  acknowledged: boolean;
  /** Transactions of `ctx.commit` that were written. */
  commits: number;
  /** A handler returned before its timeout. */
  handled: boolean;
  /** The store has a record of its completion. */
  completed: boolean;
  deadLettered: boolean;
  deadLetteredBySqs: boolean;
  expired: boolean;
}

/** An outcome that the consumer logged. */
export interface LoggedOutcome {
  readonly kind: string;
  readonly cause: string | undefined;
  /** Seconds until the message is redelivered, as far as the consumer decided that. */
  readonly afterSeconds: number | undefined;
  /** When it was logged. */
  readonly at: number;
}

/**
 * One batch of records at a consumer: an invocation of a function, or what one receive brought a poller. Times are true time, in
 * milliseconds since the epoch.
 */
export interface Invocation {
  readonly id: string;
  readonly subscriber: string;
  readonly worker: Worker;
  readonly startedAt: number;
  /** When Lambda ends it; of a poller, when its claims end. */
  readonly endsAt: number;
  /** When no handler may run any more. */
  readonly deadline: number;
  /** Whether it is what one receive brought a poller. */
  readonly polled: boolean;
  readonly records: readonly SqsRecord[];
  /** The messages of the records, in their order. */
  readonly messages: readonly QueuedMessage[];
  readonly outcomes: Map<string, LoggedOutcome[]>;
  /** SDK calls that failed after all their attempts. */
  failedCalls: number;
  /** Entries and statements that failed in calls that succeeded. */
  failedEntries: number;
  /** When the latest of them failed. */
  lastFailureAt: number;
  /** The messages of which the consumer said that they are handled and that their completion could not be recorded. */
  readonly unrecorded: Set<string>;
  /** When its claims of events were written. */
  readonly claims: Map<Case, number>;
  /** Events whose claims it has tried to release. */
  readonly releases: Set<Case>;
  state: "running" | "responded" | "threw" | "crashed";
}

/** An invocation that begins. */
export function invocationOf(
  given: Pick<
    Invocation,
    "id" | "subscriber" | "worker" | "startedAt" | "endsAt" | "deadline" | "polled" | "records" | "messages"
  >,
): Invocation {
  return {
    ...given,
    outcomes: new Map(),
    failedCalls: 0,
    failedEntries: 0,
    lastFailureAt: Number.NEGATIVE_INFINITY,
    unrecorded: new Set(),
    claims: new Map(),
    releases: new Set(),
    state: "running",
  };
}

/** Whether the event is settled at the subscriber: the next one of its group may start. */
export function isResolved(entry: Case): boolean {
  return (
    entry.handled ||
    entry.commits > 0 ||
    entry.completed ||
    entry.deadLettered ||
    entry.deadLetteredBySqs ||
    entry.expired
  );
}

/** Counts of zero. */
export function noOutcomes(): Record<EventOutcome, number> {
  return { processed: 0, deadLettered: 0, deadLetteredBySqs: 0, expired: 0, unknown: 0 };
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
  return entry.expired ? "expired" : "unknown";
}

/**
 * Whether another invocation than the given one may have changed when the message is redelivered: it is not over, or crashed, or a
 * call of an invocation failed, and may arrive late.
 */
export function isDisturbed({ invocations }: QueuedMessage, given: Invocation): boolean {
  return invocations.some(
    (invocation) => wasDisturbed(invocation, 1) || (invocation !== given && invocation.state !== "responded"),
  );
}

/** Whether faults explain that the consumer failed at something: a call failed, or at least `tries` entries did. */
export function wasDisturbed(invocation: Invocation, tries: number): boolean {
  return invocation.failedCalls > 0 || invocation.failedEntries >= tries;
}
