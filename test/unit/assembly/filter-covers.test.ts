import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { filterCovers } from "../../../lib/assembly/diff/filter-covers.ts";
import {
  FilterableMessage,
  matchesFilterPolicy,
  parseFilterPolicy,
} from "../../../lib/local/engine/sns/filter/index.ts";

describe("filterCovers", () => {
  test.each([
    ["no filter", undefined, { a: ["x"] }, true],
    ["a filter where there was none", { a: ["x"] }, undefined, false],
    ["another value", { a: ["x", "y"] }, { a: ["x"] }, true],
    ["one value less", { a: ["x"] }, { a: ["x", "y"] }, false],
    ["one condition less", { a: ["x"] }, { a: ["x"], b: ["y"] }, true],
    ["one condition more", { a: ["x"], b: ["y"] }, { a: ["x"] }, false],
    ["a shorter prefix", { a: [{ prefix: "or" }] }, { a: [{ prefix: "order" }] }, true],
    ["a longer prefix", { a: [{ prefix: "order" }] }, { a: [{ prefix: "or" }] }, false],
    ["a prefix for a value", { a: [{ prefix: "or" }] }, { a: ["order"] }, true],
    ["a wider range", { a: [{ numeric: [">=", 10] }] }, { a: [{ numeric: [">", 10, "<", 20] }] }, true],
    ["a range without its end", { a: [{ numeric: [">", 10] }] }, { a: [{ numeric: [">=", 10] }] }, false],
    ["fewer exceptions", { a: [{ "anything-but": ["x"] }] }, { a: [{ "anything-but": ["x", "y"] }] }, true],
    ["more exceptions", { a: [{ "anything-but": ["x", "y"] }] }, { a: [{ "anything-but": ["x"] }] }, false],
    ["an exception of what came", { a: [{ "anything-but": ["x"] }] }, { a: ["x"] }, false],
    ["any value", { a: [{ exists: true }] }, { a: [{ numeric: ["=", 5] }, "x"] }, true],
    ["any value for none", { a: [{ exists: true }] }, { a: [{ exists: false }] }, false],
    ["one more alternative", { $or: [{ a: ["x"] }, { b: ["y"] }] }, { a: ["x"] }, true],
    ["one alternative less", { a: ["x"] }, { $or: [{ a: ["x"] }, { b: ["y"] }] }, false],
  ])("%s: %j covers %j: %s", (_name, wide, narrow, expected) => {
    expect(filterCovers(wide, narrow)).toBe(expected);
  });

  const word = fc.constantFrom("a", "ab", "abc", "b", "ba");
  const number = fc.integer({ min: -2, max: 3 });
  const condition = fc.oneof(
    word,
    number,
    word.map((prefix) => ({ prefix })),
    word.map((suffix) => ({ suffix })),
    word.map((text) => ({ "equals-ignore-case": text })),
    fc.boolean().map((exists) => ({ exists })),
    fc.uniqueArray(word, { minLength: 1, maxLength: 3 }).map((list) => ({ "anything-but": list })),
    fc.tuple(fc.constantFrom(">", ">=", "<", "<=", "="), number).map((numeric) => ({ numeric })),
  );
  const key = fc.uniqueArray(condition, { minLength: 1, maxLength: 3 });
  const policy = fc.dictionary(fc.constantFrom("k", "l"), key, { minKeys: 1, maxKeys: 2 });
  const attributes = fc.dictionary(fc.constantFrom("k", "l"), fc.oneof(word, number), { maxKeys: 2 });

  test("says so only where no message is lost that the engine of the local runtime lets through", () => {
    const lets = (filter: object, values: Readonly<Record<string, string | number>>) =>
      matchesFilterPolicy(parseFilterPolicy(JSON.stringify(filter), "MessageAttributes"), messageWith(values));
    fc.assert(
      fc.property(policy, policy, attributes, (wide, narrow, values) => {
        if (filterCovers(wide, narrow) && lets(narrow, values)) {
          expect(lets(wide, values), `${JSON.stringify(values)} passes only the narrow filter`).toBe(true);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

function messageWith(values: Readonly<Record<string, string | number>>): FilterableMessage {
  const attributes = Object.entries(values).map(([name, value]) => [
    name,
    { DataType: typeof value === "number" ? "Number" : "String", StringValue: String(value) },
  ]);
  return new FilterableMessage(Object.fromEntries(attributes), "");
}
