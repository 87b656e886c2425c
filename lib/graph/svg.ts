import { type LayoutOptions, layoutOf, type PlacedEdge, type PlacedNode } from "./layout.ts";
import type { FanoutGraph } from "./model.ts";

const SIZES: LayoutOptions = { nodeWidth: 250, nodeHeight: 62, rowGap: 22, columnGap: 70, filterGap: 290 };
const MARGIN = 16;
const LINE_HEIGHT = 15;

/** Characters that fit into a node and beside an edge. */
const MAX_CHARACTERS = { name: 30, detail: 38, label: 36 };

/** Lines of a filter that are written; the rest is counted. */
const MAX_LABEL_LINES = 3;

const STYLE = `
text { font: 12px ui-sans-serif, system-ui, "Segoe UI", sans-serif; fill: #1f2933; }
.name { font-weight: 600; font-size: 13px; }
.detail, .label { fill: #52606d; font-size: 11px; }
rect { fill: #fff; stroke: #9aa5b1; stroke-width: 1.2; }
.topic rect { fill: #e6f4f1; stroke: #2c7a6b; }
.queue rect { fill: #eef2fb; stroke: #4a66a0; }
.handler rect { fill: #fdf6e3; stroke: #a37a1f; }
path { fill: none; stroke: #9aa5b1; stroke-width: 1.4; }
marker path { fill: #9aa5b1; stroke: none; }
@media (prefers-color-scheme: dark) {
  svg { background: #14181d; }
  text { fill: #e4e7eb; }
  .detail, .label { fill: #a8b3bf; }
  rect { fill: #1d232a; }
  .topic rect { fill: #15302b; stroke: #4fa896; }
  .queue rect { fill: #1b2438; stroke: #7c97d0; }
  .handler rect { fill: #2f2714; stroke: #c9a24a; }
}`;

/** The graph as an SVG image, light and dark, for pages and reviews. The same graph gives the same file. */
export function toSvg(graph: FanoutGraph): string {
  const { nodes, edges, width, height } = layoutOf(graph, SIZES);
  const [w, h] = [width + 2 * MARGIN, height + 2 * MARGIN];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img">`,
    `<title>${escaped(titleOf(graph))}</title>`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>',
    `<g transform="translate(${MARGIN} ${MARGIN})">`,
    ...edges.map(edgeSvg),
    ...nodes.map(nodeSvg),
    "</g></svg>",
    "",
  ].join("\n");
}

function titleOf({ nodes }: FanoutGraph): string {
  const names = nodes.filter(({ kind }) => kind === "topic").map(({ name }) => name);
  return names.length === 0 ? "Queues and their handlers" : `Fan-out of ${names.join(", ")}`;
}

function nodeSvg({ kind, name, details, x, y, width, height }: PlacedNode): string {
  const lines = [name, ...details.slice(0, 2)];
  const top = height / 2 - ((lines.length - 1) * LINE_HEIGHT) / 2 + 4;
  const texts = lines.map((line, index) => {
    const kindOfLine = index === 0 ? "name" : "detail";
    return `<text class="${kindOfLine}" x="12" y="${top + index * LINE_HEIGHT}">${escaped(shortened(line, MAX_CHARACTERS[kindOfLine]))}</text>`;
  });
  return `<g class="${kind}" transform="translate(${x} ${y})"><rect width="${width}" height="${height}" rx="8"/>${texts.join("")}</g>`;
}

function edgeSvg({ start: [x1, y1], end: [x2, y2], label }: PlacedEdge): string {
  // A filter is written beside its queue, so the edge runs level there.
  const bend = label.length === 0 ? x2 : x1 + 60;
  const middle = (x1 + bend) / 2;
  const line = `<path d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${bend} ${y2}L${x2 - 2} ${y2}" marker-end="url(#arrow)"/>`;
  const more = label.length - MAX_LABEL_LINES;
  const shown = more > 0 ? [...label.slice(0, MAX_LABEL_LINES - 1), `and ${more + 1} more`] : label;
  const texts = shown.map(
    (text, index) =>
      `<text class="label" x="${bend + 8}" y="${y2 - 5 - (shown.length - 1 - index) * 13}">${escaped(shortened(text, MAX_CHARACTERS.label))}</text>`,
  );
  return line + texts.join("");
}

function shortened(text: string, maximum: number): string {
  return text.length > maximum ? `${text.slice(0, maximum - 1)}…` : text;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);
}
