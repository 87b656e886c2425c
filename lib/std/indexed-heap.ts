/**
 * A binary heap, least item first, from which any item can also be removed. Push, pop and remove take O(log n); an item
 * may be in the heap once. What the order is computed from must not change while the item is inside.
 */
export class IndexedHeap<T> {
  readonly #items: T[] = [];
  readonly #places = new Map<T, number>();
  readonly #compare: (left: T, right: T) => number;

  constructor(compare: (left: T, right: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  pop(): T | undefined {
    const least = this.#items[0];
    if (least !== undefined) {
      this.remove(least);
    }
    return least;
  }

  /** Whether the item was inside. */
  remove(item: T): boolean {
    const place = this.#places.get(item);
    if (place === undefined) {
      return false;
    }
    this.#places.delete(item);
    const last = this.#items.pop();
    if (last !== undefined && last !== item) {
      this.#sink(last, place);
      this.#rise(last, this.#places.get(last) ?? place);
    }
    return true;
  }

  clear(): void {
    this.#items.length = 0;
    this.#places.clear();
  }

  #set(item: T, place: number): void {
    this.#items[place] = item;
    this.#places.set(item, place);
  }

  #rise(item: T, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#items[above];
      if (parent === undefined || this.#compare(item, parent) >= 0) {
        break;
      }
      this.#set(parent, place);
      place = above;
    }
    this.#set(item, place);
  }

  #sink(item: T, from: number): void {
    let place = from;
    for (;;) {
      const child = this.#lesserChild(place);
      const below = child === undefined ? undefined : this.#items[child];
      if (child === undefined || below === undefined || this.#compare(below, item) >= 0) {
        break;
      }
      this.#set(below, place);
      place = child;
    }
    this.#set(item, place);
  }

  #lesserChild(place: number): number | undefined {
    const left = 2 * place + 1;
    const leftItem = this.#items[left];
    if (leftItem === undefined) {
      return undefined;
    }
    const rightItem = this.#items[left + 1];
    return rightItem !== undefined && this.#compare(rightItem, leftItem) < 0 ? left + 1 : left;
  }
}
