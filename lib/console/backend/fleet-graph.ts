import { type FanoutGraph, filterText, type GraphEdge, type GraphNode } from "../../graph/index.ts";
import type { Fleet, FleetSubscriber, SubscriberStatus } from "../../ops/index.ts";
import type { Health, QueueState } from "../wire/index.ts";

/** The fleet as a graph. Ids are ARNs and names, so that they stay the same from sample to sample. */
export function fleetGraph({ topics, subscribers }: Fleet): FanoutGraph {
  const edges = subscribers.flatMap((subscriber) => edgesOf(subscriber));
  const used = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const topicNodes = topics
    .filter(({ arn }) => used.has(arn))
    .map(
      ({ arn, name, fifo }): GraphNode => ({
        id: arn,
        kind: "topic",
        name: shortName(name),
        details: [fifo ? "FIFO topic" : "topic"],
      }),
    );
  const queues = subscribers.map(
    ({ name, queue }): GraphNode => ({
      id: queue.arn,
      kind: "queue",
      name,
      details: [queue.fifo ? "FIFO queue" : "queue"],
    }),
  );
  const handlers = new Map(
    subscribers
      .flatMap(({ mappings }) => mappings)
      .map(({ functionName, runtime, enabled }): [string, GraphNode] => [
        handlerId(functionName),
        {
          id: handlerId(functionName),
          kind: "handler",
          name: shortName(functionName),
          details: [enabled ? (runtime ?? "function") : "paused"],
        },
      ]),
  );
  return { nodes: [...topicNodes, ...queues, ...handlers.values()], edges };
}

function edgesOf({ queue, subscriptions, mappings }: FleetSubscriber): GraphEdge[] {
  return [
    ...subscriptions.map(({ topicArn, filterPolicy }) => ({
      from: topicArn,
      to: queue.arn,
      label: filterText(filterPolicy),
    })),
    ...mappings.map(({ functionName }) => ({ from: queue.arn, to: handlerId(functionName), label: [] })),
  ];
}

function handlerId(functionName: string): string {
  return `function:${functionName}`;
}

/** A physical name without the suffix that CloudFormation or the constructs made: `Shop-Orders-5d751fba.fifo`, `Shop-Checkout1A2B3C4D-x1y2`. */
function shortName(name: string): string {
  return name.replace(/\.fifo$/, "").replace(/(?:[A-F\d]{8})?-[a-zA-Z\d]{8,12}$/, "");
}

/** What the map shows of a queue. */
export function queueStateOf(status: SubscriberStatus, ratePerSecond: number | undefined): QueueState {
  const deadLetters = [status.deadLetters, status.undelivered].reduce(
    (sum, counts) => sum + (counts?.visible ?? 0) + (counts?.inFlight ?? 0),
    0,
  );
  const waiting = status.queue.visible + status.queue.delayed;
  const drains = ratePerSecond !== undefined && ratePerSecond > 0 ? waiting / ratePerSecond : status.drainSeconds;
  return {
    name: status.name,
    ...status.queue,
    ratePerSecond,
    oldestSeconds: status.oldestSeconds,
    drainSeconds: drains,
    deadLetters,
    health: healthOf(status, deadLetters),
    warnings: status.warnings,
  };
}

function healthOf({ warnings }: SubscriberStatus, deadLetters: number): Health {
  if (deadLetters > 0 || warnings.some((warning) => warning.includes("expire"))) {
    return "critical";
  }
  return warnings.length > 0 ? "warning" : "ok";
}
