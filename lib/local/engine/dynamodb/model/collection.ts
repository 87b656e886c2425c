import type { Item } from "../values/index.ts";
import type { StoredKey } from "./key-schema.ts";

/** An item in a table or index. */
export interface Entry {
  readonly key: StoredKey;
  /** Tells apart the entries of an index that have one key: the place of the item in its table. */
  readonly tie: string;
  readonly item: Item;
}

/** A partition with its place among all. */
interface Partition {
  /** Spreads partitions, as DynamoDB does, so that the order of a scan says nothing about the keys. */
  readonly hash: number;
  readonly name: string;
  readonly entries: Entry[];
}

/** Hashes are below this. */
export const HASH_RANGE = 2 ** 32;

/**
 * Entries by partition, and within a partition by sort key. Partitions are ordered by the hashes of their keys; that order
 * is computed when it is first needed.
 */
export class Collection {
  readonly #partitions = new Map<string, Partition>();
  #ordered: readonly Partition[] | undefined;

  get(key: StoredKey, tie = ""): Entry | undefined {
    const entries = this.entriesOf(key.partition);
    const entry = entries[firstAtOrAfter(entries, key.sort, tie)];
    return entry !== undefined && entry.key.sort === key.sort && entry.tie === tie ? entry : undefined;
  }

  /** Adds an entry, or replaces the one in its place. */
  set(entry: Entry): void {
    const { partition: name, sort } = entry.key;
    let partition = this.#partitions.get(name);
    if (partition === undefined) {
      partition = { name, hash: hashOf(name), entries: [] };
      this.#partitions.set(name, partition);
      this.#ordered = undefined;
    }
    const { entries } = partition;
    const at = firstAtOrAfter(entries, sort, entry.tie);
    const replaced = entries[at];
    entries.splice(at, replaced?.key.sort === sort && replaced.tie === entry.tie ? 1 : 0, entry);
  }

  delete(key: StoredKey, tie = ""): void {
    const entries = this.#partitions.get(key.partition)?.entries ?? [];
    const at = firstAtOrAfter(entries, key.sort, tie);
    const entry = entries[at];
    if (entry?.key.sort === key.sort && entry.tie === tie) {
      entries.splice(at, 1);
    }
    if (entries.length === 0 && this.#partitions.delete(key.partition)) {
      this.#ordered = undefined;
    }
  }

  /** The entries of a partition in the order of their sort keys. */
  entriesOf(partition: string): readonly Entry[] {
    return this.#partitions.get(partition)?.entries ?? [];
  }

  /** All entries in the order of a scan, from behind a place on, of partitions with hashes in [`from`, `to`). */
  *scan(range: { readonly from: number; readonly to: number }, after?: Pick<Entry, "key" | "tie">): Generator<Entry> {
    this.#ordered ??= [...this.#partitions.values()].sort(byHash);
    const start = after === undefined ? undefined : { name: after.key.partition, hash: hashOf(after.key.partition) };
    const first = start === undefined ? 0 : firstIndex(this.#ordered, (each) => byHash(each, start) >= 0);
    for (const partition of this.#ordered.slice(first)) {
      if (partition.hash < range.from || partition.hash >= range.to) {
        continue;
      }
      const skipped =
        after !== undefined && partition.name === after.key.partition
          ? firstIndex(partition.entries, (each) => compareEntries(each, after.key.sort, after.tie) > 0)
          : 0;
      yield* skipped === 0 ? partition.entries : partition.entries.slice(skipped);
    }
  }

  /** All entries in no particular order. */
  *all(): Generator<Entry> {
    for (const { entries } of this.#partitions.values()) {
      yield* entries;
    }
  }
}

/** The index of the first entry at or after a place. */
export function firstAtOrAfter(entries: readonly Entry[], sort: string, tie: string): number {
  return firstIndex(entries, (entry) => compareEntries(entry, sort, tie) >= 0);
}

/** The index of the first element for which the test holds, in an array in which it then holds to the end. */
export function firstIndex<T>(sorted: readonly T[], test: (element: T) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const element = sorted[middle];
    if (element !== undefined && test(element)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

function compareEntries(entry: Entry, sort: string, tie: string): number {
  return compareText(entry.key.sort, sort) || compareText(entry.tie, tie);
}

function byHash(left: Pick<Partition, "hash" | "name">, right: Pick<Partition, "hash" | "name">): number {
  return left.hash - right.hash || compareText(left.name, right.name);
}

/** The order of two parts of keys. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** FNV-1a, with a final mix so that similar keys are far apart. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
