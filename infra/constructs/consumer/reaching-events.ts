import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";
import { definedFunctionOf } from "../access/index.ts";
import { identities, stageOf } from "../checks/index.ts";
import { sourcesOf } from "./sources.ts";

/** Events that a subscription without a handler of its own puts into a queue. */
interface QueueEvents {
  readonly queue: sqs.IQueue;
  readonly contractName: string;
  readonly events: readonly string[];
}

/** Those events, for each stage. */
const queueEvents = new WeakMap<IConstruct, QueueEvents[]>();

/** Functions that SNS invokes. */
const pushed = new WeakSet<IConstruct>();

/** Records the events that reach a queue whose handler, if there is one, another subscriber or work queue has. */
export function addQueueEvents(scope: IConstruct, added: QueueEvents): void {
  const known = queueEvents.get(stageOf(scope)) ?? [];
  queueEvents.set(stageOf(scope), known);
  known.push(added);
}

/**
 * Returns the names of the events that reach a function, by any subscription. The name of another contract stands before its
 * events. Call this at synthesis, when all queues are known.
 */
export function eventsReaching(fn: IConstruct): readonly string[] {
  const identify = identities(fn);
  const known = queueEvents.get(stageOf(fn)) ?? [];
  const names = sourcesOf(fn).flatMap((source) => {
    const further = known.filter(({ queue }) => identify(queue.queueArn) === identify(source.queue.queueArn));
    return [...source.events, ...further.flatMap((each) => namesIn(source.contractName, each))];
  });
  return [...new Set(names)];
}

function namesIn(contractName: string, { contractName: own, events }: QueueEvents): readonly string[] {
  return own === contractName ? events : events.map((name) => `${own}.${name}`);
}

/** Records that SNS invokes a function. */
export function addPush(fn: unknown): void {
  const defined = definedFunctionOf(fn);
  if (defined !== undefined) {
    pushed.add(defined);
  }
}

/** Whether SNS invokes a function. */
export function isPushed(fn: IConstruct): boolean {
  return pushed.has(fn);
}
