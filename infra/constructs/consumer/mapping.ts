import { Token } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { definedFunctionOf } from "../access/index.ts";
import { EVENT_SOURCE, identityOf, refuseIf, refuseTwins } from "../checks/index.ts";
import type { ConsumerOptions } from "./consumer-options.ts";

/** Concurrent invocations of a queue where none are chosen. */
export const DEFAULT_MAX_CONCURRENCY = 10;

/** Concurrency that the mappings of a function may use, by function; only of functions that reserve concurrency. */
const usedConcurrency = new WeakMap<lambda.Function, number>();

/**
 * Creates `EventSourceMapping`, with partial batch responses.
 *
 * @throws FanfareError `ConfigurationInvalid` for a queue that another function polls, or more concurrency than the function reserves
 */
export function createEventSourceMapping(
  scope: Construct,
  handler: lambda.IFunction,
  queue: sqs.IQueue,
  options: ConsumerOptions,
): lambda.EventSourceMapping {
  const { batchSize, maxBatchingWindow, provisionedPollers, enabled, eventSourceProps } = options;
  const mapping = new lambda.EventSourceMapping(scope, "EventSourceMapping", {
    target: handler,
    eventSourceArn: queue.queueArn,
    batchSize: batchSize ?? EVENT_SOURCE.batchSizeWithoutWindow,
    maxBatchingWindow,
    maxConcurrency: concurrencyOf(scope, handler, options),
    provisionedPollerConfig: provisionedPollers && {
      minimumPollers: provisionedPollers.minimum,
      maximumPollers: provisionedPollers.maximum,
    },
    enabled: enabled ?? true,
    reportBatchItemFailures: true,
    metricsConfig: { metrics: [lambda.MetricType.EVENT_COUNT] },
    ...eventSourceProps,
  });
  refuseSecondMapping(scope, mapping);
  return mapping;
}

/** Two functions that poll one queue compete: each event reaches one of them, by chance. */
function refuseSecondMapping(scope: Construct, mapping: lambda.EventSourceMapping): void {
  const own = mapping.node.defaultChild;
  if (!(own instanceof lambda.CfnEventSourceMapping)) {
    return;
  }
  refuseTwins(scope, {
    own,
    isSameType: (other): other is lambda.CfnEventSourceMapping => other instanceof lambda.CfnEventSourceMapping,
    keyOf: ({ eventSourceArn }) => (eventSourceArn === undefined ? undefined : identityOf(scope, eventSourceArn)),
    problem: (other) => ({
      field: "handler",
      message: `the queue already has the handler of ${other}; the two would compete, and each event would reach one of them by chance`,
      remedy: "handle all events of the queue in one function, or give each handler its own queue",
    }),
  });
}

/**
 * Returns the maximum concurrency of a mapping: by default 10, or what is left of the function's reserved concurrency. If the
 * mappings of a function together may use more than it reserves, Lambda throttles, and each throttled poll counts as a receive.
 */
function concurrencyOf(
  scope: Construct,
  handler: lambda.IFunction,
  { maxConcurrency, provisionedPollers, eventSourceProps }: ConsumerOptions,
): number | undefined {
  // Lambda does not accept a maximum concurrency together with provisioned pollers.
  if ((provisionedPollers ?? eventSourceProps?.provisionedPollerConfig) !== undefined) {
    return undefined;
  }
  const chosen = eventSourceProps?.maxConcurrency ?? maxConcurrency;
  const fn = definedFunctionOf(handler);
  const reserved = fn === undefined ? undefined : reservedBy(fn);
  if (fn === undefined || reserved === undefined || Token.isUnresolved(chosen)) {
    return chosen ?? DEFAULT_MAX_CONCURRENCY;
  }
  const used = usedConcurrency.get(fn) ?? 0;
  const { min } = EVENT_SOURCE.maxConcurrency;
  const concurrency = chosen ?? Math.max(min, Math.min(DEFAULT_MAX_CONCURRENCY, reserved - used));
  const total = used + concurrency;
  refuseIf(scope, total > reserved, {
    field: "maxConcurrency",
    message: `the function reserves a concurrency of ${reserved}, but its queues may use ${total}: Lambda would throttle, throttled polls count as receives, and messages would be dead-lettered unprocessed`,
    limit: `${reserved} concurrent invocations`,
    remedy:
      reserved === 0
        ? "set enabled: false to pause the consumer, and do not reserve a concurrency of 0"
        : `reserve at least ${total} (reservedConcurrentExecutions), or set maxConcurrency of its queues to at most ${reserved} in total (at least ${min} each)`,
  });
  usedConcurrency.set(fn, total);
  return concurrency;
}

/** Returns the concurrency that a function reserves; `undefined` if none, or if it is known only at deployment. */
function reservedBy(fn: lambda.Function): number | undefined {
  const resource = fn.node.defaultChild;
  const reserved = resource instanceof lambda.CfnFunction ? resource.reservedConcurrentExecutions : undefined;
  return Token.isUnresolved(reserved) ? undefined : reserved;
}
