import type { MapView, QueueState } from "../../wire/index.ts";
import { countText, durationText, rateText } from "../format.ts";
import { VirtualList } from "../parts/virtual-list.tsx";
import { linkTo } from "../state.ts";

const WEIGHT = { critical: 0, warning: 1, ok: 2 };

/** Queues as a list: those that need attention first, then the fullest. */
export function QueueTable({ view }: { readonly view: MapView }) {
  const rows = Object.entries(view.queues).sort(
    ([, a], [, b]) => WEIGHT[a.health] - WEIGHT[b.health] || b.visible - a.visible || a.name.localeCompare(b.name),
  );
  return (
    <VirtualList rows={rows} rowRem={4.5} label="Queues" render={([id, state]) => <Row id={id} state={state} />} />
  );
}

function Row({ id, state }: { readonly id: string; readonly state: QueueState }) {
  return (
    <a class={`row ${state.health}`} href={linkTo("queue", id)}>
      <strong>{state.name}</strong>
      <span>
        {countText(state.visible + state.delayed)} waiting, {countText(state.inFlight)} in flight,{" "}
        {rateText(state.ratePerSecond)}
        {state.oldestSeconds !== undefined && state.visible > 0 ? `, oldest ${durationText(state.oldestSeconds)}` : ""}
      </span>
      <span class={state.deadLetters > 0 ? "critical" : "faint"}>{countText(state.deadLetters)} dead letters</span>
    </a>
  );
}
