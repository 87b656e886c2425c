import { useState } from "preact/hooks";
import type { TraceLineView, TraceView } from "../../wire/index.ts";
import { get } from "../api.ts";
import { timeText } from "../format.ts";
import { Command } from "../parts/command.tsx";
import { Shown, useLoad } from "../parts/load.tsx";
import { linkTo } from "../state.ts";

/** In the address of a trace: the dead-letter queues are looked into from the start. */
export const WITH_DEAD_LETTERS = "dead-letters";

interface TraceProps {
  readonly id?: string | undefined;
  /** {@link WITH_DEAD_LETTERS}, or nothing. */
  readonly where?: string | undefined;
}

/** What became of one event at each subscriber, and the events that its handlers published. */
export function TraceScreen({ id, where }: TraceProps) {
  const [text, setText] = useState(id ?? "");
  return (
    <>
      <div class="title">
        <h1>Trace</h1>
      </div>
      <form
        class="actions"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          location.hash = linkTo("trace", text.trim());
        }}
      >
        <label class="field">
          Id of an event or a message
          <input type="text" value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
        </label>
        <button type="submit" class="primary" disabled={text.trim() === ""}>
          Trace
        </button>
      </form>
      {id !== undefined && <Traced id={id} deadLetters={where === WITH_DEAD_LETTERS} />}
    </>
  );
}

function Traced({ id, deadLetters }: { readonly id: string; readonly deadLetters: boolean }) {
  const query = new URLSearchParams({ id, deadLetters: String(deadLetters) });
  const loaded = useLoad(`trace ${query}`, () => get<TraceView>(`/api/trace?${query}`));
  return (
    <Shown of={loaded}>
      {({ lines, causationId, looked, notes, command }) => (
        <>
          <section class="panel" aria-label="Trace" aria-live="polite">
            {lines.length === 0 ? (
              <p>
                Nothing is known of <code>{id}</code>.
              </p>
            ) : (
              <Lines lines={lines} />
            )}
            {causationId !== undefined && (
              <p>
                <a href={linkTo("trace", causationId)}>Trace what caused it</a>
              </p>
            )}
            <p class="faint">Looked at {looked.join(", and ")}.</p>
            {notes.map((note) => (
              <p key={note} class="notice warning">
                {note}
              </p>
            ))}
            <div class="actions">
              <button type="button" onClick={loaded.reload}>
                Refresh
              </button>
              {!deadLetters && <a href={linkTo("trace", id, WITH_DEAD_LETTERS)}>Look into dead-letter queues too</a>}
            </div>
          </section>
          <Command text={command} />
        </>
      )}
    </Shown>
  );
}

/** The lines of one level, each with those below it. */
function Lines({ lines }: { readonly lines: readonly TraceLineView[] }) {
  const level = lines[0]?.depth;
  const starts = lines.flatMap(({ depth }, index) => (depth === level ? [index] : []));
  return (
    <ul class="trace">
      {starts.map((start, position) => {
        const below = lines.slice(start + 1, starts[position + 1]);
        return (
          <li key={start}>
            <Line line={lines[start]} />
            {below.length > 0 && <Lines lines={below} />}
          </li>
        );
      })}
    </ul>
  );
}

function Line({ line }: { readonly line: TraceLineView | undefined }) {
  if (line === undefined) {
    return null;
  }
  const { title, state, detail, at } = line;
  return (
    <>
      <strong>{title}</strong>{" "}
      {state !== undefined && <span class={`badge ${HEALTH[state] ?? "ok"}`}>{WORDS[state] ?? state}</span>} {detail}{" "}
      {at !== undefined && (
        <time class="faint" dateTime={new Date(at).toISOString()}>
          {timeText(at)}
        </time>
      )}
    </>
  );
}

const HEALTH: Readonly<Record<string, string>> = {
  retry: "warning",
  expired: "warning",
  deadLettered: "critical",
  undelivered: "critical",
  notPublished: "critical",
  withheld: "",
  ignored: "",
  duplicate: "",
};

const WORDS: Readonly<Record<string, string>> = {
  deadLettered: "dead-lettered",
  withheld: "not for it",
  notPublished: "not published",
};
