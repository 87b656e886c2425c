import {
  asDone,
  claimNew,
  complete,
  completeOnce,
  countStart,
  decide,
  isStartedBy,
  release,
  startOnce,
} from "../../lib/idempotency/protocol/index.ts";

/** What is explored: the functions that the store uses, and what the consumer does with their results. */
export const RULES = {
  asDone,
  claimNew,
  complete,
  completeOnce,
  countStart,
  decide,
  isStartedBy,
  release,
  startOnce,
  /** Whether an event is claimed before it is handled. */
  claimsFirst: true,
  /** Whether an event is handled whose claim had no response. */
  handlesUnansweredClaims: false,
  /** Whether a start whose outcome is unknown is dead-lettered before its message is acknowledged. */
  keepsUnknownOutcomes: true,
};

export type Rules = typeof RULES;

/** How a consumer uses the protocol. */
export type Mode = "exactly-once" | "ctx.commit" | "with-commit" | "at-most-once";

export const MODES: readonly Mode[] = ["exactly-once", "ctx.commit", "with-commit", "at-most-once"];

/** What is explored of a mode. */
export interface Config {
  readonly mode: Mode;
  readonly rules: Rules;
  /** Invocations at once. */
  readonly workers: number;
  /** Invocations in all: each delivery of the message takes one. */
  readonly invocations: number;
  /** States after which the exploration stops; `undefined` explores all. */
  readonly maxStates?: number | undefined;
}

/** Starts of the handler after which a message is dead-lettered. */
export const MAX_ATTEMPTS = 2;
