import { getRandomValues } from "node:crypto";
import type { EngineEnvironment } from "../engine/index.ts";

/** Random words drawn from the operating system at a time: ids need dozens, and one system call each is slow. */
const POOL_WORDS = 1024;
const WORD_RANGE = 2 ** 32;

/** The real environment: a clock, and random numbers of the system. */
export function realEnvironment(now: () => number): EngineEnvironment {
  const pool = new Uint32Array(POOL_WORDS);
  let used = POOL_WORDS;
  return {
    now,
    random() {
      if (used === POOL_WORDS) {
        getRandomValues(pool);
        used = 0;
      }
      const word = pool[used] ?? 0;
      used += 1;
      return word / WORD_RANGE;
    },
  };
}
