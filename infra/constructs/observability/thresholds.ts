import { Duration, Token } from "aws-cdk-lib";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";
import { definedFunctionOf } from "../access/index.ts";
import { LAMBDA, refuseIf, SQS, secondsOf } from "../checks/index.ts";
import { checkSilence } from "./alarm-checks.ts";

const QUARTER_HOUR = 900;
const FIVE_MINUTES = 300;
/** Part of the time until they expire at which dead letters are reported. */
const EXPIRY_SHARE = 0.8;

/** Times of a queue in seconds; `undefined` if they are not known at synthesis. */
export interface QueueTimes {
  readonly visibility: number | undefined;
  readonly delay: number | undefined;
  readonly retention: number | undefined;
}

/** Returns the times of a queue; none are known of an imported one. */
export function timesOf(queue: sqs.IQueue): QueueTimes {
  const resource = queue.node.defaultChild;
  if (!(resource instanceof sqs.CfnQueue)) {
    return { visibility: undefined, delay: undefined, retention: undefined };
  }
  const known = (value: number | undefined, fallback: number) =>
    Token.isUnresolved(value) ? undefined : (value ?? fallback);
  return {
    visibility: known(resource.visibilityTimeout, SQS.defaultVisibilitySeconds),
    delay: known(resource.delaySeconds, 0),
    retention: known(resource.messageRetentionPeriod, SQS.defaultRetentionSeconds),
  };
}

/**
 * Returns the age in seconds above which a message is old. A message may be delayed, and be received twice, before something is wrong.
 *
 * @throws FanfareError `ConfigurationInvalid` for an age that healthy messages reach, or that no message can reach
 */
export function oldAge(
  scope: IConstruct,
  times: QueueTimes,
  given: Duration | false | undefined,
  field = "alarms.oldestMessageAge",
): number {
  const { visibility = 0, delay = 0, retention = SQS.retentionSeconds.max } = times;
  const healthy = delay + visibility;
  if (given === undefined || given === false) {
    const usual = Math.max(QUARTER_HOUR, delay + 2 * visibility);
    return Math.max(Math.min(usual, Math.floor(retention / 2)), Math.min(healthy, retention - 1));
  }
  const age = secondsOf(given) ?? QUARTER_HOUR;
  refuseIf(scope, age <= healthy, {
    field,
    message: `${field} is ${age} seconds, but a message can be ${healthy} seconds old before it is received a second time (delivery delay ${delay}, visibility timeout ${visibility}): the alarm would go off without a fault`,
    limit: `above ${healthy} seconds`,
    remedy: "set it to more, or leave it out",
  });
  refuseBeyond(scope, field, age, retention);
  return age;
}

/**
 * Returns the age in seconds above which a dead letter is about to expire. On standard queues, the retention is counted from when the
 * message was first sent, so a dead letter has less time than the dead-letter queue's retention.
 */
export function expiringAge(
  scope: IConstruct,
  {
    queue,
    deadLetterQueue,
    fifo,
  }: { readonly queue: QueueTimes; readonly deadLetterQueue: QueueTimes; readonly fifo: boolean },
  given: Duration | false | undefined,
): number {
  const retention = deadLetterQueue.retention ?? SQS.defaultRetentionSeconds;
  const spent = fifo ? 0 : (queue.retention ?? 0);
  if (given === undefined || given === false) {
    const left = retention > spent ? retention - spent : retention;
    return Math.floor(EXPIRY_SHARE * left);
  }
  const age = secondsOf(given) ?? Math.floor(EXPIRY_SHARE * retention);
  refuseBeyond(scope, "alarms.deadLetterAge", age, retention);
  return age;
}

function refuseBeyond(scope: IConstruct, field: string, age: number, retention: number): void {
  refuseIf(scope, age >= retention, {
    field,
    message: `${field} is ${age} seconds, but the queue deletes messages after ${retention} seconds: the alarm would never go off`,
    limit: `below ${retention} seconds`,
    remedy: "set it to less, or leave it out",
  });
}

/**
 * Returns the time after which a queue without a receive call is not polled: invocations may use all pollers for that long.
 *
 * @throws FanfareError `ConfigurationInvalid` for a time that is not longer than an invocation
 */
export function silence(scope: IConstruct, handler: lambda.IFunction, given: Duration | false | undefined): Duration {
  const known = timeoutOf(handler);
  if (known !== undefined) {
    checkSilence(scope, given, known);
  }
  const timeout = known ?? LAMBDA.timeoutSeconds.max;
  return given || Duration.seconds(Math.max(QUARTER_HOUR, timeout + FIVE_MINUTES));
}

/** Returns the timeout of a function in seconds; `undefined` for an imported one. */
export function timeoutOf(handler: lambda.IFunction): number | undefined {
  const fn = definedFunctionOf(handler);
  return fn?.timeout === undefined ? fn && LAMBDA.defaultTimeoutSeconds : secondsOf(fn.timeout);
}
