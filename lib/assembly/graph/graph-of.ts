import { type FanoutGraph, filterText, type GraphEdge, type GraphNode, type NodeKind } from "../../graph/index.ts";
import { objectOf } from "../../std/index.ts";
import {
  AssemblyModel,
  type AssemblyResource,
  mappingsOf,
  publishersOf,
  subscriptionsOf,
  type TemplateSource,
} from "../model/index.ts";

const KINDS: Readonly<Record<string, NodeKind>> = {
  "AWS::SNS::Topic": "topic",
  "AWS::SQS::Queue": "queue",
  "AWS::Lambda::Function": "handler",
};

/**
 * The topics, filters, queues and handlers that the stacks declare, with the functions that publish. Dead-letter queues are lines of
 * their queues. A topic that has no subscription and no publisher of the app, such as one for alarms, is left out.
 */
export function graphOf(stacks: readonly TemplateSource[]): FanoutGraph {
  const model = new AssemblyModel(stacks);
  const nodes = new Map<string, GraphNode>();
  const edges: GraphEdge[] = [];
  const nodeOf = (resource: AssemblyResource, kind: NodeKind | undefined = KINDS[resource.type]): string => {
    const id = `${kind === "publisher" ? "publisher:" : ""}${resource.stack}/${resource.logicalId}`;
    if (!nodes.has(id)) {
      nodes.set(id, { id, kind: kind ?? "endpoint", name: shortName(resource), details: detailsOf(resource, model) });
    }
    return id;
  };
  for (const { publisher, target } of publishersOf(model)) {
    edges.push({ from: nodeOf(publisher, "publisher"), to: nodeOf(target), label: [] });
  }
  for (const { subscription, topic, target } of subscriptionsOf(model)) {
    const to = target === undefined ? outside(subscription, nodes) : nodeOf(target);
    edges.push({ from: nodeOf(topic), to, label: filterText(subscription.properties.FilterPolicy) });
  }
  for (const { source, handler } of mappingsOf(model)) {
    edges.push({ from: nodeOf(source), to: nodeOf(handler), label: [] });
  }
  return { nodes: [...nodes.values()], edges };
}

/** An endpoint that is not part of the assembly. */
function outside({ stack, logicalId, properties }: AssemblyResource, nodes: Map<string, GraphNode>): string {
  const id = `endpoint:${stack}/${logicalId}`;
  const { Protocol: protocol, Endpoint: endpoint } = properties;
  const name = typeof endpoint === "string" ? endpoint : `${String(protocol)} endpoint`;
  nodes.set(id, { id, kind: "endpoint", name, details: [String(protocol)] });
  return id;
}

/** `Orders` for the construct around `Orders/Topic`. */
function shortName({ name }: AssemblyResource): string {
  return name.replace(/\/(?:Topic|Queue|Handler)$/, "");
}

function detailsOf(resource: AssemblyResource, model: AssemblyModel): string[] {
  const { type, properties, stack } = resource;
  if (type === "AWS::SQS::Queue") {
    const { deadLetterTargetArn, maxReceiveCount } = objectOf(properties.RedrivePolicy);
    const target = model.referenced(deadLetterTargetArn, stack);
    return [
      properties.FifoQueue === true ? "FIFO queue" : "queue",
      target === undefined ? "no dead-letter queue" : `dead letters after ${String(maxReceiveCount)} receives`,
    ];
  }
  if (type === "AWS::SNS::Topic") {
    return [properties.FifoTopic === true ? "FIFO topic" : "topic"];
  }
  if (type === "AWS::Lambda::Function") {
    return [typeof properties.Runtime === "string" ? `function, ${properties.Runtime}` : "function"];
  }
  return [];
}
