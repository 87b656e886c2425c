import * as lambda from "aws-cdk-lib/aws-lambda";
import { CfnPipe } from "aws-cdk-lib/aws-pipes";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct, IConstruct } from "constructs";
import { EVENT_SOURCE, refuseTwins } from "../checks/index.ts";
import { concurrencyOf } from "./concurrency.ts";
import type { ConsumerOptions } from "./consumer-options.ts";
import { checkDeployedMapping } from "./deployed-mapping.ts";

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
  refuseSecondReader(scope, mapping.node.defaultChild);
  checkDeployedMapping(scope, mapping, { fifo: queue.fifo, enabled: eventSourceProps?.enabled ?? enabled ?? true });
  return mapping;
}

/** A resource that polls a queue. */
type Reader = lambda.CfnEventSourceMapping | CfnPipe;

const isReader = (other: IConstruct): other is Reader =>
  other instanceof lambda.CfnEventSourceMapping || other instanceof CfnPipe;

/**
 * Refuses a second function or pipe that polls a queue: the two compete, and each event reaches one of them by chance.
 *
 * @param own the event source mapping or pipe that polls it for Fanfare
 */
export function refuseSecondReader(scope: Construct, own: IConstruct | undefined): void {
  if (own === undefined || !isReader(own)) {
    return;
  }
  refuseTwins(scope, {
    own,
    isSameType: isReader,
    keyOf: (reader, identify) => {
      const arn = reader instanceof CfnPipe ? reader.source : reader.eventSourceArn;
      return arn === undefined ? undefined : identify(arn);
    },
    problem: (other) => ({
      field: "handler",
      message: `the queue already has the handler of ${other}; the two would compete, and each event would reach one of them by chance`,
      remedy: "handle all events of the queue in one function, or give each handler its own queue",
    }),
  });
}
