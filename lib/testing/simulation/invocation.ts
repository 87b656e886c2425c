import type { SqsRecord } from "../../consume/index.ts";
import type { Case, MessageRecord } from "./ledger.ts";
import type { Worker } from "./worker.ts";

/** What the consumer logged as a record's fate. */
export interface LoggedFate {
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
  readonly messages: readonly MessageRecord[];
  readonly fates: Map<string, LoggedFate[]>;
  /** Copies that the dead-letter queue has taken, by event, and that no fate has accounted for. */
  readonly letters: Map<Case, number>;
  /** SDK calls that finally failed. */
  failedCalls: number;
  /** Entries and statements that failed in calls that did not. */
  failedEntries: number;
  state: "running" | "answered" | "threw" | "died";
}

/** Whether faults explain that something the consumer tried did not work: a call failed for good, or so many entries did. */
export function wasDisturbed(invocation: Invocation, tries: number): boolean {
  return invocation.failedCalls > 0 || invocation.failedEntries >= tries;
}
