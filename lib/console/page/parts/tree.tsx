import { useState } from "preact/hooks";
import type { Issue } from "../../wire/index.ts";

/** Entries of an object or array that are shown at once. */
const PAGE = 100;

/** JSON as a tree that opens and closes. Places that a schema refuses are marked. */
export function Tree({
  value,
  name,
  path = "",
  issues = [],
  depth = 0,
}: {
  readonly value: unknown;
  readonly name?: string | undefined;
  readonly path?: string;
  readonly issues?: readonly Issue[];
  readonly depth?: number;
}) {
  const [shown, setShown] = useState(PAGE);
  const own = issues.filter((issue) => issue.path === path);
  const marks = own.map(({ message }) => (
    <span class="mark critical" key={message}>
      {message}
    </span>
  ));
  const label = name === undefined ? null : <span class="key">{name}: </span>;
  if (typeof value !== "object" || value === null) {
    return (
      <div class={`leaf ${own.length > 0 ? "differs" : ""}`}>
        {label}
        <span class={`value ${value === null ? "null" : typeof value}`}>{JSON.stringify(value)}</span> {marks}
      </div>
    );
  }
  const isArray = Array.isArray(value);
  const entries = Object.entries(value);
  const contains = issues.some((issue) => issue.path.startsWith(path) && issue.path !== path);
  // Missing fields are in no entry: they are listed with the object that lacks them.
  const missing = issues.filter(
    (issue) => isChildOf(issue.path, path) && !entries.some(([key]) => issue.path === childPath(path, key, isArray)),
  );
  return (
    <details class={own.length > 0 ? "differs" : ""} open={depth < 2 || contains}>
      <summary>
        {label}
        <span class="faint">{isArray ? `[${entries.length}]` : `{${entries.length}}`}</span> {marks}
      </summary>
      <div class="children">
        {entries.slice(0, shown).map(([key, child]) => (
          <Tree
            key={key}
            value={child}
            name={key}
            path={childPath(path, key, isArray)}
            issues={issues}
            depth={depth + 1}
          />
        ))}
        {missing.map(({ path: at, message }) => (
          <div class="leaf differs" key={at}>
            <span class="key">{at.slice(path.length).replace(/^\./, "")}: </span>
            <span class="mark critical">{message}</span>
          </div>
        ))}
        {entries.length > shown && (
          <button type="button" class="quiet" onClick={() => setShown(shown + PAGE)}>
            {entries.length - shown} more
          </button>
        )}
      </div>
    </details>
  );
}

function childPath(path: string, key: string, isArray: boolean): string {
  return isArray ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
}

function isChildOf(path: string, parent: string): boolean {
  const rest = path.slice(parent.length).replace(/^\./, "");
  return path.startsWith(parent) && rest !== "" && !/[.[]/.test(rest.replace(/^\[/, ""));
}
