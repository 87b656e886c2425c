import { Token } from "aws-cdk-lib";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";
import { ENVIRONMENT, LEFT_OUT, type LeftOut } from "../../lib/names/index.ts";
import { consumerSourcesOf, isSetByUser } from "./consumer-environment.ts";

/**
 * The parts of Fanfare that a function has no use for, because of the sources that it consumes, for esbuild to replace their
 * variables. None for a function without sources: of it nothing is known.
 */
export function leftOutOf(fn: IConstruct, keep: readonly LeftOut[] = []): Record<string, string> {
  const sources = consumerSourcesOf(fn);
  if (sources.length === 0) return {};
  const needless: Record<LeftOut, boolean> = {
    payloads:
      sources.every(({ payloadLocation }) => payloadLocation === undefined) &&
      !isSetByUser(fn, ENVIRONMENT.payloadSources),
    idempotency:
      sources.every(({ idempotencyTable }) => idempotencyTable === undefined) &&
      !isSetByUser(fn, ENVIRONMENT.idempotencyTable),
    fifo: sources.every(({ queue }) => isStandard(queue)),
  };
  const parts = (["payloads", "idempotency", "fifo"] as const).filter((part) => needless[part] && !keep.includes(part));
  return Object.fromEntries(parts.map((part) => [`process.env.${LEFT_OUT[part]}`, '"1"']));
}

/** Whether a queue is known to be a standard one: of an imported queue only the name says so, where it is known at synthesis. */
function isStandard(queue: sqs.IQueue): boolean {
  const resource = queue.node.defaultChild;
  if (resource instanceof sqs.CfnQueue) return resource.fifoQueue === undefined || resource.fifoQueue === false;
  return !queue.fifo && !Token.isUnresolved(queue.queueName) && !queue.queueName.endsWith(".fifo");
}
