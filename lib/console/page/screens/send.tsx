import { useEffect, useState } from "preact/hooks";
import type { Checked, ContractView, EventView, Sent } from "../../wire/index.ts";
import { get, post } from "../api.ts";
import { Command } from "../parts/command.tsx";
import { DataEditor, type Verdict } from "../parts/data-editor.tsx";
import { parsed } from "../parts/json-editor.tsx";
import { messageOf, Shown, useLoad } from "../parts/load.tsx";
import { ReadsOnly } from "../parts/reads-only.tsx";
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
  // Undefined until the example has arrived: what would be written before it could not stay beside it.
  const [text, setText] = useState<string | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  const fillIn = () =>
    get<unknown>(`/api/example?${new URLSearchParams({ target, event: event.name })}`).then(
      (example) => setText(JSON.stringify(example, undefined, 2)),
      (reason: unknown) => {
        setError(messageOf(reason));
        setText((before) => before ?? "");
      },
    );
  useEffect(() => void fillIn(), []);
  return (
    <div class="panel">
      {text === undefined ? (
        <p class="faint" role="status">
          Making an example…
        </p>
      ) : (
        <SendForm target={target} event={event} text={text} onText={setText} onExample={fillIn} onError={setError} />
      )}
      {error !== undefined && (
        <p class="notice critical" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

interface SendFormProps {
  readonly target: string;
  readonly event: EventView;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onExample: () => void;
  readonly onError: (error: string | undefined) => void;
}

function SendForm({ target, event, text, onText, onExample, onError }: SendFormProps) {
  const [verdict, setVerdict] = useState<Verdict>("open");
  const [result, setResult] = useState<Sent | undefined>(undefined);
  const data = parsed(text);
  const draft = { target, event: event.name };
  const send = async () => {
    setResult(undefined);
    try {
      setResult(await post<Sent>("/api/send", { ...draft, data }));
      onError(undefined);
    } catch (reason) {
      onError(messageOf(reason));
    }
  };
  const command = `fanfare send ${target} ${event.name} --data '${JSON.stringify(data ?? {}).replaceAll("'", "'\\''")}'`;
  return (
    <form
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void send();
      }}
    >
      <DataEditor
        text={text}
        onText={onText}
        schema={event.schema}
        check={(written) => post<Checked>("/api/check/event", { ...draft, data: written })}
        onVerdict={setVerdict}
        onExample={onExample}
      />
      <div class="actions">
        <button type="submit" class="primary" disabled={about.value?.write !== true || verdict !== "accepted"}>
          Send {event.name}
        </button>
        <ReadsOnly />
      </div>
      <Command text={command} />
      {result !== undefined && (
        <p class="notice ok" role="status">
          Sent {event.name} <code>{result.id}</code>.{" "}
          {hasScreen("trace") && <a href={linkTo("trace", result.id)}>What became of it</a>}
        </p>
      )}
    </form>
  );
}
