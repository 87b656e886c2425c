import type { Issue } from "../../wire/index.ts";

/** The value of a JSON text, or undefined where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A plain editor for JSON that says where the text is not JSON. */
export function JsonEditor({
  label,
  text,
  onText,
}: {
  readonly label: string;
  readonly text: string;
  readonly onText: (text: string) => void;
}) {
  const broken = text.trim() === "" ? undefined : problemOf(text);
  return (
    <label class="field">
      {label}
      <textarea
        rows={Math.min(24, Math.max(8, text.split("\n").length + 1))}
        spellcheck={false}
        value={text}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
        aria-invalid={broken !== undefined}
      />
      {broken !== undefined && <span class="critical">{broken}</span>}
    </label>
  );
}

function problemOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What the schema says to the data; undefined while it has not been asked. */
export function Issues({ issues }: { readonly issues: readonly Issue[] | undefined }) {
  if (issues === undefined) {
    return (
      <p class="faint" role="status">
        Not checked yet.
      </p>
    );
  }
  return issues.length === 0 ? (
    <p class="good" role="status">
      The contract accepts this data.
    </p>
  ) : (
    <div role="status">
      <ul class="notice critical">
        {issues.map(({ path, message }) => (
          <li key={path + message}>
            {path === "" ? "" : <code>{path}</code>} {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
