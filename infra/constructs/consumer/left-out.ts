import { Token } from "aws-cdk-lib";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";
import { ENVIRONMENT, LEFT_OUT, type LeftOut, SDK_VARIABLES } from "../../../lib/names/index.ts";
import { isSetByUser, sourcesOf } from "./sources.ts";

/**
 * Returns what esbuild replaces to leave out the parts of Fanfare that a function does not need for the queues that it consumes.
 * Nothing is left out of a function that consumes no queue known to the constructs.
 */
export function leftOutOf(fn: IConstruct, keep: readonly LeftOut[] = []): Record<string, string> {
  const sources = sourcesOf(fn);
  if (sources.length === 0) {
    return {};
  }
  const unused: Record<LeftOut, boolean> = {
    payloads:
      sources.every(({ payloadLocation }) => payloadLocation === undefined) &&
      !isSetByUser(fn, ENVIRONMENT.payloadSources),
    idempotency:
      sources.every(({ idempotencyTable }) => idempotencyTable === undefined) &&
      !isSetByUser(fn, ENVIRONMENT.idempotencyTable),
    fifo: sources.every(({ queue }) => isStandard(queue)),
    sdk: ![...SDK_VARIABLES, ENVIRONMENT.awsClient].some((variable) => isSetByUser(fn, variable)),
  };
  const parts = (["payloads", "idempotency", "fifo", "sdk"] as const).filter(
    (part) => unused[part] && !keep.includes(part),
  );
  return Object.fromEntries(parts.map((part) => [`process.env.${LEFT_OUT[part]}`, '"1"']));
}

/** Whether a queue is known to be a standard queue. For an imported queue only the name tells, if it is known at synthesis. */
function isStandard(queue: sqs.IQueue): boolean {
  const resource = queue.node.defaultChild;
  if (resource instanceof sqs.CfnQueue) {
    return resource.fifoQueue === undefined || resource.fifoQueue === false;
  }
  return !queue.fifo && !Token.isUnresolved(queue.queueName) && !queue.queueName.endsWith(".fifo");
}
