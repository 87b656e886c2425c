import type { Guarantee, SqsBatchResponse } from "../../../consume/index.ts";
import { type HandlerRun, type Invocation, type LoggedOutcome, type QueuedMessage, wasDisturbed } from "../entities.ts";
import { type Finding, findingAt } from "./finding.ts";

/** Milliseconds that must be left for a handler to be started, by default, and a turn of the event loop. */
const START_MS = 101;

/** The longest visibility timeout of a poller in milliseconds, and the calls that renew it. */
const LAPSE_MS = 120_000;

/** What the store contains for an event when its outcome is logged. */
export interface StoreView {
  /** The record's owner is this invocation. */
  readonly own: boolean;
  readonly done: boolean;
}

/** What is known when an outcome is logged. */
export interface OutcomeContext {
  readonly invocation: Invocation;
  readonly message: QueuedMessage;
  readonly guarantee: Guarantee;
  readonly store: StoreView | undefined;
  /** How often effects of the event are in the table; `undefined` where its handlers do not commit any. */
  readonly effects: number | undefined;
  /** True time, and by how much workers' clocks may differ from it. */
  readonly now: number;
  readonly maxSkewMs: number;
}

/** Checks that a logged outcome is what really happened. */
export function checkOutcome(outcome: LoggedOutcome, context: OutcomeContext): Finding | undefined {
  const problem = problemWith(outcome, context);
  if (problem === undefined) {
    return outcome.kind === "done" ? checkCompletion(context) : undefined;
  }
  const name = outcome.cause === undefined ? outcome.kind : `${outcome.kind} (${outcome.cause})`;
  return findingAt("outcome-is-true", `its outcome was "${name}", but ${problem}`, context.message.case);
}

function problemWith(outcome: LoggedOutcome, context: OutcomeContext): string | undefined {
  const { message, invocation, now, maxSkewMs } = context;
  const entry = message.case;
  const runs = entry.runs.filter((run) => run.invocation === invocation && run.messageId === message.id);
  switch (outcome.kind) {
    case "done":
      return runs.some(succeeded) || entry.commits > 0 ? effectProblem(context) : "no handler of it had succeeded";
    case "duplicate":
      return duplicateProblem(context, runs);
    case "expired":
      return (entry.event.expiresAt ?? Number.POSITIVE_INFINITY) <= now + maxSkewMs ? undefined : "it had not expired";
    case "deadLettered":
      return message.copies > 0 ? undefined : "the dead-letter queue had not received it";
    case "retry":
      return retryProblem(outcome.cause, context, runs);
    default:
      return undefined;
  }
}

function effectProblem({ effects }: OutcomeContext): string | undefined {
  return effects === 0 ? "the effects that its handler committed are not in the table" : undefined;
}

/** Checks that what is done is done in the store too, or that the consumer said that it is not, with a cause. */
function checkCompletion({ guarantee, invocation, message, store }: OutcomeContext): Finding | undefined {
  if (guarantee !== "exactly-once" || (store?.done === true && store.own)) {
    return undefined;
  }
  if (invocation.unrecorded.has(message.id)) {
    // A completion is tried until the invocation's time is short: one slow call may take all of that.
    return invocation.worker.lastTroubleAt >= invocation.startedAt
      ? undefined
      : findingAt("completion-recorded", "its completion was given up, and no call had met a fault", message.case);
  }
  const text =
    store?.done === true
      ? "it was handled, and the completion in the store is another worker's: what it committed was not written"
      : "it was handled, and its completion is not in the store, which the consumer did not say";
  return findingAt("completion-recorded", text, message.case);
}

function duplicateProblem(
  { message, invocation, store }: OutcomeContext,
  runs: readonly HandlerRun[],
): string | undefined {
  if (isRepeatedIn(invocation, message)) {
    return undefined;
  }
  const entry = message.case;
  if (store?.own === true && runs.length === 0 && !isTakenOver(entry.runs, invocation)) {
    return "the claim that it found was its own";
  }
  return entry.completed || entry.commits > 0 ? undefined : "it had not been processed";
}

/** Whether an earlier handler of the same environment may have completed the event late. */
function isTakenOver(runs: readonly HandlerRun[], invocation: Invocation): boolean {
  return runs.some((run) => run.invocation !== invocation && run.invocation.worker === invocation.worker);
}

