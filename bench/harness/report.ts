import type { Measured } from "./interleave.ts";

/** Contenders that did the same work. */
export interface CaseResult {
  readonly name: string;
  /** The contender that the others are divided by. */
  readonly baseline: string;
  /** The metric of the ratio. */
  readonly ratioOf: string;
  readonly contenders: readonly Measured[];
}

/** A promise of the project, and whether it was kept in this run. */
export interface Target {
  readonly name: string;
  readonly bound: "at most" | "at least";
  readonly limit: number;
  readonly value: number;
  readonly unit: string;
}

/** What one benchmark found. */
export interface Section {
  readonly name: string;
  readonly title: string;
  /** One or two sentences: what was done. */
  readonly method: string;
  readonly cases: readonly CaseResult[];
  readonly targets: readonly Target[];
}

/** @throws RangeError for a contender or metric that was not measured */
export function medianOf(result: CaseResult, contender: string, metric: string): number {
  const value = result.contenders.find(({ name }) => name === contender)?.metrics[metric]?.median;
  if (value === undefined) throw new RangeError(`${result.name}: no ${metric} of ${contender}`);
  return value;
}

/** A contender's median as a multiple of another's. */
export function ratio(result: CaseResult, contender: string, to: string, metric = result.ratioOf): number {
  return medianOf(result, contender, metric) / medianOf(result, to, metric);
}

/** Whether a target is kept. */
export function holds({ bound, limit, value }: Target): boolean {
  return bound === "at most" ? value <= limit : value >= limit;
}
