import { Stage } from "aws-cdk-lib";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";
import { definedFunctionOf } from "../access/index.ts";
import { identityOf } from "../checks/index.ts";
import { sourcesOf } from "./sources.ts";

/** Events that a subscription without a handler of its own puts into a queue. */
interface Arrival {
  readonly contractName: string;
  readonly events: readonly string[];
}

/** Arrivals by queue, for each stage. */
const arrivals = new WeakMap<IConstruct, Map<string, Arrival[]>>();

/** Functions that SNS invokes. */
const pushed = new WeakSet<IConstruct>();

const stageOf = (scope: IConstruct): IConstruct => Stage.of(scope) ?? scope.node.root;

/** Records the events that reach a queue whose handler, if there is one, another subscriber or work queue has. */
export function addArrivals(scope: IConstruct, queue: sqs.IQueue, arrival: Arrival): void {
  const byQueue = arrivals.get(stageOf(scope)) ?? new Map<string, Arrival[]>();
  arrivals.set(stageOf(scope), byQueue);
  const identity = identityOf(scope, queue.queueArn);
  byQueue.set(identity, [...(byQueue.get(identity) ?? []), arrival]);
}

/** Returns the names of the events that reach a function, by whatever subscription; those of other contracts with that of the contract. */
export function eventsReaching(fn: IConstruct): readonly string[] {
  const names = sourcesOf(fn).flatMap(({ queue, events, contractName }) => {
    const further = arrivals.get(stageOf(fn))?.get(identityOf(fn, queue.queueArn)) ?? [];
    return [
      ...events,
      ...further.flatMap((arrival) =>
        arrival.events.map((name) =>
          arrival.contractName === contractName ? name : `${arrival.contractName}.${name}`,
        ),
      ),
    ];
  });
  return [...new Set(names)];
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
