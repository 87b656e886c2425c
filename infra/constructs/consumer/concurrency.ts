import { Token } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { definedFunctionOf } from "../access/index.ts";
import { checkAtSynthesis, deployed, EVENT_SOURCE, numberOf, refuseIf } from "../checks/index.ts";
import type { ConsumerOptions } from "./consumer-options.ts";

/** Concurrent invocations of a queue where none are chosen. */
export const DEFAULT_MAX_CONCURRENCY = 10;

/** Concurrency that the mappings of a function may use, by function. */
const usedConcurrency = new WeakMap<lambda.Function, number>();

/**
 * Returns the maximum concurrency of a mapping: by default 10, or what is left of the function's reserved concurrency. Lambda does not
 * accept one together with provisioned pollers.
 *
 * @throws FanfareError `ConfigurationInvalid` if the mappings of a function together may use more than it reserves, also if the reservation
 *   is changed later: Lambda would throttle, and each throttled poll counts as a receive
 */
export function concurrencyOf(
  scope: Construct,
  handler: lambda.IFunction,
  options: ConsumerOptions,
): number | undefined {
  const { maxConcurrency, eventSourceProps } = options;
  const pollers = pollersOf(options);
  const fn = definedFunctionOf(handler);
  const used = fn === undefined ? 0 : (usedConcurrency.get(fn) ?? 0);
  const reserved = fn === undefined ? undefined : reservedBy(fn, reservedNow);
  const { min } = EVENT_SOURCE.maxConcurrency;
  const usual =
    reserved === undefined
      ? DEFAULT_MAX_CONCURRENCY
      : Math.max(min, Math.min(DEFAULT_MAX_CONCURRENCY, reserved - used));
  const concurrency =
    pollers === undefined
      ? (eventSourceProps?.maxConcurrency ?? maxConcurrency ?? usual)
      : pollers * EVENT_SOURCE.invocationsPerPoller;
  if (fn !== undefined && !Token.isUnresolved(concurrency)) {
    usedConcurrency.set(fn, used + concurrency);
    checkReserved(scope, fn, reserved);
    checkAtSynthesis(scope, () => checkReserved(scope, fn, reservedBy(fn, reservedAtDeployment)));
  }
  return pollers === undefined ? concurrency : undefined;
}

/** Returns the most pollers of a mapping in provisioned mode; `undefined` in any other mode. */
function pollersOf({ provisionedPollers, eventSourceProps }: ConsumerOptions): number | undefined {
  const given = eventSourceProps?.provisionedPollerConfig;
  if ((given ?? provisionedPollers) === undefined) {
    return undefined;
  }
  return given?.maximumPollers ?? provisionedPollers?.maximum ?? EVENT_SOURCE.defaultMaximumPollers;
}

function checkReserved(scope: Construct, fn: lambda.Function, reserved: number | undefined): void {
  const total = usedConcurrency.get(fn) ?? 0;
  const { min } = EVENT_SOURCE.maxConcurrency;
  refuseIf(scope, reserved !== undefined && total > reserved, {
    field: "maxConcurrency",
    message: `the function reserves a concurrency of ${reserved}, but its queues may use ${total}: Lambda would throttle, throttled polls count as receives, and messages would be dead-lettered unprocessed`,
    limit: `${reserved} concurrent invocations`,
    remedy:
      reserved === 0
        ? "set enabled: false to pause the consumer, and do not reserve a concurrency of 0"
        : `reserve at least ${total} (reservedConcurrentExecutions), or set maxConcurrency of its queues to at most ${reserved} in total (at least ${min} each; a provisioned poller counts as ${EVENT_SOURCE.invocationsPerPoller})`,
  });
}

const reservedNow = (resource: lambda.CfnFunction) => resource.reservedConcurrentExecutions;
const reservedAtDeployment = (resource: lambda.CfnFunction) =>
  numberOf(deployed(resource).ReservedConcurrentExecutions);

/** Returns the concurrency that a function reserves; `undefined` if none, or if it is known only at deployment. */
function reservedBy(
  { node }: lambda.Function,
  read: (resource: lambda.CfnFunction) => number | undefined,
): number | undefined {
  const reserved = node.defaultChild instanceof lambda.CfnFunction ? read(node.defaultChild) : undefined;
  return Token.isUnresolved(reserved) ? undefined : reserved;
}
