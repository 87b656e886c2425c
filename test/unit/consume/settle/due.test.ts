import { describe, expect, test } from "vitest";
import { Delivery, type Limits, type RetryCause, unclaimedExecution } from "../../../../lib/consume/record/index.ts";
import { errorIfDue } from "../../../../lib/consume/settle/due.ts";
import { QUEUE_ARN, record } from "../support.ts";

const limits = (more: object = {}): Limits => ({
  deadLetterQueues: new Map([[QUEUE_ARN, { url: "https://sqs/dlq", maxReceiveCount: 5, ...more }]]),
});

/** Why a message is dead-lettered that failed for this cause, was received so often, and whose handler was started so often. */
function dueOf(cause: RetryCause, receives: number, more: { tries?: number; error?: unknown; limits?: Limits } = {}) {
  const delivery = new Delivery(record({}, { attributes: { ApproximateReceiveCount: String(receives) } }));
  const outcome = { kind: "retry", cause, error: more.error } as const;
  const execution = { ...unclaimedExecution(delivery, outcome), tries: more.tries };
  return (isStopping: boolean) => errorIfDue(outcome, execution, more.limits ?? limits(), isStopping);
}

const no = new Error("no");

describe("a message that is to be redelivered", () => {
  test.each<[string, () => unknown]>([
    ["has receives left", () => dueOf("handler", 4, { error: no })(false)],
    ["has starts left", () => dueOf("handler", 4, { error: no, tries: 2, limits: limits({ maxAttempts: 3 }) })(false)],
    [
      "has been received more often than its handler was started",
      () => dueOf("handler", 4, { error: no, tries: 1, limits: limits({ maxAttempts: 3 }) })(false),
    ],
    [
      "used up its starts, but was not started this time",
      () => dueOf("dependency", 4, { error: no, tries: 9, limits: limits({ maxAttempts: 3 }) })(false),
    ],
    [
      "comes from a queue without a dead-letter queue",
      () => dueOf("handler", 9, { error: no, limits: { deadLetterQueues: new Map() } })(false),
    ],
    ["was not started because the worker stops, although SQS moves it then", () => dueOf("deadline", 5)(true)],
  ])("is redelivered where it %s", (_, due) => {
    expect(due()).toBeUndefined();
  });

  test.each<[string, () => unknown]>([
    ["was received for the last time", () => dueOf("handler", 5, { error: no })(false)],
    ["was received for the last time, while the worker stops", () => dueOf("handler", 5, { error: no })(true)],
    [
      "was started as often as it may be",
      () => dueOf("handler", 1, { error: no, tries: 3, limits: limits({ maxAttempts: 3 }) })(false),
    ],
    [
      "was received as often as it may be started, where nobody counts starts",
      () => dueOf("handler", 3, { error: no, limits: limits({ maxAttempts: 3 }) })(false),
    ],
    [
      "was started as often as the consumer says, whatever the queue says",
      () =>
        dueOf("handler", 2, { error: no, tries: 2, limits: { ...limits({ maxAttempts: 9 }), maxAttempts: 2 } })(false),
    ],
  ])("is dead-lettered with its own error where it %s", (_, due) => {
    expect(due()).toBe(no);
  });

  test.each<[RetryCause, string, string]>([
    ["inProgress", "EventInProgress", "another worker held the claim on the event at the message's last receive"],
    ["group", "GroupBlocked", "an earlier message of its group was to be handled first at the message's last receive"],
    ["dependency", "StoreUnavailable", "the message could not be handled: dependency"],
    ["deadline", "StoreUnavailable", "the message could not be handled: deadline"],
  ])(
    "for the cause %s without an error, at its last receive, is dead-lettered with one that says why",
    (cause, code, summary) => {
      expect(dueOf(cause, 5)(false)).toMatchObject({
        code,
        summary,
        remedy: "raise maxReceiveCount, and redrive the message",
      });
    },
  );
});
