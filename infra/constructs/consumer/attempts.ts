import { Token } from "aws-cdk-lib";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";
import { checkInteger, EVENT_SOURCE, refuseIf, SQS } from "../checks/index.ts";
import type { ConsumerOptions } from "./consumer-options.ts";

const DEFAULT_MAX_ATTEMPTS = 5;

/**
 * Returns the starts of the handler after which the consumer dead-letters a message.
 *
 * @param maxReceiveCount of the queue; `undefined` if it is not known
 * @throws FanfareError `ConfigurationInvalid` if SQS would move a message before
 */
export function attemptsOf(
  scope: IConstruct,
  { maxAttempts }: ConsumerOptions,
  maxReceiveCount: number | undefined,
): number | undefined {
  checkInteger(scope, "maxAttempts", maxAttempts, SQS.maxReceiveCount);
  if (Token.isUnresolved(maxAttempts)) {
    return undefined;
  }
  refuseIf(scope, maxAttempts !== undefined && maxReceiveCount !== undefined && maxAttempts > maxReceiveCount, {
    field: "maxAttempts",
    message: `maxAttempts is ${maxAttempts}, but SQS moves a message to the dead-letter queue after ${maxReceiveCount} receives`,
    limit: `${maxReceiveCount} attempts`,
    remedy: "raise maxReceiveCount of the queue, leave it out, or lower maxAttempts",
  });
  return maxAttempts ?? Math.min(DEFAULT_MAX_ATTEMPTS, maxReceiveCount ?? DEFAULT_MAX_ATTEMPTS);
}

/** Refuses at-most-once without a dead-letter queue: what was started and failed is never started again, and would be lost. */
export function checkAtMostOnce(
  scope: IConstruct,
  { guarantee }: ConsumerOptions,
  deadLetterQueue: sqs.IQueue | undefined,
): void {
  refuseIf(scope, guarantee === "at-most-once" && deadLetterQueue === undefined, {
    field: "guarantee",
    message: "at-most-once needs a dead-letter queue, and none is known: what was started and failed would be lost",
    remedy: "use a queue of this app, which has a dead-letter queue, or another guarantee",
  });
}

/**
 * Returns the receives after which SQS moves a message of a consumed queue. Not every receive is a try: a message is handed back when
 * too little time is left, when an earlier one of its group is redelivered, or when another worker has its event. So each try may be
 * preceded by as many hand-backs as there are messages in a batch, as far as SQS counts.
 */
export function receivesFor({
  maxAttempts = DEFAULT_MAX_ATTEMPTS,
  batchSize,
  eventSourceProps,
}: ConsumerOptions): number {
  const batch = eventSourceProps?.batchSize ?? batchSize ?? EVENT_SOURCE.batchSizeWithoutWindow;
  const isUnknown = [maxAttempts, batch].some((number) => Token.isUnresolved(number));
  return isUnknown ? SQS.maxReceiveCount.max : Math.min(SQS.maxReceiveCount.max, maxAttempts * (1 + batch));
}
