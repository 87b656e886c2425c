import { expect, test, vi } from "vitest";
import { Memo } from "../../../lib/std/index.ts";

test("a result is made once per argument, and the number of those that are kept is bounded", () => {
  const make = vi.fn((text: string) => ({ text }));
  const memo = new Memo(2, make);
  expect(memo.of("a")).toBe(memo.of("a"));
  expect(memo.of("__proto__")).toEqual({ text: "__proto__" });
  expect(make).toHaveBeenCalledTimes(2);
  // A third: all are forgotten.
  expect(memo.of("c")).toBe(memo.of("c"));
  expect(memo.of("a")).toEqual({ text: "a" });
  expect(make.mock.calls.flat()).toEqual(["a", "__proto__", "c", "a"]);
});

test("what the function throws is thrown each time", () => {
  const memo = new Memo<object>(2, (text) => {
    throw new RangeError(text);
  });
  expect(() => memo.of("a")).toThrow(new RangeError("a"));
  expect(() => memo.of("a")).toThrow(new RangeError("a"));
});
