/**
 * A generator of pseudo-random numbers with a seed: the only source of randomness in a simulation. Small fast counter (sfc32) by
 * Chris Doty-Humphrey: 128 bits of state, passes PractRand, and every seed gives a cycle of at least 2^32.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  readonly #seed: string;

  constructor(seed: string | number) {
    this.#seed = String(seed);
    this.#a = hash32(this.#seed, 0x9e3779b9);
    this.#b = hash32(this.#seed, 0x85ebca6b);
    this.#c = hash32(this.#seed, 0xc2b2ae35);
    for (let round = 0; round < 12; round++) {
      this.#step();
    }
  }

  /** A number in [0, 1). */
  next(): number {
    return this.#step() / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** `true` with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the items. @throws RangeError for an empty list */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.int(0, items.length - 1)];
    if (item === undefined) {
      throw new RangeError("pick() was given an empty list: give it at least one item");
    }
    return item;
  }

  /** A separate generator for one concern: its numbers do not depend on what other concerns draw. */
  fork(name: string): Random {
    return new Random(`${this.#seed}/${name}`);
  }

  #step(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}

/** FNV-1a with a finishing mix: spreads similar strings. */
export function hash32(text: string, start = 0x811c9dc5): number {
  let hash = start;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
