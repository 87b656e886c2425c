import { useState } from "preact/hooks";
import type { TraceView } from "../../wire/index.ts";
import { get } from "../api.ts";
import { timeText } from "../format.ts";
import { Command } from "../parts/command.tsx";
import { Shown, useLoad } from "../parts/load.tsx";
import { linkTo } from "../state.ts";

/** What became of one event at each subscriber. */
export function TraceScreen({ eventId }: { readonly eventId?: string | undefined }) {
  const [text, setText] = useState(eventId ?? "");
  return (
    <>
      <div class="title">
        <h1>Trace</h1>
      </div>
      <form
        class="actions"
        onSubmit={(event) => {
          event.preventDefault();
          location.hash = linkTo("trace", text.trim());
        }}
      >
        <label class="field">
          Id of an event
          <input type="text" value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
        </label>
        <button type="submit" class="primary" disabled={text.trim() === ""}>
          Trace
        </button>
      </form>
      {eventId !== undefined && <Trace eventId={eventId} />}
    </>
  );
}

function Trace({ eventId }: { readonly eventId: string }) {
  const loaded = useLoad(`trace ${eventId}`, () =>
    get<TraceView>(`/api/trace?${new URLSearchParams({ id: eventId })}`),
  );
  return (
    <>
      <Shown of={loaded}>
        {({ lines }) => (
          <>
            {lines.length === 0 && (
              <p>Nothing is known of this event: it was not published here, or its traces have expired.</p>
            )}
            <ol class="trace">
              {lines.map((line, index) => (
                <li key={index} style={{ "--depth": line.depth }}>
                  <strong>{line.title}</strong>{" "}
                  {line.outcome !== undefined && <span class={`badge ${badgeOf(line.outcome)}`}>{line.outcome}</span>}{" "}
                  {line.detail}{" "}
                  <span class="faint">
                    {line.at === undefined ? "" : timeText(line.at)}
                    {line.durationMs === undefined ? "" : `, ${Math.round(line.durationMs)} ms`}
                  </span>
                </li>
              ))}
            </ol>
            <button type="button" class="quiet" onClick={loaded.reload}>
              Refresh
            </button>
          </>
        )}
      </Shown>
      <Command text={`fanfare trace ${eventId}`} />
    </>
  );
}

function badgeOf(outcome: string): string {
  return outcome === "deadLettered" ? "critical" : outcome === "retry" || outcome === "failed" ? "warning" : "ok";
}
