import { useEffect, useState } from "preact/hooks";
import type { Checked, ContractView, EventView, Issue, Sent } from "../../wire/index.ts";
import { get, post } from "../api.ts";
import { Command } from "../parts/command.tsx";
import { Issues, JsonEditor, parsed } from "../parts/json-editor.tsx";
import { messageOf, Shown, useLoad } from "../parts/load.tsx";
import { SchemaForm } from "../parts/schema-form.tsx";
import { about, hasScreen, linkTo } from "../state.ts";

/** Sends one typed event. The form is that of the event's schema, and its data is checked while it is written. */
export function SendScreen({
  target,
  event,
}: {
  readonly target?: string | undefined;
  readonly event?: string | undefined;
}) {
  const loaded = useLoad("contracts", () => get<readonly ContractView[]>("/api/contracts"));
  return (
    <>
      <div class="title">
        <h1>Send</h1>
      </div>
      <Shown of={loaded}>{(contracts) => <Choose contracts={contracts} target={target} event={event} />}</Shown>
    </>
  );
}

interface ChooseProps {
  readonly contracts: readonly ContractView[];
  readonly target?: string | undefined;
  readonly event?: string | undefined;
}

function Choose({ contracts, target, event }: ChooseProps) {
  const choices = contracts.flatMap(({ targets, events }) =>
    targets.flatMap((each) => events.map((definition) => ({ target: each, definition }))),
  );
  const chosen = choices.find((each) => each.target === target && each.definition.name === event) ?? choices[0];
  if (chosen === undefined) {
    return <p>No contract is known: no deployed consumer was made by consume() of this version.</p>;
  }
  const nameOf = ({ target: to, definition }: typeof chosen) => `${definition.name} to ${to}`;
  return (
    <>
      <label class="field">
        Event
        <select
          value={nameOf(chosen)}
          onChange={({ currentTarget }) => {
            const next = choices.find((each) => nameOf(each) === currentTarget.value);
            if (next !== undefined) {
              location.hash = linkTo("send", next.target, next.definition.name);
            }
          }}
        >
          {choices.map((each) => (
            <option key={nameOf(each)}>{nameOf(each)}</option>
          ))}
        </select>
      </label>
      <Form key={nameOf(chosen)} target={chosen.target} event={chosen.definition} />
    </>
  );
}

function Form({ target, event }: { readonly target: string; readonly event: EventView }) {
  const [text, setText] = useState("");
  const [asJson, setAsJson] = useState(event.schema === undefined);
  const [issues, setIssues] = useState<readonly Issue[] | undefined>(undefined);
  const [result, setResult] = useState<Sent | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  const data = parsed(text);
  const fillIn = (replace: boolean) =>
    get<unknown>(`/api/example?${new URLSearchParams({ target, event: event.name })}`).then(
      (example) => setText((before) => (replace || before === "" ? JSON.stringify(example, undefined, 2) : before)),
      (reason: unknown) => setError(messageOf(reason)),
    );
  // What was written meanwhile stays.
  useEffect(() => void fillIn(false), []);
  useChecked(text, { target, event: event.name }, setIssues);
  const send = async () => {
    setResult(undefined);
    try {
      setResult(await post<Sent>("/api/send", { target, event: event.name, data }));
      setError(undefined);
    } catch (reason) {
      setError(messageOf(reason));
    }
  };
  const command = `fanfare send ${target} ${event.name} --data '${JSON.stringify(data ?? {}).replaceAll("'", "'\\''")}'`;
  return (
    <form
      class="panel"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void send();
      }}
    >
      <div class="title">
        <h2>Data</h2>
        <button type="button" class="quiet" onClick={() => setAsJson(!asJson)} aria-pressed={asJson}>
          {asJson ? "Edit as a form" : "Edit as JSON"}
        </button>
        <button type="button" class="quiet" onClick={() => fillIn(true)}>
          Example
        </button>
      </div>
      {asJson || event.schema === undefined ? (
        <JsonEditor label="Data as JSON" text={text} onText={setText} />
      ) : (
        <SchemaForm
          schema={event.schema}
          value={data}
          onValue={(value) => setText(JSON.stringify(value, undefined, 2))}
          issues={issues ?? []}
        />
      )}
      <Issues issues={issues} />
      <div class="actions">
        <button
          type="submit"
          class="primary"
          disabled={about.value?.write !== true || data === undefined || issues?.length !== 0}
        >
          Send {event.name}
        </button>
        {about.value?.write !== true && <span class="faint">This console only reads: start it with --write.</span>}
      </div>
      <Command text={command} />
      {error !== undefined && (
        <p class="notice critical" role="alert">
          {error}
        </p>
      )}
      {result !== undefined && (
        <p class="notice ok" role="status">
          Sent {event.name} <code>{result.id}</code>.{" "}
          {hasScreen("trace") && <a href={linkTo("trace", result.id)}>What became of it</a>}
        </p>
      )}
    </form>
  );
}

/** Milliseconds without a keystroke after which the data is checked. */
const PAUSE_MS = 250;

function useChecked(
  text: string,
  { target, event }: { readonly target: string; readonly event: string },
  onIssues: (issues: readonly Issue[] | undefined) => void,
): void {
  useEffect(() => {
    const data = parsed(text);
    if (data === undefined) {
      onIssues(undefined);
      return;
    }
    let current = true;
    const timer = setTimeout(async () => {
      const checked = await post<Checked>("/api/check/event", { target, event, data }).catch(
        (reason: unknown): Checked => ({ issues: [{ path: "", message: messageOf(reason) }] }),
      );
      if (current) {
        onIssues(checked.issues);
      }
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [text]);
}
