/** The share of consumed places at which the array behind a deque is cut. */
const COMPACT_AT = 1_024;

/**
 * A queue over an array: push at the end, take from the front, both O(1) amortised; reading by place without a copy.
 */
export class Deque<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** The item at `place`, counted from the front. */
  at(place: number): T | undefined {
    return this.#items[this.#head + place];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (this.length === 0) {
      return undefined;
    }
    // Lets go of the item: a message can hold a megabyte.
    this.#items[this.#head] = undefined;
    this.#head++;
    if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Exchanges two items, both by place from the front. */
  swap(left: number, right: number): void {
    const a = this.#items[this.#head + left];
    const b = this.#items[this.#head + right];
    if (a !== undefined && b !== undefined) {
      this.#items[this.#head + left] = b;
      this.#items[this.#head + right] = a;
    }
  }

  *[Symbol.iterator](): Generator<T> {
    for (let place = this.#head; place < this.#items.length; place++) {
      const item = this.#items[place];
      if (item !== undefined) {
        yield item;
      }
    }
  }
}
