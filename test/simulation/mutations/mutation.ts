import type { FaultRates, Rule } from "../../../lib/testing/index.ts";

/** One exact piece of our sources, and what is put in its place. */
export interface Edit {
  /** Path from the repository's root. */
  readonly file: string;
  /** Must occur exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** A fault planted in our own code. */
export interface Mutation {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The rules of which one is broken first. */
  readonly rules: readonly Rule[];
  /** Faults that it needs more often than usual. */
  readonly faults?: Partial<FaultRates>;
  /** By how much the clocks of its workers are wrong, in milliseconds, where it needs that. */
  readonly clockSkewMs?: number;
  /** Runs, from seed 1 on, within which it must be found. */
  readonly bound: number;
}
