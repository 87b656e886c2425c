/**
 * The keys of a bucket in the order in which S3 lists them: by the bytes of their UTF-8 form. Keys that were added since
 * the last look are sorted in at the next one, so that adding many and listing once costs one sort.
 */
export class SortedKeys {
  #sorted: string[] = [];
  readonly #pending = new Set<string>();
  readonly #removed = new Set<string>();

  add(key: string): void {
    if (!this.#removed.delete(key)) {
      this.#pending.add(key);
    }
  }

  remove(key: string): void {
    if (!this.#pending.delete(key)) {
      this.#removed.add(key);
    }
  }

  /** All keys, ascending. The array is the collection's own: read it, and do not keep it. */
  ascending(): readonly string[] {
    if (this.#removed.size > 0) {
      this.#sorted = this.#sorted.filter((key) => !this.#removed.has(key));
      this.#removed.clear();
    }
    if (this.#pending.size > 0) {
      this.#sorted = [...this.#sorted, ...this.#pending].sort(compareUtf8);
      this.#pending.clear();
    }
    return this.#sorted;
  }

  /** The index of the first key that is greater than, or with `inclusive` at least, the given one. */
  indexAfter(key: string, inclusive: boolean): number {
    const keys = this.ascending();
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = compareUtf8(keys[middle] ?? "", key);
      if (order < 0 || (order === 0 && !inclusive)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

/** Compares as UTF-8 bytes: by code point, which differs from JavaScript's order for characters beyond U+FFFF. */
export function compareUtf8(first: string, second: string): number {
  const length = Math.min(first.length, second.length);
  for (let index = 0; index < length; index++) {
    const one = first.charCodeAt(index);
    const other = second.charCodeAt(index);
    if (one === other) {
      continue;
    }
    // A surrogate is part of a code point above every code unit that is not a surrogate.
    const oneIsSurrogate = (one & 0xf800) === 0xd800;
    const otherIsSurrogate = (other & 0xf800) === 0xd800;
    return oneIsSurrogate === otherIsSurrogate ? one - other : oneIsSurrogate ? 1 : -1;
  }
  return first.length - second.length;
}
