import { randomBytes } from "node:crypto";
import type { EngineEnvironment } from "../engine/index.ts";

/** Everything that an operation reads from outside the engine. Under the same circumstances it does the same again. */
export interface Circumstances {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** 32 hexadecimal digits: the seed of all random numbers of the operation. */
  readonly seed: string;
  /** The origin of queue URLs and of the URLs in notifications. */
  readonly endpoint: string;
}

const SEED_BYTES = 16;
const WORD_RANGE = 2 ** 32;

/**
 * The environment of an engine whose operations can be repeated. During an operation the clock stands still and random
 * numbers follow from a seed. Between operations the clock runs. It never runs backwards, not even behind the times in
 * the journal of an earlier process.
 */
export class CallEnvironment implements EngineEnvironment {
  readonly #clock: () => number;
  readonly #endpoint: () => string;
  #latest = 0;
  #call: { readonly at: number; readonly endpoint: string; readonly next: () => number } | undefined;
  #drew = false;

  constructor(clock: () => number, endpoint: () => string) {
    this.#clock = clock;
    this.#endpoint = endpoint;
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
      throw new Error("the engine drew a random number outside of an operation, which cannot be repeated");
    }
    this.#drew = true;
    return this.#call.next();
  }

  /** The origin of URLs during the current operation, or now. */
  endpoint(): string {
    return this.#call?.endpoint ?? this.#endpoint();
  }

  /** Circumstances of an operation that happens now. */
  circumstances(): Circumstances {
    return { at: this.now(), seed: randomBytes(SEED_BYTES).toString("hex"), endpoint: this.#endpoint() };
  }

  /** Whether the last operation drew a random number. */
  get drew(): boolean {
    return this.#drew;
  }

  /** Runs one operation under its circumstances. */
  during<R>({ at, seed, endpoint }: Circumstances, work: () => R): R {
    this.#latest = Math.max(this.#latest, at);
    this.#call = { at, endpoint, next: generator(seed) };
    this.#drew = false;
    try {
      return work();
    } finally {
      this.#call = undefined;
    }
  }
}

/**
 * Numbers in [0, 1) by xoshiro128**, a generator with 128 bits of state.
 * Source: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators".
 */
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