function retryProblem(
  cause: string | undefined,
  { invocation, message, store, now }: OutcomeContext,
  runs: readonly HandlerRun[],
): string | undefined {
  switch (cause) {
    case "handler":
      return runs.some((run) => run.state === "threw" || run.timedOut) ? undefined : "no handler of it had failed";
    case "dependency":
      return wasDisturbed(invocation, 1) ? undefined : "nothing that it depends on had failed";
    case "inProgress":
      // A poller may have the event in two batches, whose claims cannot be told apart before a handler starts.
      return store?.own === true && !invocation.polled && !isRepeatedIn(invocation, message)
        ? "the claim was its own"
        : undefined;
    case "deadline":
      return invocation.deadline - now <= START_MS || invocation.worker.isStopping || isLapsed(invocation, now)
        ? undefined
        : `${invocation.deadline - now} ms were left`;
    default:
      return undefined;
  }
}

/** Whether faults explain that a poller could not keep a message hidden, so that it had no time left for it. */
function isLapsed({ polled, worker }: Invocation, now: number): boolean {
  return polled && worker.lastTroubleAt > now - LAPSE_MS;
}

/** Whether the handler returned before its timeout. */
export function succeeded(run: HandlerRun): boolean {
  return run.state === "returned" && !run.timedOut;
}

function isRepeatedIn(invocation: Invocation, message: QueuedMessage): boolean {
  return invocation.messages.filter((other) => other.case === message.case).length > 1;
}

/** Checks a function's response: each record has an outcome, and exactly the records to be redelivered are reported. */
export function checkResponse(invocation: Invocation, response: SqsBatchResponse): Finding | undefined {
  const failed = new Set(response.batchItemFailures.map((failure) => failure.itemIdentifier));
  for (const message of invocation.messages) {
    const problem = responseProblem(invocation, message, failed);
    if (problem !== undefined) {
      return findingAt("response-matches-outcomes", problem, message.case);
    }
  }
  return undefined;
}

/** Checks what an invocation came to: at most one outcome per record, and nothing held back without a cause. */
export function checkSettled(invocation: Invocation): Finding | undefined {
  for (const message of invocation.messages) {
    const problem = countProblem(invocation, message) ?? groupProblem(invocation, message);
    if (problem !== undefined) {
      return findingAt("response-matches-outcomes", problem, message.case);
    }
  }
  return undefined;
}

function responseProblem(
  invocation: Invocation,
  message: QueuedMessage,
  failed: ReadonlySet<string>,
): string | undefined {
  const outcome = invocation.outcomes.get(message.id)?.[0];
  if (outcome === undefined) {
    return "no outcome of it was logged";
  }
  if ((outcome.kind === "retry") === failed.has(message.id)) {
    return undefined;
  }
  return failed.has(message.id)
    ? `its outcome was "${outcome.kind}", and it was reported as failed`
    : 'its outcome was "retry", and it was not reported as failed';
}

function countProblem(invocation: Invocation, message: QueuedMessage): string | undefined {
  const { length } = invocation.outcomes.get(message.id) ?? [];
  return length <= 1 ? undefined : `${length} outcomes of it were logged in one invocation`;
}

/** Only a record behind one that is to be redelivered may be retried because of its group. */
function groupProblem(invocation: Invocation, message: QueuedMessage): string | undefined {
  const outcomeIn = (other: QueuedMessage) => invocation.outcomes.get(other.id)?.[0];
  if (outcomeIn(message)?.cause !== "group") {
    return undefined;
  }
  const ahead = invocation.messages.slice(0, invocation.messages.indexOf(message));
  const blocked = ahead.some(
    (other) => other.case.event.group === message.case.event.group && outcomeIn(other)?.kind === "retry",
  );
  return blocked
    ? undefined
    : "it is to be retried because of its group, but no record ahead of it in the group is to be redelivered";
}

/** Checks a message that is about to be deleted from its queue: it must have been settled. */
export function checkDelete(
  message: QueuedMessage,
  guarantee: Guarantee,
  now: number,
  maxSkewMs: number,
): Finding | undefined {
  const entry = message.case;
  const handled =
    guarantee === "at-least-once"
      ? entry.runs.some((run) => run.messageId === message.id && succeeded(run))
      : entry.handled || entry.commits > 0;
  const expired = (entry.event.expiresAt ?? Number.POSITIVE_INFINITY) <= now + maxSkewMs;
  if (handled || entry.completed || message.copies > 0 || expired) {
    return undefined;
  }
  return findingAt(
    "settled-before-delete",
    "its message was deleted before it was processed, dead-lettered or expired",
    entry,
  );
}
