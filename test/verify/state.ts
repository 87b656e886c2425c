import type { Granted, StoredRecord, Write } from "../../lib/idempotency/protocol/index.ts";

/** What an invocation is at. */
export type Phase =
  /** A write is on its way. */
  | { readonly at: "calling"; readonly write: Write; readonly then: Then }
  /** A write was refused, and the record is to be read. */
  | { readonly at: "reading"; readonly then: Then }
  /** The event is claimed, and its handler not yet started. */
  | { readonly at: "ready"; readonly granted: Granted }
  /** @param tries starts before this one */
  | { readonly at: "running"; readonly tries: number }
  | { readonly at: "deadLettering"; readonly why: "failed" | "usedUp" | "unknown" };

/** What a write is for. */
export type Then =
  | { readonly step: "claim"; readonly granted: Granted }
  | { readonly step: "start"; readonly tries: number }
  | { readonly step: "complete" }
  | { readonly step: "commit"; readonly tries: number }
  | { readonly step: "release"; readonly acknowledges: boolean };

/** One delivery of the event to a worker, with an owner token of its own. */
export interface Invocation {
  readonly id: number;
  readonly phase: Phase;
  /** The owner that the redriven letter names; empty for the original message. */
  readonly letterOf: string;
  /** Its handler starts as soon as the event is claimed. */
  readonly startsNow: boolean;
  /** Its lease has ended, and it goes on: a frozen environment that was thawed, a handler that cannot be stopped. */
  readonly zombie: boolean;
}

/** Everything that a next step may depend on, and what the properties speak of. */
export interface State {
  readonly record: StoredRecord | undefined;
  readonly workers: readonly Invocation[];
  readonly begun: number;
  /** Invocations whose lease has ended. */
  readonly ended: readonly number[];
  /** Writes that were given up or repeated, and may still arrive. */
  readonly late: readonly Write[];
  readonly letters: readonly string[];
  readonly redriven: readonly string[];
  readonly starts: number;
  readonly commits: number;
  readonly handled: boolean;
  /** Starts that may have been counted and did not take place: a worker died between the two, or a write came late. */
  readonly uncertain: number;
  /** The record's time to live has ended, and DynamoDB has not deleted it. */
  readonly expired: boolean;
}

export const INITIAL: State = {
  record: undefined,
  workers: [],
  begun: 0,
  ended: [],
  late: [],
  letters: [],
  redriven: [],
  starts: 0,
  commits: 0,
  handled: false,
  uncertain: 0,
  expired: false,
};

/** Something that can happen next. */
export interface Step {
  /** A sentence. */
  readonly what: string;
  readonly next: State;
  /** The property that it breaks. */
  readonly broken?: string | undefined;
}

export const ownerOf = (id: number): string => `w${id}`;
