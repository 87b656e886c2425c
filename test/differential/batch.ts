/** An entry of the answer to a batch. */
interface Entry {
  readonly Id?: string | undefined;
}

/** The answer to a batch by the ids of its entries: their order means nothing. */
export function byEntry(output: {
  readonly Successful?: readonly Entry[] | undefined;
  readonly Failed?: readonly Entry[] | undefined;
}): Record<string, { readonly succeeded: object } | { readonly failed: object }> {
  const entries: Record<string, { readonly succeeded: object } | { readonly failed: object }> = {};
  for (const { Id = "", ...succeeded } of output.Successful ?? []) {
    entries[Id] = { succeeded };
  }
  for (const { Id = "", ...failed } of output.Failed ?? []) {
    entries[Id] = { failed };
  }
  return entries;
}

/** The id that the harness gives to an entry: its place. */
export function entryId(place: number): string {
  return `e${place}`;
}

/** The place of the entry that a path below an answer belongs to. */
export function entryOf(path: string): number | undefined {
  const place = /^\.ok\.e(\d+)\b/.exec(path)?.[1];
  return place === undefined ? undefined : Number(place);
}

/** A path below an answer without its entry. */
export function withoutEntry(path: string): string {
  return path.replace(/^\.ok\.e\d+\b/, ".ok.[]");
}
