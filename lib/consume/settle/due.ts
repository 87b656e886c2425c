import { FanfareError, type FanfareErrorCode } from "../../errors/index.ts";
import {
  type Execution,
  isLastReceive,
  type Limits,
  maxAttemptsOf,
  type Retry,
  type RetryCause,
} from "../record/index.ts";

/**
 * Why a message that is to be redelivered goes to the dead-letter queue instead: its handler was started as often as it may be, or
 * SQS would move the message at its next receive, without a reason. `undefined` if it is redelivered.
 *
 * @param isStopping whether nothing is started any more: that fails no message
 */
export function errorIfDue(retry: Retry, { delivery, tries }: Execution, limits: Limits, isStopping: boolean): unknown {
  if (retry.cause === "deadline" && isStopping) {
    return undefined;
  }
  const most = maxAttemptsOf(limits, delivery);
  const isUsedUp = retry.cause === "handler" && most !== undefined && (tries ?? delivery.receiveCount) >= most;
  return isUsedUp || isLastReceive(limits, delivery) ? (retry.error ?? handedBack(retry.cause)) : undefined;
}

/** What a hand-back without an error of its own is called in the reason of a dead letter. */
const HAND_BACKS: Partial<Record<RetryCause, readonly [FanfareErrorCode, string]>> = {
  inProgress: ["EventInProgress", "another worker held the claim on the event at the message's last receive"],
  group: ["GroupBlocked", "an earlier message of its group was to be handled first at the message's last receive"],
};

function handedBack(cause: RetryCause): FanfareError {
  const [code, message] = HAND_BACKS[cause] ?? ["StoreUnavailable", `the message could not be handled: ${cause}`];
  return new FanfareError(code, message, { remedy: "raise maxReceiveCount, and redrive the message" });
}
