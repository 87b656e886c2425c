import { Annotations, Token } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import type { AnyContract } from "../../../lib/contract/index.ts";
import { EVENT_SOURCE, SQS } from "../checks/index.ts";
import { type ConsumerOptions, DEFAULT_MAX_CONCURRENCY } from "../consumer/index.ts";

/** Whether messages of a contract carry their tenants. */
export function hasTenants({ events }: AnyContract): boolean {
  return Object.values(events).some(({ definition }) => definition.hasGroup);
}

/**
 * Warns of a fair queue whose consumer never has as many messages in flight as a tenant needs to become noisy. A noisy tenant then
 * delays all others, as in any queue.
 */
export function warnOfSmallFairQueue(scope: IConstruct, options: ConsumerOptions): void {
  const { eventSourceProps = {} } = options;
  if ((options.provisionedPollers ?? eventSourceProps.provisionedPollerConfig) !== undefined) {
    return;
  }
  const concurrency = eventSourceProps.maxConcurrency ?? options.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY;
  const batch = eventSourceProps.batchSize ?? options.batchSize ?? EVENT_SOURCE.batchSizeWithoutWindow;
  const known = !Token.isUnresolved(concurrency) && !Token.isUnresolved(batch);
  if (known && concurrency * batch < SQS.noisyInFlight) {
    Annotations.of(scope).addWarningV2(
      "fanfare:fairQueueTooSmall",
      `event groups are the tenants of a fair queue, but maxConcurrency ${concurrency} x batchSize ${batch} allows only ${concurrency * batch} messages in flight. SQS considers a tenant noisy from ${SQS.noisyInFlight} in-flight messages, so a noisy tenant would go unnoticed and delay the others: raise maxConcurrency or batchSize, or acknowledge this warning`,
    );
  }
}
