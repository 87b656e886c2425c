import type { FanoutGraph, GraphNode, NodeKind } from "./model.ts";

/** The shape of a node: text between two delimiters. */
const SHAPES: Readonly<Record<NodeKind, readonly [open: string, close: string]>> = {
  publisher: ["[", "]"],
  topic: ["([", "])"],
  queue: ["[(", ")]"],
  handler: ["[[", "]]"],
  endpoint: [">", "]"],
};

/** The graph as a flowchart of Mermaid, which GitHub, GitLab and most wikis draw. */
export function toMermaid(graph: FanoutGraph): string {
  // Ids of Mermaid are plain words; names are strings of their own.
  const ids = new Map(graph.nodes.map(({ id }, index) => [id, `n${index}`]));
  const nodes = graph.nodes.map((node) => `  ${ids.get(node.id)}${shapeOf(node)}`);
  const edges = graph.edges.flatMap(({ from, to, label }) => {
    const [start, end] = [ids.get(from), ids.get(to)];
    if (start === undefined || end === undefined) {
      return [];
    }
    return [label.length === 0 ? `  ${start} --> ${end}` : `  ${start} -->|"${textOf(label)}"| ${end}`];
  });
  return `${["flowchart LR", ...nodes, ...edges].join("\n")}\n`;
}

function shapeOf({ kind, name, details }: GraphNode): string {
  const [open, close] = SHAPES[kind];
  return `${open}"${textOf([name, ...details])}"${close}`;
}

/** Mermaid reads entities where a string must not end, or where HTML would begin. */
function textOf(lines: readonly string[]): string {
  return lines.map((line) => line.replace(/[#"<>|`&]/g, (found) => `#${found.charCodeAt(0)};`)).join("<br>");
}
