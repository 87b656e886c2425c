import type { EntryResult } from "../std/index.ts";
import { mayBlameOneEntry } from "./transient.ts";

/**
 * Makes a batch call. What it throws is the result of every entry. AWS refuses a call as a whole where one entry is malformed: such
 * a call is sent again entry by entry, so that no entry pays for another's fault. Never throws.
 */
export async function callEntries<Entry, Value>(
  entries: readonly Entry[],
  send: (entries: readonly Entry[]) => Promise<readonly EntryResult<Value>[]>,
): Promise<readonly EntryResult<Value>[]> {
  try {
    return await send(entries);
  } catch (error) {
    if (entries.length === 1 || !mayBlameOneEntry(error)) {
      return entries.map(() => ({ ok: false, error }));
    }
  }
  const results: EntryResult<Value>[] = [];
  for (const entry of entries) {
    // One after another: a FIFO queue keeps their order.
    results.push(...(await callEntries([entry], send)));
  }
  return results;
}
