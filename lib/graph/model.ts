/** What a node of the graph stands for. The order is that of the columns, from left to right. */
export const NODE_KINDS = ["publisher", "topic", "queue", "handler", "endpoint"] as const;

export type NodeKind = (typeof NODE_KINDS)[number];

/** A topic, a queue, or a program that sends to one or receives from one. */
export interface GraphNode {
  /** Unique in the graph. */
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  /** Short lines about it, for example `FIFO` or `dead letters: BillingDlq, after 5 receives`. */
  readonly details: readonly string[];
}

/** Events go along an edge: published, subscribed, or received by a function. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** The filter of a subscription, one condition per line. */
  readonly label: readonly string[];
}

/** Publishers, topics, filters, queues and handlers, and how events go through them. */
export interface FanoutGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}
