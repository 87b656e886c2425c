import { validation } from "./errors.ts";
import type { Item } from "./item.ts";

/** Called after each write with the new item and the one before; `undefined` for none. */
export type WriteListener = (table: string, key: string, item: Item | undefined, before: Item | undefined) => void;

/** The items of one table with a partition key of type S and no sort key. */
export class Table {
  readonly name: string;
  readonly keyName: string;
  readonly #items = new Map<string, Item>();
  readonly #onWrite: WriteListener;

  constructor(name: string, keyName: string, onWrite: WriteListener) {
    this.name = name;
    this.keyName = keyName;
    this.#onWrite = onWrite;
  }

  /** The items by key. Expired ones stay: DynamoDB deletes them days later. */
  get items(): ReadonlyMap<string, Item> {
    return this.#items;
  }

  /** The key of an item or of a `Key`. @throws AwsError `ValidationException` without one */
  keyOf(attributes: Item | undefined): string {
    const key = attributes?.[this.keyName]?.S;
    if (key === undefined || key === "") {
      throw validation(`One or more parameter values were invalid: Missing the key ${this.keyName} in the item`);
    }
    return key;
  }

  get(key: string): Item | undefined {
    return this.#items.get(key);
  }

  put(item: Item): void {
    const key = this.keyOf(item);
    const before = this.#items.get(key);
    this.#items.set(key, item);
    this.#onWrite(this.name, key, item, before);
  }

  delete(key: string): void {
    const before = this.#items.get(key);
    if (this.#items.delete(key)) {
      this.#onWrite(this.name, key, undefined, before);
    }
  }
}
