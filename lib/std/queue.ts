/** Number of vacated places after which a {@link Queue} releases their memory. */
const COMPACT_AT = 1_024;

/** First in, first out, in constant time (`Array.shift` copies the rest), with reads by place. */
export class Queue<Item> implements Iterable<Item> {
  #items: (Item | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  /** The first item, or `undefined`. */
  peek(): Item | undefined {
    return this.#items[this.#head];
  }

  /** The item at `place`, counted from the front, or `undefined`. */
  at(place: number): Item | undefined {
    return this.#items[this.#head + place];
  }

  /** Removes and returns the first item. */
  shift(): Item | undefined {
    if (this.length === 0) {
      return undefined;
    }
    const item = this.#items[this.#head];
    // Releases the item: a message can hold a megabyte.
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Exchanges the items at two places, both counted from the front. */
  swap(left: number, right: number): void {
    const first = this.at(left);
    const second = this.at(right);
    if (first !== undefined && second !== undefined) {
      this.#items[this.#head + left] = second;
      this.#items[this.#head + right] = first;
    }
  }

  *[Symbol.iterator](): Generator<Item> {
    for (let place = this.#head; place < this.#items.length; place++) {
      const item = this.#items[place];
      if (item !== undefined) {
        yield item;
      }
    }
  }
}
