import {
  classify,
  duplicateOf,
  type Execution,
  executionOf,
  type Invocation,
  type Outcome,
  type Ready,
} from "../record/index.ts";
import type { CommitEnd } from "./handler-commit.ts";
import type { HandlerResult } from "./running-handlers.ts";

/**
 * What a consumer promises of each event:
 * - `at-most-once`: its start is recorded before it is handled, and it is never started again; a failure is dead-lettered at once.
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
  const { claimed } = ready;
  const tries = triesAfter(ready);
  if (result.kind === "returned") {
    return executionOf(ready, { kind: "done" }, claimed ? "complete" : "none", tries);
  }
  if (claimed && guarantee === "at-most-once") {
    // It is never started again: whatever it ended with is for the dead-letter queue.
    return executionOf(ready, { kind: "deadLettered", error: result.error }, "leaveToLetter", tries);
  }
  if (result.kind === "threw") {
    return executionOf(ready, classify(result.error, "handler"), claimed ? "release" : "none", tries);
  }
  // The handler may still run: its claim stays until the lease ends, and the message is not redelivered before.
  const notBefore = claimed ? { notBefore: invocation.endsAt } : {};
  return executionOf(ready, { kind: "retry", cause: "handler", error: result.error, ...notBefore }, "none", tries);
}

/** What the end of a handler leads to that has written its effects in a transaction, or has tried to. */
export function executionAfterCommit(
  end: CommitEnd,
  result: HandlerResult,
  ready: Ready,
  invocation: Invocation,
  guarantee: Guarantee,
): Execution {
  const tries = triesAfter(ready);
  switch (end.kind) {
    case "written":
      return executionOf(ready, { kind: "done" }, "none", tries);
    case "beaten": {
      const outcome: Outcome =
        end.by.status === "done"
          ? duplicateOf(ready.event, end.by.digest)
          : { kind: "retry", cause: "inProgress", error: undefined, notBefore: end.by.until };
      return executionOf(ready, outcome, "none", tries);
    }
    case "failed":
      return executionAfter({ kind: "threw", error: end.error }, ready, invocation, guarantee);
    case "none":
      return executionAfter(result, ready, invocation, guarantee);
  }
}

function triesAfter({ tries }: Ready): number | undefined {
  return tries === undefined ? undefined : tries + 1;
}

/** What becomes of an event that may be handled but is not, for a reason outside it. */
export function notHandled(ready: Ready, outcome: Outcome): Execution {
  return ready.claimed ? executionOf(ready, outcome, "release", ready.tries) : executionOf(ready, outcome, "none");
}
