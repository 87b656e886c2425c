import { Annotations, Duration, Token } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type { IConstruct } from "constructs";
import type { ConsumerOptions } from "./consumer-options.ts";
import { EVENT_SOURCE, LAMBDA, SQS } from "./limits.ts";
import { checkDuration, checkInteger, configurationInvalid, secondsOf } from "./validation.ts";

/** Checks what Lambda would refuse of an event source mapping. */
export function checkEventSource(scope: IConstruct, options: ConsumerOptions, fifo: boolean): void {
  const { batchSize, maxBatchingWindow } = options;
  if (options.eventSourceProps?.filters !== undefined) {
    Annotations.of(scope).addWarningV2(
      "fanfare:eventSourceFilters",
      "Lambda deletes every message that eventSourceProps.filters do not match: filter in the subscription (events, where) instead",
    );
  }
  const max = fifo ? EVENT_SOURCE.batchSize.fifo : EVENT_SOURCE.batchSize.standard;
  checkInteger(scope, "batchSize", batchSize, { min: EVENT_SOURCE.batchSize.min, max });
  checkInteger(scope, "maxConcurrency", options.maxConcurrency, EVENT_SOURCE.maxConcurrency);
  checkDuration(scope, "maxBatchingWindow", maxBatchingWindow, EVENT_SOURCE.windowSeconds);
  const window = secondsOf(maxBatchingWindow) ?? (maxBatchingWindow === undefined ? 0 : undefined);
  if (fifo && maxBatchingWindow !== undefined && window !== 0) {
    throw configurationInvalid(scope, {
      field: "maxBatchingWindow",
      message: "maxBatchingWindow is set on a FIFO queue, where Lambda knows none",
      remedy: "leave maxBatchingWindow out, or use a standard queue (fifo: false)",
    });
  }
  const large =
    batchSize !== undefined && !Token.isUnresolved(batchSize) && batchSize > EVENT_SOURCE.batchSizeWithoutWindow;
  if (large && window !== undefined && window < 1) {
    throw configurationInvalid(scope, {
      field: "maxBatchingWindow",
      message: `batchSize is ${batchSize} and maxBatchingWindow ${window} seconds; above ${EVENT_SOURCE.batchSizeWithoutWindow} Lambda needs a window of at least 1 second`,
      limit: `${EVENT_SOURCE.batchSizeWithoutWindow} messages without a window`,
      remedy: `set maxBatchingWindow to at least 1 second, or batchSize to at most ${EVENT_SOURCE.batchSizeWithoutWindow}`,
    });
  }
}

/** Refuses options of a consumer where there is no handler to which they could apply. */
export function checkHandlerless(scope: IConstruct, options: ConsumerOptions): void {
  const names = [
    "guarantee",
    "consumer",
    "idempotencyTable",
    "batchSize",
    "maxBatchingWindow",
    "maxConcurrency",
    "enabled",
    "eventSourceProps",
  ] as const;
  const given = names.filter((name) => options[name] !== undefined);
  if (options.handler !== undefined || given.length === 0) return;
  throw configurationInvalid(scope, {
    field: given.join(", "),
    message: `${given.join(", ")} given without a handler`,
    remedy: "give a handler, or leave the options out",
  });
}

/** The timeout of a function, or `undefined` for an imported one. */
export function timeoutOf(fn: lambda.IFunction): Duration | undefined {
  const owner = definedFunctionOf(fn);
  if (owner === undefined) return undefined;
  return owner.timeout ?? Duration.seconds(LAMBDA.defaultTimeoutSeconds);
}

/** The function of this app that a function, alias or version stands for; `undefined` for an imported one. */
export function definedFunctionOf(fn: lambda.IFunction): lambda.Function | undefined {
  if (fn instanceof lambda.Function) return fn;
  if (fn instanceof lambda.Alias || fn instanceof lambda.Version) return definedFunctionOf(fn.lambda);
  return undefined;
}

/** The visibility timeout that Lambda's guidance asks for; `undefined` if the function's timeout is not known. */
export function guidedVisibility(timeout: Duration | undefined, window: Duration | undefined): Duration | undefined {
  const seconds = secondsOf(timeout);
  const waiting = secondsOf(window) ?? 0;
  if (seconds === undefined) return undefined;
  const guided = EVENT_SOURCE.visibilityTimeouts * seconds + waiting;
  return Duration.seconds(Math.min(Math.ceil(guided), SQS.visibilitySeconds.max));
}

/** Checks a visibility timeout that the user set against the function's timeout. */
export function checkVisibility(
  scope: IConstruct,
  visibility: Duration | undefined,
  timeout: Duration | undefined,
  window: Duration | undefined,
): void {
  const visible = secondsOf(visibility);
  const running = secondsOf(timeout);
  if (visible === undefined || running === undefined) return;
  const guided = guidedVisibility(timeout, window)?.toSeconds() ?? 0;
  if (visible < running) {
    throw configurationInvalid(scope, {
      field: "visibilityTimeout",
      message: `visibilityTimeout is ${visible} seconds, below the function's timeout of ${running} seconds; Lambda refuses such a queue`,
      limit: `${running} seconds`,
      remedy: `set it to ${guided} seconds (6 times the timeout plus the batching window), or leave it out`,
    });
  }
  if (visible < guided) {
    Annotations.of(scope).addWarningV2(
      "fanfare:visibilityTimeoutShort",
      `visibilityTimeout is ${visible} seconds; Lambda's guidance is ${guided} seconds (6 times the function's timeout plus the batching window), or throttled messages are received again too early`,
    );
  }
}
