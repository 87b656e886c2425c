import { describe, expect, test } from "vitest";
import { cut } from "../../../../lib/consume/record/index.ts";
import { loggable } from "../../../../lib/consume/record/log-fields.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);
const fields = (count: number) => Object.fromEntries(numbers(count).map((at) => [`field-${at}`, at]));

/** An object in an object, and so on, with an innermost value. */
const nested = (levels: number, innermost: unknown): unknown =>
  levels === 0 ? innermost : { inner: nested(levels - 1, innermost) };

test("a string is cut only if it is longer than the limit", () => {
  expect([cut("abc", 3), cut("abcd", 3)]).toEqual(["abc", "abc... (4 characters)"]);
});

describe("a value of a log line", () => {
  test.each<[string, unknown]>([
    ["null", null],
    ["true", true],
    ["false", false],
    ["a number", 1.5],
    ["an object whose toJSON is no function", { toJSON: "text" }],
  ])("stays as it is: %s", (_, value) => {
    expect(loggable({ value })).toStrictEqual({ value });
  });

  test("is said not to be readable where its toString throws, and the others are copied", () => {
    const unreadable = Object.assign(() => {}, {
      toString: () => {
        throw new Error("no");
      },
    });
    expect(loggable([unreadable, 1])).toEqual(["[not readable]", 1]);
    expect(loggable(unreadable)).toBe("[not readable]");
  });

  test("is what its toJSON returns", () => {
    expect(loggable({ value: { secret: 1, toJSON: () => ({ shown: 1 }) } })).toEqual({ value: { shown: 1 } });
  });

  test("may be there several times: only an object inside itself is a circle", () => {
    const shared = { a: 1 };
    expect(loggable({ first: shared, second: [shared, shared] })).toEqual({
      first: { a: 1 },
      second: [{ a: 1 }, { a: 1 }],
    });
  });
});

describe("of a value that is too large for a log line", () => {
  test("six levels of objects are copied, and what is nested deeper is said to be", () => {
    expect(loggable(nested(6, "deep"))).toEqual(nested(6, "deep"));
    expect(loggable(nested(7, "deep"))).toEqual(nested(6, "[nested deeper]"));
    expect(loggable(nested(9, "deep"))).toEqual(nested(6, "[nested deeper]"));
  });

  test("50 items of a list or a set are copied, and how many there were is said", () => {
    expect(loggable(numbers(50))).toEqual(numbers(50));
    expect(loggable(numbers(51))).toEqual([...numbers(50), "... (51 items)"]);
    expect(loggable(new Set(numbers(60)))).toEqual([...numbers(50), "... (60 items)"]);
  });

  test("50 fields of an object or a map are copied, and how many there were is said", () => {
    expect(loggable(fields(50))).toEqual(fields(50));
    expect(loggable(fields(51))).toEqual({ ...fields(50), "...": "51 fields" });
    expect(loggable(new Map(Object.entries(fields(60))))).toEqual({ ...fields(50), "...": "60 fields" });
  });

  test.each([
    ["strings", [...Array(15).fill("x".repeat(1_000)), "x".repeat(825), "y".repeat(1_000_000)]],
    ["names of fields", [...Array(16).fill("x".repeat(1_000)), { ["y".repeat(1_000_000)]: 1 }]],
    [
      "names of many fields",
      Array.from({ length: 50 }, (_, at) => ({ [`${at}${"y".repeat(5_000)}`]: "x".repeat(5_000) })),
    ],
  ])("a line stays below 20,000 characters, whatever is left of it when long %s come", (_, value) => {
    expect(JSON.stringify(loggable(value)).length).toBeLessThan(20_000);
  });

  test("nothing more is copied when the line has exactly its 16,000 characters, ten for each value among them", () => {
    const filled = [...Array(15).fill("x".repeat(1_000)), "x".repeat(820), 1];
    expect(loggable([...filled, 2, { a: 3 }])).toEqual([...filled, "...", "..."]);
  });
});
