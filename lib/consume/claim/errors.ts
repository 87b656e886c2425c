import { describeError, FanfareError } from "../../errors/index.ts";
import { configurationInvalid, cut, type Delivery } from "../record/index.ts";

export function storeError(cause: unknown): FanfareError {
  return new FanfareError(
    "StoreUnavailable",
    `the idempotency store did not respond: ${cut(describeError(cause).message)}`,
    {
      remedy: "check the table, its throttling and the function's permissions",
      cause,
    },
  );
}

/** At-most-once: a start that nobody saw the end of. */
export function outcomeUnknown(): FanfareError {
  return new FanfareError("OutcomeUnknown", "the handler was started before, and its outcome is unknown", {
    remedy: "find out whether it took effect; redrive the message only if it may be handled again",
  });
}

/** The worker ended with the handler, each time. */
export function attemptsUsedUp(tries: number): FanfareError {
  const times = tries === 1 ? "once" : `${tries} times`;
  return new FanfareError("AttemptsUsedUp", `the handler was started ${times} and did not come to its end`, {
    limit: `${tries} attempts`,
    remedy: "see the function's log for what ended it: a crash, its memory or its timeout",
  });
}

export function noDeadLetterQueue(delivery: Delivery): FanfareError {
  return configurationInvalid(
    "deadLetterQueues",
    `at-most-once needs a dead-letter queue, and none is known for ${delivery.queueArn}`,
    "give deadLetterQueues its ARN and the dead-letter queue's URL: what was started and failed is kept there",
  );
}
