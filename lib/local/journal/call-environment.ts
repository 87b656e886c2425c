import { getRandomValues } from "node:crypto";
import type { EngineEnvironment } from "../engine/index.ts";

/** All that an operation takes from the world: with it, doing the operation again does the same. */
export interface Circumstances {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** 32 hexadecimal digits, from which all random numbers of the operation follow. */
  readonly seed: string;
}

/** Seeds drawn from the operating system at a time: one system call each is slow. */
const POOL_SEEDS = 256;
const SEED_BYTES = 16;
const WORD_RANGE = 2 ** 32;

/**
 * The world of an engine whose operations can be repeated: during one, the clock stands still and chance follows from a
 * seed. Between them the clock runs, and never back, not even behind what an earlier process has seen.
 */
export class CallEnvironment implements EngineEnvironment {
  readonly #clock: () => number;
  readonly #pool = Buffer.alloc(POOL_SEEDS * SEED_BYTES);
  #used = POOL_SEEDS;
  #latest = 0;
  #call: { readonly at: number; readonly next: () => number } | undefined;
  #drew = false;

  constructor(clock: () => number = Date.now) {
    this.#clock = clock;
  }

  now(): number {
    if (this.#call !== undefined) {
      return this.#call.at;
    }
    this.#latest = Math.max(this.#latest, this.#clock());
    return this.#latest;
  }

  random(): number {
    if (this.#call === undefined) {
      throw new Error("the engine drew a random number outside of an operation: it could not be repeated");
    }
    this.#drew = true;
    return this.#call.next();
  }

  /** Circumstances of an operation that happens now. */
  circumstances(): Circumstances {
    if (this.#used === POOL_SEEDS) {
      getRandomValues(this.#pool);
      this.#used = 0;
    }
    const start = this.#used * SEED_BYTES;
    this.#used += 1;
    return { at: this.now(), seed: this.#pool.toString("hex", start, start + SEED_BYTES) };
  }

  /** Whether the last operation drew a random number. */
  get drew(): boolean {
    return this.#drew;
  }

  /** Runs one operation under its circumstances. */
  during<R>({ at, seed }: Circumstances, work: () => R): R {
    this.#latest = Math.max(this.#latest, at);
    this.#call = { at, next: generator(seed) };
    this.#drew = false;
    try {
      return work();
    } finally {
      this.#call = undefined;
    }
  }
}

/** The generator xoshiro128** of Blackman and Vigna: small, fast, 128 bits of state; numbers in [0, 1). */
function generator(seed: string): () => number {
  let [a = 0, b = 0, c = 0, d = 0] = [0, 8, 16, 24].map((at) => Number.parseInt(seed.slice(at, at + 8), 16));
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result / WORD_RANGE;
  };
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
