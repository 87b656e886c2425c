import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";

/** What was asked of the server: nothing yet, a value, or an error. */
export interface Loaded<T> {
  readonly value?: T | undefined;
  readonly error?: string | undefined;
  readonly loading: boolean;
  reload(): void;
}

/** Asks when the screen opens and when `key` changes. A response that comes too late is dropped; a value stays until the next one. */
export function useLoad<T>(key: string, load: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ key: string; value?: T; error?: string; loading: boolean }>({
    key,
    loading: true,
  });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let current = true;
    setState((before) => (before.key === key ? { ...before, loading: true } : { key, loading: true }));
    load().then(
      (value) => current && setState({ key, value, loading: false }),
      (error: unknown) => current && setState({ key, error: messageOf(error), loading: false }),
    );
    return () => {
      current = false;
    };
    // `load` is a new function at every rendering; `key` says what it asks.
  }, [key, round]);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  return state.key === key ? { ...state, reload } : { loading: true, reload };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Shows what was loaded, or why not. */
export function Shown<T>({
  of,
  children,
}: {
  readonly of: Loaded<T>;
  readonly children: (value: T) => ComponentChildren;
}) {
  if (of.error !== undefined) {
    return (
      <div class="notice critical" role="alert">
        <p>{of.error}</p>
        <button type="button" onClick={of.reload}>
          Try again
        </button>
      </div>
    );
  }
  return of.value === undefined ? (
    <p class="faint" role="status">
      Loading…
    </p>
  ) : (
    children(of.value)
  );
}
