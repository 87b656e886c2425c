import { type Duration, Token } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { checkDuration, checkInteger, EVENT_SOURCE, refuseIf, refuseOptions, secondsOf } from "../checks/index.ts";
import type { ConsumerOptions, ProvisionedPollers } from "./consumer-options.ts";

/** Checks what Lambda would refuse of an event source mapping, or what would lose messages. */
export function checkEventSource(scope: IConstruct, given: ConsumerOptions, fifo: boolean): void {
  const options = effective(given);
  refuseWholeBatches(scope, options.eventSourceProps?.reportBatchItemFailures ?? true);
  checkBatches(scope, options, fifo);
  checkInteger(scope, "maxConcurrency", options.maxConcurrency, EVENT_SOURCE.maxConcurrency);
  if (options.provisionedPollers !== undefined) {
    checkPollers(scope, options.provisionedPollers, options);
  }
}

/** Refuses a mapping without partial batch responses. */
export function refuseWholeBatches(scope: IConstruct, reportBatchItemFailures: boolean): void {
  refuseIf(scope, !reportBatchItemFailures, {
    field: "eventSourceProps.reportBatchItemFailures",
    message:
      "the event source mapping does not take partial batch responses (reportBatchItemFailures): Lambda would delete the messages that the consumer reports as failed",
    remedy: "leave reportBatchItemFailures out: the consumer responds with the messages that are to be redelivered",
  });
}

/** How a mapping batches messages. */
interface Batching {
  readonly batchSize?: number | undefined;
  readonly maxBatchingWindow?: Duration | undefined;
}

/** Checks the batches of a mapping. */
export function checkBatches(scope: IConstruct, batching: Batching, fifo: boolean): void {
  const { min, standard, fifo: most } = EVENT_SOURCE.batchSize;
  checkInteger(scope, "batchSize", batching.batchSize, { min, max: fifo ? most : standard });
  checkDuration(scope, "maxBatchingWindow", batching.maxBatchingWindow, EVENT_SOURCE.windowSeconds);
  checkWindow(scope, batching, fifo);
}

/** The options with what `eventSourceProps` puts in their place. */
function effective({ eventSourceProps = {}, ...options }: ConsumerOptions): ConsumerOptions {
  const { batchSize, maxBatchingWindow, maxConcurrency, provisionedPollerConfig: pollers } = eventSourceProps;
  return {
    ...options,
    eventSourceProps,
    ...(batchSize !== undefined && { batchSize }),
    ...(maxBatchingWindow !== undefined && { maxBatchingWindow }),
    ...(maxConcurrency !== undefined && { maxConcurrency }),
    ...(pollers !== undefined && {
      provisionedPollers: {
        ...(pollers.minimumPollers !== undefined && { minimum: pollers.minimumPollers }),
        ...(pollers.maximumPollers !== undefined && { maximum: pollers.maximumPollers }),
      },
    }),
  };
}

function checkPollers(scope: IConstruct, { minimum, maximum }: ProvisionedPollers, options: ConsumerOptions): void {
  refuseOptions(scope, options, ["maxConcurrency"], {
    because: "given together with provisionedPollers; Lambda accepts only one of the two",
    remedy: "leave maxConcurrency out, and limit the concurrency by provisionedPollers.maximum",
  });
  checkInteger(scope, "provisionedPollers.minimum", minimum, EVENT_SOURCE.minimumPollers);
  checkInteger(scope, "provisionedPollers.maximum", maximum, EVENT_SOURCE.maximumPollers);
  const [least, most] = [minimum ?? EVENT_SOURCE.minimumPollers.min, maximum ?? EVENT_SOURCE.defaultMaximumPollers];
  const known = !Token.isUnresolved(least) && !Token.isUnresolved(most);
  refuseIf(scope, known && least > most, {
    field: "provisionedPollers.maximum",
    message: `provisionedPollers.maximum is ${most}, below the minimum of ${least}`,
    limit: `${least} pollers`,
    remedy: "raise maximum or lower minimum",
  });
}

function checkWindow(scope: IConstruct, { batchSize, maxBatchingWindow }: Batching, fifo: boolean): void {
  const window = maxBatchingWindow === undefined ? 0 : secondsOf(maxBatchingWindow);
  refuseIf(scope, fifo && window !== 0, {
    field: "maxBatchingWindow",
    message: "maxBatchingWindow is set on a FIFO queue, but Lambda supports it for standard queues only",
    remedy: "leave maxBatchingWindow out, or use a standard queue (fifo: false)",
  });
  const most = EVENT_SOURCE.batchSizeWithoutWindow;
  const large = batchSize !== undefined && !Token.isUnresolved(batchSize) && batchSize > most;
  refuseIf(scope, large && window !== undefined && window < 1, {
    field: "maxBatchingWindow",
    message: `batchSize is ${batchSize} and maxBatchingWindow is ${window} seconds, but above ${most} messages Lambda requires a window of at least 1 second`,
    limit: `${most} messages without a window`,
    remedy: `set maxBatchingWindow to at least 1 second, or batchSize to at most ${most}`,
  });
}
