import { useEffect, useState } from "preact/hooks";
import type { Issue, JsonObject } from "../../wire/index.ts";
import { Issues, JsonEditor, parsed } from "./json-editor.tsx";
import { messageOf } from "./load.tsx";
import { SchemaForm } from "./schema-form.tsx";

/** Milliseconds without a keystroke after which data is checked. */
const PAUSE_MS = 250;

/** What the contract says to data; `issues` is undefined where no contract is known. */
interface Said {
  readonly issues?: readonly Issue[] | undefined;
}

/** Whether data may be sent: `unchecked` where no contract is known. */
export type Verdict = "open" | "refused" | "accepted" | "unchecked";

/** Edits an event's data, as a form of its schema or as JSON, and has it checked while it is written. */
export function DataEditor({
  text,
  onText,
  schema,
  check,
  onVerdict,
  onExample,
}: {
  /** The data as JSON. */
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly schema: JsonObject | undefined;
  readonly check: (data: unknown) => Promise<Said>;
  readonly onVerdict: (verdict: Verdict) => void;
  /** Fills in an example; absent where data is corrected. */
  readonly onExample?: (() => void) | undefined;
}) {
  const [asJson, setAsJson] = useState(schema === undefined);
  const [said, setSaid] = useState<Said | undefined>(undefined);
  useChecked(text, check, (next) => {
    setSaid(next);
    onVerdict(verdictOf(next));
  });
  return (
    <>
      <div class="title">
        <h2>Data</h2>
        {schema !== undefined && (
          <button type="button" class="quiet" onClick={() => setAsJson(!asJson)} aria-pressed={asJson}>
            {asJson ? "Edit as a form" : "Edit as JSON"}
          </button>
        )}
        {onExample !== undefined && (
          <button type="button" class="quiet" onClick={onExample}>
            Example
          </button>
        )}
      </div>
      {asJson || schema === undefined ? (
        <JsonEditor label="Data as JSON" text={text} onText={onText} />
      ) : (
        <SchemaForm
          schema={schema}
          value={parsed(text)}
          onValue={(value) => onText(JSON.stringify(value, undefined, 2))}
          issues={said?.issues ?? []}
        />
      )}
      {said !== undefined && said.issues === undefined ? (
        <p class="notice warning" role="status">
          No contract is known here: the data is not checked.
        </p>
      ) : (
        <Issues issues={said?.issues} />
      )}
    </>
  );
}

function verdictOf(said: Said | undefined): Verdict {
  if (said === undefined) {
    return "open";
  }
  return said.issues === undefined ? "unchecked" : said.issues.length === 0 ? "accepted" : "refused";
}

function useChecked(
  text: string,
  check: (data: unknown) => Promise<Said>,
  onSaid: (said: Said | undefined) => void,
): void {
  useEffect(() => {
    // What was said of other data is not said of this.
    onSaid(undefined);
    const data = parsed(text);
    if (data === undefined) {
      return;
    }
    let current = true;
    const timer = setTimeout(async () => {
      const said = await check(data).catch(
        (reason: unknown): Said => ({ issues: [{ path: "", message: messageOf(reason) }] }),
      );
      if (current) {
        onSaid(said);
      }
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [text]);
}
