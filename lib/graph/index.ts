/** The fan-out as a graph: its model, its layout, and its text as Mermaid or SVG. Pure, and free of Node.js: the console's page draws it too. */
export { filterText } from "./filter-text.ts";
export { layoutOf, type PlacedEdge, type PlacedNode } from "./layout.ts";
export { toMermaid } from "./mermaid.ts";
export type { FanoutGraph, GraphEdge, GraphNode, NodeKind } from "./model.ts";
export { toSvg } from "./svg.ts";
