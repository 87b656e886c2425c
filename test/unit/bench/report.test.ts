import { describe, expect, test } from "vitest";
import { type CaseResult, difference, measured, ratio } from "../../../bench/harness/index.ts";

const samples = (...values: number[]) => values.map((us) => ({ us }));
const result = (own: number[], other: number[]): CaseResult => ({
  name: "case",
  baseline: "other",
  ratioOf: "us",
  contenders: [measured("own", samples(...own)), measured("other", samples(...other))],
});

describe("what a contender is to another", () => {
  test("is compared round by round: what slowed a whole round down goes out", () => {
    // Medians of their own, 20 and 30, are of different rounds.
    const noisy = result([2, 20, 40, 4, 60], [1, 10, 30, 30, 40]);
    expect(ratio(noisy, "own", "other")).toBe(1.5);
    expect(difference(noisy, "own", "other")).toBe(10);
  });

  test("is compared by medians where there are no rounds in common", () => {
    expect(ratio(result([4, 6, 8], [3]), "own", "other")).toBe(2);
    expect(difference(result([4, 6, 8], [3]), "own", "other")).toBe(3);
  });

  test("needs both to be measured", () => {
    expect(() => ratio(result([1], [1]), "own", "nobody")).toThrow(RangeError);
    expect(() => difference(result([1], [1]), "own", "other", "ms")).toThrow("case: no ms of own");
  });
});
