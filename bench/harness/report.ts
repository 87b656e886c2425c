import type { Measured } from "./interleave.ts";
import { type Distribution, distributionOf } from "./statistics.ts";

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
  return distribution(result, contender, metric).median;
}

/**
 * A contender as a multiple of another: the median of what it was in each round. What slowed a whole round down, as neighbours of a
 * virtual machine do, is in both and goes out.
 */
export function ratio(result: CaseResult, contender: string, to: string, metric = result.ratioOf): number {
  return byRound(result, contender, to, metric, (own, other) => own / other);
}

/** What a contender takes more than another: the median of what it was in each round. */
export function difference(result: CaseResult, contender: string, to: string, metric = result.ratioOf): number {
  return byRound(result, contender, to, metric, (own, other) => own - other);
}

function byRound(
  result: CaseResult,
  contender: string,
  to: string,
  metric: string,
  compare: (own: number, other: number) => number,
): number {
  const own = distribution(result, contender, metric);
  const other = distribution(result, to, metric);
  const { samples } = other;
  if (own.samples.length !== samples.length) {
    return compare(own.median, other.median);
  }
  return distributionOf(own.samples.map((sample, round) => compare(sample, samples[round] ?? Number.NaN))).median;
}

function distribution(result: CaseResult, contender: string, metric: string): Distribution {
  const found = result.contenders.find(({ name }) => name === contender)?.metrics[metric];
  if (found === undefined) {
    throw new RangeError(`${result.name}: no ${metric} of ${contender}`);
  }
  return found;
}

/** Whether a target is kept. */
export function holds({ bound, limit, value }: Target): boolean {
  return bound === "at most" ? value <= limit : value >= limit;
}
