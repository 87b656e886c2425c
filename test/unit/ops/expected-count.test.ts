import { expect, test } from "vitest";
import { isAsExpected } from "../../../lib/ops/index.ts";

test.each([
  [0, 0, true],
  [3, 3, true],
  [3, 4, false],
  [95, 100, true],
  [94, 100, false],
  [100, 95, true],
  [100, 94, false],
  [0, 1, false],
  [1, 0, false],
  [20, 0, false],
])("%i where %i are expected is near enough: %s", (count, expected, isNear) => {
  expect(isAsExpected(count, expected)).toBe(isNear);
});
