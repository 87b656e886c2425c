import { useState } from "preact/hooks";
import type { CheckedCorrection, ContractView, LetterDetail, Resent } from "../../wire/index.ts";
import { get, post } from "../api.ts";
import { about, hasScreen, linkTo } from "../state.ts";
import { Command } from "./command.tsx";
import { DataEditor, type Verdict } from "./data-editor.tsx";
import { parsed } from "./json-editor.tsx";
import { messageOf, Shown, useLoad } from "./load.tsx";
import { NameField } from "./name-field.tsx";
import { ReadsOnly } from "./reads-only.tsx";

interface CorrectionProps {
  /** Id of the dead-letter queue. */
  readonly queue: string;
  readonly detail: LetterDetail;
  readonly onSent: (resent: Resent) => void;
}

/** Corrects a letter's data, and sends it as a new event that names the original. */
export function Correction(props: CorrectionProps) {
  const loaded = useLoad("contracts", () =>
    hasScreen("contract") ? get<readonly ContractView[]>("/api/contracts") : Promise.resolve([]),
  );
  return <Shown of={loaded}>{(contracts) => <Form {...props} contracts={contracts} />}</Shown>;
}

function Form({ queue, detail, contracts, onSent }: CorrectionProps & { readonly contracts: readonly ContractView[] }) {
  const { letter, data, version } = detail;
  const before = JSON.stringify(data, undefined, 2);
  const [text, setText] = useState(before);
  const [verdict, setVerdict] = useState<Verdict>("open");
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<string | undefined>(undefined);
  const event = contracts.flatMap(({ events }) => events).find(({ type }) => type === letter.type);
  const isFit = verdict === "accepted" || verdict === "unchecked";
  const send = async () => {
    setError(undefined);
    try {
      onSent(await post<Resent>("/api/resend", { queue, id: letter.id, data: parsed(text), confirm: typed }));
    } catch (reason) {
      setError(messageOf(reason));
    }
  };
  return (
    <form
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void send();
      }}
    >
      <DataEditor
        text={text}
        onText={setText}
        // The schema describes the present version; older data is converted when it is checked.
        schema={version === event?.version ? event?.schema : undefined}
        check={(written) => post<CheckedCorrection>("/api/check/correction", { queue, id: letter.id, data: written })}
        onVerdict={setVerdict}
      />
      <p class="faint">
        The corrected data is sent as a new event, caused by {letter.eventId}. The original is archived, then deleted.
      </p>
      <NameField name={detail.queue} typed={typed} onTyped={setTyped} />
      {error !== undefined && (
        <p class="notice critical" role="alert">
          {error}
        </p>
      )}
      <div class="actions">
        <button
          type="submit"
          class="primary"
          disabled={about.value?.write !== true || !isFit || typed !== detail.queue || text === before}
        >
          Send the corrected event
        </button>
        <ReadsOnly />
      </div>
      <Command text={`fanfare dlq edit ${detail.queue} ${letter.id}`} />
    </form>
  );
}

/** What was sent, and how the original comes back. */
export function SentCorrection({ of: { id, to, archive, restore } }: { readonly of: Resent }) {
  return (
    <section aria-label="Sent">
      <p class="notice ok" role="status">
        Sent to {to} as <code>{id}</code>. The original is in <code>{archive}</code>.{" "}
        {hasScreen("trace") && <a href={linkTo("trace", id)}>What became of it</a>}
      </p>
      <Command text={restore} />
    </section>
  );
}
