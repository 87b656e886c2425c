/** The result of one entry of a batch call. */
export type EntryResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: unknown };

/** What {@link retryEntries} takes. */
export interface RetryEntriesOptions<Entry, Value> {
  /** Maximum number of calls, including the first. */
  readonly maxAttempts: number;
  /** Makes one call. Returns one result per entry, in order. */
  readonly call: (entries: readonly Entry[]) => Promise<readonly EntryResult<Value>[]>;
  /** Whether another attempt may succeed after this error of an entry. */
  readonly isTransient: (error: unknown) => boolean;
  /**
   * Waits before the next attempt, and resolves to whether there is time for it.
   *
   * @param attempt the number of calls made so far
   */
  readonly pause: (attempt: number, entries: readonly Entry[]) => Promise<boolean>;
}

/**
 * Makes a batch call, and makes it again for the entries that failed for a transient reason: the SDK retries calls, not entries.
 *
 * @param entries distinct entries; without any, no call is made
 * @returns the last result of each entry, in order
 * @throws what `call` and `pause` throw
 */
export async function retryEntries<Entry, Value>(
  entries: readonly Entry[],
  { maxAttempts, call, isTransient, pause }: RetryEntriesOptions<Entry, Value>,
): Promise<readonly EntryResult<Value>[]> {
  const results = new Map<Entry, EntryResult<Value>>();
  let open = entries;
  for (let attempt = 1; open.length > 0; attempt++) {
    const latest = await call(open);
    for (const [index, entry] of open.entries()) {
      results.set(entry, latest[index] ?? NO_RESULT);
    }
    open = open.filter((entry) => {
      const result = results.get(entry);
      return result?.ok === false && isTransient(result.error);
    });
    if (attempt === maxAttempts || (open.length > 0 && !(await pause(attempt, open)))) {
      break;
    }
  }
  return entries.map((entry) => results.get(entry) ?? NO_RESULT);
}

const NO_RESULT: EntryResult<never> = {
  ok: false,
  error: new Error("the call returned fewer results than entries"),
};
