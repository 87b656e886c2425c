import { type FanoutGraph, type GraphEdge, type GraphNode, NODE_KINDS } from "./model.ts";

/** Sizes in pixels. A column's gap must have room for the filters of the subscriptions. */
export interface LayoutOptions {
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  /** Between two rows. */
  readonly rowGap: number;
  /** Between two columns. */
  readonly columnGap: number;
  /** Between topics and their queues, where the filters are written. */
  readonly filterGap: number;
}

export interface PlacedNode extends GraphNode {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An edge from the right side of one node to the left side of another. */
export interface PlacedEdge extends GraphEdge {
  readonly start: readonly [x: number, y: number];
  readonly end: readonly [x: number, y: number];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/**
 * Places a graph in columns: publishers, topics, queues, handlers. Each queue has a row of its own; a topic stands at the middle of what
 * it delivers to, a publisher beside its topics, a handler beside its queues. Takes time in proportion to nodes and edges.
 */
export function layoutOf(graph: FanoutGraph, options: LayoutOptions): Layout {
  const pitch = options.nodeHeight + options.rowGap;
  const rows = rowsOf(graph);
  const xs = columnsOf(graph, options);
  const nodes = graph.nodes.map(
    (node): PlacedNode => ({
      ...node,
      x: xs.get(node.kind) ?? 0,
      y: (rows.get(node.id) ?? 0) * pitch,
      width: options.nodeWidth,
      height: options.nodeHeight,
    }),
  );
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const edges = graph.edges.flatMap((edge): PlacedEdge[] => {
    const from = byId.get(edge.from);
    const to = byId.get(edge.to);
    return from === undefined || to === undefined
      ? []
      : [{ ...edge, start: [from.x + from.width, from.y + from.height / 2], end: [to.x, to.y + to.height / 2] }];
  });
  return {
    width: Math.max(0, ...nodes.map(({ x, width }) => x + width)),
    height: Math.max(0, ...nodes.map(({ y, height }) => y + height)),
    nodes,
    edges,
  };
}

/** The left edge of each column that has a node. Handlers and other endpoints share the last one. */
function columnsOf(graph: FanoutGraph, options: LayoutOptions): ReadonlyMap<string, number> {
  const xs = new Map<string, number>();
  let x = 0;
  for (const kind of NODE_KINDS) {
    if (kind === "endpoint" && xs.has("handler")) {
      xs.set(kind, xs.get("handler") ?? 0);
    } else if (graph.nodes.some((node) => node.kind === kind)) {
      xs.set(kind, x);
      x += options.nodeWidth + (kind === "topic" ? options.filterGap : options.columnGap);
    }
  }
  return xs;
}

function rowsOf(graph: FanoutGraph): ReadonlyMap<string, number> {
  const kindOf = new Map(graph.nodes.map(({ id, kind }) => [id, kind]));
  const targets = neighbours(graph.edges.map(({ from, to }) => [from, to]));
  const sources = neighbours(graph.edges.map(({ from, to }) => [to, from]));
  const rows = new Map<string, number>();
  placeQueues(graph, targets, rows);
  const isHandler = (id: string) => kindOf.get(id) === "handler" || kindOf.get(id) === "endpoint";
  const idsOf = (matches: (id: string) => boolean) => graph.nodes.map(({ id }) => id).filter(matches);
  placeBeside(idsOf(isHandler), sources, rows);
  placeBeside(
    idsOf((id) => kindOf.get(id) === "topic"),
    targets,
    rows,
  );
  placeBeside(
    idsOf((id) => kindOf.get(id) === "publisher"),
    targets,
    rows,
  );
  return rows;
}

/** One row per queue: those of a topic together, then queues without a topic. */
function placeQueues(
  graph: FanoutGraph,
  targets: ReadonlyMap<string, readonly string[]>,
  rows: Map<string, number>,
): void {
  const queues = new Set(graph.nodes.filter(({ kind }) => kind === "queue").map(({ id }) => id));
  const ofTopics = graph.nodes
    .filter(({ kind }) => kind === "topic")
    .flatMap(({ id }) => (targets.get(id) ?? []).filter((target) => queues.has(target)));
  for (const queue of new Set([...ofTopics, ...queues])) {
    rows.set(queue, rows.size);
  }
}

/** Each node at the mean row of its neighbours, at least a row below the node before it. Nodes without neighbours come last. */
function placeBeside(
  ids: readonly string[],
  neighboursOf: ReadonlyMap<string, readonly string[]>,
  rows: Map<string, number>,
): void {
  const wanted = ids.map((id) => {
    const known = (neighboursOf.get(id) ?? []).flatMap((each) => rows.get(each) ?? []);
    const mean = known.reduce((sum, row) => sum + row, 0) / known.length;
    return { id, row: known.length === 0 ? Number.POSITIVE_INFINITY : mean };
  });
  let next = 0;
  for (const { id, row } of wanted.sort((a, b) => (a.row === b.row ? 0 : a.row - b.row))) {
    const placed = Number.isFinite(row) ? Math.max(next, row) : next;
    rows.set(id, placed);
    next = placed + 1;
  }
}

function neighbours(pairs: readonly (readonly [of: string, to: string])[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [of, to] of pairs) {
    const known = found.get(of);
    if (known === undefined) {
      found.set(of, [to]);
    } else {
      known.push(to);
    }
  }
  return found;
}
