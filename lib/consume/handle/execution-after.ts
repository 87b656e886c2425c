import {
  type ClaimEnd,
  classify,
  type Execution,
  executionOf,
  type Invocation,
  type Outcome,
  type Ready,
} from "../record/index.ts";
import type { HandlerResult } from "./running-handlers.ts";

/**
 * What a consumer promises of each event:
 * - `at-most-once`: it is marked done before it is handled, and never handled again; a failure is dead-lettered at once.
 * - `at-least-once`: it is handled until it succeeds, and now and then twice.
 * - `exactly-once`: it is processed to completion once; a duplicate is acknowledged without a call of the handler.
 */
export type Guarantee = "at-most-once" | "at-least-once" | "exactly-once";

/** What the end of a handler leads to. */
export function executionAfter(
  result: HandlerResult,
  ready: Ready,
  invocation: Invocation,
  guarantee: Guarantee,
): Execution {
  const end = (exactlyOnce: ClaimEnd): ClaimEnd =>
    ready.claimed && guarantee === "exactly-once" ? exactlyOnce : "none";
  switch (result.kind) {
    case "returned":
      return executionOf(ready, { kind: "done" }, end("complete"));
    case "threw":
      return executionOf(ready, failure(classify(result.error, "handler"), ready, guarantee), end("release"));
    case "timedOut": {
      // The handler may still run: its claim stays until the lease ends, and the message is not redelivered before.
      const notBefore = ready.claimed ? { notBefore: invocation.endsAt } : {};
      const outcome: Outcome = { kind: "retry", cause: "handler", error: result.error, ...notBefore };
      return executionOf(ready, failure(outcome, ready, guarantee), "none");
    }
  }
}

/** At-most-once has marked the event done: it is never started again, so a failure is dead-lettered. */
function failure(outcome: Outcome, ready: Ready, guarantee: Guarantee): Outcome {
  return outcome.kind === "retry" && ready.claimed && guarantee === "at-most-once"
    ? { kind: "deadLettered", error: outcome.error }
    : outcome;
}

/** What becomes of an event that may be handled but is not, for a reason outside it. */
export function notHandled(ready: Ready, outcome: Outcome, guarantee: Guarantee): Execution {
  const release = ready.claimed && guarantee === "exactly-once";
  return executionOf(ready, failure(outcome, ready, guarantee), release ? "release" : "none");
}
