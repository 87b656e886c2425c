import { useState } from "preact/hooks";
import { layoutOf, type PlacedEdge, type PlacedNode } from "../../../graph/index.ts";
import type { MapView, QueueState } from "../../wire/index.ts";
import { countText, durationText, plural, rateText } from "../format.ts";
import { linkTo, map } from "../state.ts";
import { QueueTable } from "./queue-table.tsx";

const SIZES = { nodeWidth: 216, nodeHeight: 74, rowGap: 20, columnGap: 56, filterGap: 276 };
const MARGIN = 8;

/** Lines of a filter that are written beside its edge. */
const FILTER_LINES = 3;

/** The fan-out as it is now: a picture, or a table where there is little room. */
export function MapScreen() {
  const [asTable, setAsTable] = useState(false);
  const view = map.value;
  if (view === undefined) {
    return <p role="status">Reading queues…</p>;
  }
  const queues = Object.values(view.queues);
  return (
    <>
      <div class="title">
        <h1>Map</h1>
        <Summary queues={queues} />
        <button type="button" onClick={() => setAsTable(!asTable)} aria-pressed={asTable}>
          {asTable ? "Show the map" : "Show as a table"}
        </button>
      </div>
      {view.graph.nodes.length === 0 && <p>There is no topic or queue yet. Deploy a stack, and it appears here.</p>}
      {asTable ? (
        <QueueTable view={view} />
      ) : (
        <>
          <div class="wide">
            <Picture view={view} />
          </div>
          <div class="narrow">
            <QueueTable view={view} />
          </div>
        </>
      )}
    </>
  );
}

function Summary({ queues }: { readonly queues: readonly QueueState[] }) {
  const sum = (of: (queue: QueueState) => number) => queues.reduce((total, queue) => total + of(queue), 0);
  const dead = sum(({ deadLetters }) => deadLetters);
  return (
    <p class="summary">
      {plural(queues.length, "queue")} ·{" "}
      {plural(
        sum(({ visible, delayed }) => visible + delayed),
        "message",
      )}{" "}
      waiting · {countText(sum(({ inFlight }) => inFlight))} in flight ·{" "}
      <span class={dead > 0 ? "critical" : ""}>{plural(dead, "dead letter")}</span>
    </p>
  );
}

function Picture({ view }: { readonly view: MapView }) {
  const { width, height, nodes, edges } = layoutOf(view.graph, SIZES);
  const [w, h] = [width + 2 * MARGIN, height + 2 * MARGIN];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section class="picture" tabIndex={0} aria-label="Map of topics, queues and handlers">
      <svg width={w} height={h} viewBox={`${-MARGIN} ${-MARGIN} ${w} ${h}`} aria-hidden="true" class="edges">
        {edges.map((edge) => (
          <Edge
            key={`${edge.from} ${edge.to}`}
            edge={edge}
            moving={isMoving(view.queues[edge.to] ?? view.queues[edge.from])}
          />
        ))}
      </svg>
      <ul style={{ width: `${w}px`, height: `${h}px` }}>
        {nodes.map((node) => (
          <li
            key={node.id}
            class={`node ${node.kind}`}
            style={{
              left: `${node.x + MARGIN}px`,
              top: `${node.y + MARGIN}px`,
              width: `${node.width}px`,
              height: `${node.height}px`,
            }}
          >
            <Node node={node} state={view.queues[node.id]} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function isMoving(state: QueueState | undefined): boolean {
  return state !== undefined && (state.inFlight > 0 || (state.ratePerSecond ?? 0) > 0);
}

function Node({ node, state }: { readonly node: PlacedNode; readonly state: QueueState | undefined }) {
  if (state === undefined) {
    return (
      <div class="card">
        <strong title={node.name}>{node.name}</strong>
        <span class="faint">{node.details[0] ?? ""}</span>
      </div>
    );
  }
  const waiting = state.visible + state.delayed;
  return (
    <a class={`card ${state.health}`} href={linkTo("queue", node.id)}>
      <strong title={node.name}>{node.name}</strong>
      <span class="figures">
        <b>{countText(waiting)}</b> waiting · {rateText(state.ratePerSecond)}
      </span>
      <span class={state.deadLetters > 0 ? "critical" : "faint"}>
        {state.deadLetters > 0 ? plural(state.deadLetters, "dead letter") : ageText(state)}
      </span>
    </a>
  );
}

function ageText({ oldestSeconds, drainSeconds, visible }: QueueState): string {
  if (visible === 0) {
    return "empty";
  }
  const age = oldestSeconds === undefined ? "" : `oldest ${durationText(oldestSeconds)}`;
  const drain = drainSeconds === undefined ? "does not drain" : `drains in ${durationText(drainSeconds)}`;
  return [age, drain].filter((part) => part !== "").join(", ");
}

function Edge({ edge, moving }: { readonly edge: PlacedEdge; readonly moving: boolean }) {
  const {
    start: [x1, y1],
    end: [x2, y2],
    label,
  } = edge;
  // A filter is written beside its queue, so the edge runs level there.
  const bend = label.length === 0 ? x2 : x1 + 48;
  const middle = (x1 + bend) / 2;
  const more = label.length - FILTER_LINES;
  const lines = more > 0 ? [...label.slice(0, FILTER_LINES - 1), `and ${more + 1} more conditions`] : label;
  return (
    <g class={moving ? "edge moving" : "edge"}>
      <path d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${bend} ${y2}L${x2} ${y2}`} />
      {lines.map((line, index) => (
        <text key={line} x={bend + 6} y={y2 - 6 - (lines.length - 1 - index) * 14}>
          {line.length > 34 ? `${line.slice(0, 33)}…` : line}
        </text>
      ))}
    </g>
  );
}
