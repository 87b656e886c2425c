import fc from "fast-check";
import { expect, test } from "vitest";
import { compileFilters } from "../../../../lib/local/pollers/index.ts";
import type { SqsRecord } from "../../../../lib/std/index.ts";

function record(body: unknown, more: Partial<SqsRecord> = {}): SqsRecord {
  return {
    messageId: "1",
    receiptHandle: "r",
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: "1" },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:000000000000:q",
    awsRegion: "eu-central-1",
    ...more,
  };
}

const passes = (pattern: unknown, body: unknown): boolean =>
  compileFilters([JSON.stringify({ body: pattern })])(record(body));

test.each([
  ["equal", { a: ["x"] }, { a: "x" }, { a: "y" }],
  ["number is not text", { a: [1] }, { a: 1 }, { a: "1" }],
  ["null", { a: [null] }, { a: null }, {}],
  ["empty text", { a: [""] }, { a: "" }, { a: "x" }],
  ["one of several", { a: ["x", "y"] }, { a: "y" }, { a: "z" }],
  ["all fields", { a: ["x"], b: ["y"] }, { a: "x", b: "y" }, { a: "x" }],
  ["nested", { a: { b: ["x"] } }, { a: { b: "x" } }, { a: "x" }],
  ["a list in the body", { a: ["x"] }, { a: ["w", "x"] }, { a: ["w"] }],
  ["objects in a list of the body", { a: { b: ["x"] } }, { a: [{ b: "w" }, { b: "x" }] }, { a: [{ b: "w" }] }],
  ["prefix", { a: [{ prefix: "ab" }] }, { a: "abc" }, { a: "xab" }],
  ["suffix", { a: [{ suffix: "bc" }] }, { a: "abc" }, { a: "bcx" }],
  ["prefix without case", { a: [{ prefix: { "equals-ignore-case": "AB" } }] }, { a: "abc" }, { a: "xab" }],
  ["equals-ignore-case", { a: [{ "equals-ignore-case": "Ab" }] }, { a: "aB" }, { a: "abc" }],
  ["wildcard", { a: [{ wildcard: "a*c*" }] }, { a: "abcd" }, { a: "xabc" }],
  ["anything-but", { a: [{ "anything-but": ["x", "y"] }] }, { a: "z" }, { a: "y" }],
  ["anything-but of an absent field", { a: [{ "anything-but": ["x"] }] }, { a: "z" }, {}],
  ["anything-but prefix", { a: [{ "anything-but": { prefix: "x" } }] }, { a: "y" }, { a: "xy" }],
  ["numeric range", { a: [{ numeric: [">", 1, "<=", 3] }] }, { a: 3 }, { a: 1 }],
  ["exists", { a: [{ exists: true }] }, { a: 0 }, { b: 0 }],
  ["exists false", { a: [{ exists: false }] }, { b: 0 }, { a: 0 }],
  ["exists false below an absent object", { a: { b: [{ exists: false }] } }, {}, { a: { b: 1 } }],
  ["$or", { $or: [{ a: ["x"] }, { b: [{ exists: true }] }] }, { b: 1 }, { a: "y" }],
])("%s", (_name, pattern, match, noMatch) => {
  expect(passes(pattern, match)).toBe(true);
  expect(passes(pattern, noMatch)).toBe(false);
});

test("body and pattern of different kinds do not match", () => {
  expect(passes({ a: ["x"] }, "plain text")).toBe(false);
  expect(passes(["plain text"], "plain text")).toBe(true);
  expect(passes(["plain text"], "other")).toBe(false);
  expect(passes(["x"], { a: "x" })).toBe(false);
});

test("no filter passes everything, several are alternatives, metadata can be matched", () => {
  expect(compileFilters([])(record("x"))).toBe(true);
  const either = compileFilters(['{"body":{"a":["x"]}}', '{"body":{"b":["y"]}}']);
  expect([{ a: "x" }, { b: "y" }, { c: "z" }].map((body) => either(record(body)))).toEqual([true, true, false]);
  const byAttribute = compileFilters(['{"messageAttributes":{"kind":{"stringValue":["a"]}}}']);
  const attribute = (stringValue: string) => ({
    messageAttributes: { kind: { stringValue, stringListValues: [], binaryListValues: [], dataType: "String" } },
  });
  expect(byAttribute(record("x", attribute("a")))).toBe(true);
  expect(byAttribute(record("x", attribute("b")))).toBe(false);
});

test.each([
  ["not JSON", "{"],
  ["not an object", "[]"],
  ["a value that is no list", '{"body":{"a":"x"}}'],
  ["an empty list", '{"body":{"a":[]}}'],
  ["an unknown operator", '{"body":{"a":[{"like":"x"}]}}'],
  ["two operators in one", '{"body":{"a":[{"prefix":"x","suffix":"y"}]}}'],
  ["numeric without a number", '{"body":{"a":[{"numeric":[">","1"]}]}}'],
  ["$or of no objects", '{"body":{"$or":[1]}}'],
])("refuses a pattern: %s", (_name, pattern) => {
  expect(() => compileFilters([pattern])).toThrow(
    expect.objectContaining({
      code: "MappingInvalid",
      message: expect.stringContaining("Invalid filter pattern definition"),
    }),
  );
});

test("anything-but is the complement of equal for fields that are there", () => {
  const scalars = fc.oneof(fc.string(), fc.integer());
  fc.assert(
    fc.property(scalars, fc.array(scalars, { minLength: 1 }), (value, choices) => {
      expect(passes({ a: [{ "anything-but": choices }] }, { a: value })).toBe(!passes({ a: choices }, { a: value }));
    }),
  );
});
