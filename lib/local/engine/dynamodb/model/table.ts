import { IndexedHeap } from "../../../../std/index.ts";
import { validation } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { attributeOf, type Item, itemSize, pick } from "../values/index.ts";
import { Collection, compareText, type Entry } from "./collection.ts";
import type { IndexDefinition, TableDefinition } from "./definition.ts";
import { type KeySchema, keyInIndex, keyNames, keySchemaOf, type StoredKey } from "./key-schema.ts";

/** A secondary index: the same items in another order. */
export class Index {
  readonly definition: IndexDefinition;
  readonly schema: KeySchema;
  readonly collection = new Collection();
  /** The attributes that it holds; undefined for all. */
  readonly projected: readonly string[] | undefined;

  constructor(definition: IndexDefinition, table: TableDefinition) {
    this.definition = definition;
    this.schema = keySchemaOf(definition.keySchema, table.attributes);
    const { ProjectionType, NonKeyAttributes = [] } = definition.projection;
    const keys = [...keyNames(this.schema), ...keyNames(keySchemaOf(table.keySchema, table.attributes))];
    this.projected = ProjectionType === "ALL" ? undefined : [...new Set([...keys, ...NonKeyAttributes])];
  }

  /** What the index holds of an item; undefined if the item is not in it. */
  contentOf(item: Item | undefined): Item | undefined {
    if (item === undefined || keyInIndex(this.schema, item) === undefined) {
      return undefined;
    }
    return this.projected === undefined ? item : pick(item, this.projected);
  }

  replace(before: Item | undefined, after: Item | undefined, tie: string): void {
    const [old, key] = [before, after].map((item) => item && keyInIndex(this.schema, item));
    if (old !== undefined) {
      this.collection.delete(old, tie);
    }
    if (key !== undefined && after !== undefined) {
      this.collection.set({ key, tie, item: after });
    }
  }
}

interface Expiring {
  readonly entry: Entry;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** The items of a table and of its indexes. */
export class Table {
  readonly schema: KeySchema;
  readonly collection = new Collection();
  readonly indexes = new Map<string, Index>();
  itemCount = 0;
  /** Bytes of all items. */
  bytes = 0;
  #definition: TableDefinition;
  readonly #expiring = new Map<Item, Expiring>();
  readonly #expiries = new IndexedHeap<Expiring>(byExpiry);

  constructor(definition: TableDefinition) {
    this.#definition = definition;
    this.schema = keySchemaOf(definition.keySchema, definition.attributes);
    this.#makeIndexes();
  }

  get definition(): TableDefinition {
    return this.#definition;
  }

  /** Takes new settings: indexes are made and removed, expiry times read again. */
  redefine(change: Partial<TableDefinition>): void {
    const before = this.#definition;
    this.#definition = { ...before, ...change };
    this.#makeIndexes();
    if (before.timeToLiveAttribute !== this.#definition.timeToLiveAttribute) {
      this.#expiring.clear();
      this.#expiries.clear();
      for (const entry of this.collection.all()) {
        this.#expect(entry);
      }
    }
  }

  get(key: StoredKey): Item | undefined {
    return this.collection.get(key)?.item;
  }

  /** Puts an item in its place, or removes it: `undefined`. */
  replace(key: StoredKey, after: Item | undefined): void {
    const before = this.get(key);
    if (before !== undefined) {
      this.itemCount -= 1;
      this.bytes -= itemSize(before);
      this.#forget(before);
    }
    if (after === undefined) {
      this.collection.delete(key);
    } else {
      const entry = { key, tie: "", item: after };
      this.collection.set(entry);
      this.itemCount += 1;
      this.bytes += itemSize(after);
      this.#expect(entry);
    }
    for (const index of this.indexes.values()) {
      index.replace(before, after, tieOf(key));
    }
  }

  /** @throws AwsError `ValidationException` for a name that the table does not have */
  requireIndex(name: string): Index {
    const index = this.indexes.get(name);
    if (index === undefined) {
      throw validation(`The table does not have the specified index: ${name}`);
    }
    return index;
  }

  /** The next item whose time to live has ended by `now`, and when it ended. Long expired items stay, as on AWS. */
  nextExpired(now: number): { readonly key: StoredKey; readonly at: number } | undefined {
    for (let next = this.#expiries.peek(); next !== undefined; next = this.#expiries.peek()) {
      const { entry, expiresAt } = next;
      if (expiresAt > now) {
        return undefined;
      }
      if (expiresAt >= now - LIMITS.expiredAtMostMs) {
        return { key: entry.key, at: expiresAt };
      }
      this.#forget(entry.item);
    }
    return undefined;
  }

  #makeIndexes(): void {
    const wanted = new Set(this.#definition.indexes.map(({ name }) => name));
    for (const name of [...this.indexes.keys()].filter((each) => !wanted.has(each))) {
      this.indexes.delete(name);
    }
    for (const definition of this.#definition.indexes) {
      const known = this.indexes.get(definition.name);
      if (known?.definition === definition) {
        continue;
      }
      const index = new Index(definition, this.#definition);
      this.indexes.set(definition.name, index);
      for (const { key, item } of this.collection.all()) {
        index.replace(undefined, item, tieOf(key));
      }
    }
  }

  #expect(entry: Entry): void {
    const { timeToLiveAttribute } = this.#definition;
    const seconds = timeToLiveAttribute === undefined ? undefined : attributeOf(entry.item, timeToLiveAttribute)?.N;
    if (seconds !== undefined && Number(seconds) > 0) {
      const expiring = { entry, expiresAt: Number(seconds) * 1000 };
      this.#expiring.set(entry.item, expiring);
      this.#expiries.push(expiring);
    }
  }

  #forget(item: Item): void {
    const expiring = this.#expiring.get(item);
    if (expiring !== undefined) {
      this.#expiring.delete(item);
      this.#expiries.remove(expiring);
    }
  }
}

/** The place of an item in its table as one string. */
export function tieOf({ partition, sort }: StoredKey): string {
  return JSON.stringify([partition, sort]);
}

/** Ends with the key, so that the order depends on the items alone: many expire in the same second. */
function byExpiry(left: Expiring, right: Expiring): number {
  const [one, other] = [left.entry.key, right.entry.key];
  return (
    left.expiresAt - right.expiresAt || compareText(one.partition, other.partition) || compareText(one.sort, other.sort)
  );
}
