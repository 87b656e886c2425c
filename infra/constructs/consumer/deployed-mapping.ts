import { Annotations, Duration } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { checkAtSynthesis, deployed, numberOf } from "../checks/index.ts";
import { checkBatches, refuseWholeBatches } from "./event-source-checks.ts";

/** How a mapping was created. */
export interface CreatedMapping {
  readonly fifo: boolean;
  readonly enabled: boolean;
}

/**
 * Checks an event source mapping at synthesis, as it is deployed: aspects and overrides of its L1 construct may have changed it.
 *
 * @throws FanfareError `ConfigurationInvalid` for what Lambda would refuse, or what would lose messages
 */
export function checkDeployedMapping(
  scope: Construct,
  mapping: lambda.EventSourceMapping,
  { fifo, enabled }: CreatedMapping,
): void {
  const { defaultChild } = mapping.node;
  if (!(defaultChild instanceof lambda.CfnEventSourceMapping)) {
    return;
  }
  checkAtSynthesis(scope, () => {
    const { FunctionResponseTypes, FilterCriteria, BatchSize, MaximumBatchingWindowInSeconds, Enabled } =
      deployed(defaultChild);
    const types: unknown = FunctionResponseTypes;
    refuseWholeBatches(scope, Array.isArray(types) && types.includes("ReportBatchItemFailures"));
    const window = numberOf(MaximumBatchingWindowInSeconds);
    const maxBatchingWindow = window === undefined ? undefined : Duration.seconds(window);
    checkBatches(scope, { batchSize: numberOf(BatchSize), maxBatchingWindow }, fifo);
    if (FilterCriteria !== undefined) {
      Annotations.of(scope).addWarningV2(
        "fanfare:eventSourceFilters",
        "Lambda deletes every message that the filters of the event source mapping do not match: filter in the subscription (events, where) instead",
      );
    }
    if (enabled && Enabled === false) {
      Annotations.of(scope).addWarningV2(
        "fanfare:mappingDisabled",
        "an aspect or an override disables the event source mapping: messages wait until they expire, and the alarm notPolled goes off. To pause the consumer, set enabled: false",
      );
    }
  });
}
