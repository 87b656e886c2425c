import { Annotations, type Duration } from "aws-cdk-lib";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type { IConstruct } from "constructs";
import { definedFunctionOf } from "../access/index.ts";
import { EVENT_SOURCE, LAMBDA, refuseIf, SQS, secondsOf } from "../checks/index.ts";

const GUIDANCE = `${EVENT_SOURCE.visibilityTimeouts} times the function's timeout plus the batching window`;

/** The times on which the visibility timeout of a consumed queue depends, in seconds. */
export interface ConsumerTiming {
  /** Timeout of the function. */
  readonly timeout: number;
  /** The visibility timeout that Lambda recommends. */
  readonly guided: number;
}

/** Returns the timing of a consumer, or `undefined` if the timeout of the function is not known. */
export function timingOf(handler: lambda.IFunction, window: Duration | undefined): ConsumerTiming | undefined {
  const fn = definedFunctionOf(handler);
  const timeout = fn?.timeout === undefined ? LAMBDA.defaultTimeoutSeconds : secondsOf(fn.timeout);
  if (fn === undefined || timeout === undefined) {
    return undefined;
  }
  return { timeout, guided: guidedBy(timeout, secondsOf(window)) };
}

/** Returns the visibility timeout that Lambda recommends, in seconds. */
export function guidedBy(timeout: number, window = 0): number {
  return Math.min(Math.ceil(EVENT_SOURCE.visibilityTimeouts * timeout + window), SQS.visibilitySeconds.max);
}

/** Refuses a visibility timeout below the timeout of the function. One that is not known passes. */
export function refuseShortVisibility(
  scope: IConstruct,
  chosen: Duration | undefined,
  { timeout, guided }: ConsumerTiming,
): void {
  const visible = secondsOf(chosen);
  refuseIf(scope, visible !== undefined && visible < timeout, {
    field: "visibilityTimeout",
    message: `visibilityTimeout is ${visible} seconds, below the function's timeout of ${timeout} seconds; Lambda refuses such a queue`,
    limit: `${timeout} seconds`,
    remedy: `set it to ${guided} seconds (${GUIDANCE}), or leave it out`,
  });
}

/** Checks the visibility timeout that the user chose against the timeout of the function. */
export function checkVisibility(scope: IConstruct, chosen: Duration | undefined, timing: ConsumerTiming): void {
  refuseShortVisibility(scope, chosen, timing);
  const visible = secondsOf(chosen);
  const { guided } = timing;
  if (visible !== undefined && visible < guided) {
    Annotations.of(scope).addWarningV2(
      "fanfare:visibilityTimeoutShort",
      `visibilityTimeout is ${visible} seconds, but Lambda recommends ${guided} seconds (${GUIDANCE}); otherwise throttled messages are redelivered too early`,
    );
  }
}
