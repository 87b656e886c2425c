import { describe, expect, test } from "vitest";
import { isVisibilityTimeout } from "../../../lib/wire/index.ts";

describe("a visibility timeout", () => {
  test.each([0, 0.5, 30, 43_200])("may be %s seconds", (seconds) => {
    expect(isVisibilityTimeout(seconds)).toBe(true);
  });

  test.each([-1, -0.1, 43_200.5, 43_201, Number.NaN, Number.POSITIVE_INFINITY, "30", null, undefined])(
    "may not be %j",
    (seconds) => {
      expect(isVisibilityTimeout(seconds)).toBe(false);
    },
  );
});
