import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RoutingAttributes } from "../../../lib/contract/index.ts";
import {
  assertAttributeCount,
  attributeBytes,
  encodeAttributes,
  messageBytes,
  utf8Bytes,
} from "../../../lib/wire/index.ts";
import { anyText } from "./arbitraries.ts";

const encode = (routing: RoutingAttributes) => encodeAttributes("Placed", routing, {});
const encodeOne = (value: RoutingAttributes[string]) => encode({ it: value }).it;
const count = (attributes: number) =>
  Object.fromEntries(
    Array.from({ length: attributes }, (_, at) => [`a${at}`, { DataType: "String", StringValue: "x" }]),
  );

describe("encodeAttributes", () => {
  it("writes each type", () => {
    expect(encode({ text: "eu", number: 1.5, yes: true, no: false, list: ["a", 'b"'] })).toEqual({
      text: { DataType: "String", StringValue: "eu" },
      number: { DataType: "Number", StringValue: "1.5" },
      yes: { DataType: "String", StringValue: "true" },
      no: { DataType: "String", StringValue: "false" },
      list: { DataType: "String.Array", StringValue: '["a","b\\""]' },
    });
  });

  it("leaves undefined out and keeps reserved attributes", () => {
    const reserved = { type: { DataType: "String", StringValue: "t" } };
    expect(encodeAttributes("Placed", { region: undefined }, reserved)).toEqual(reserved);
  });

  it("keeps a name that means something to JavaScript", () => {
    const routing = Object.fromEntries([["__proto__", "x"]]);
    const encoded = encode(routing);
    expect(Object.entries(encoded)).toEqual([["__proto__", { DataType: "String", StringValue: "x" }]]);
    expect(Object.getPrototypeOf(encoded)).toBe(Object.prototype);
  });

  it("writes numbers without exponents, and exactly", () => {
    expect(encodeOne(1e21)?.StringValue).toBe("1000000000000000000000");
    expect(encodeOne(1e-7)?.StringValue).toBe("0.0000001");
    expect(encodeOne(-1.5e-9)?.StringValue).toBe("-0.0000000015");
    expect(encodeOne(-0)?.StringValue).toBe("0");
    const inRange = fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((value) => value === 0 || (Math.abs(value) >= 1e-128 && Math.abs(value) <= 1e126));
    fc.assert(
      fc.property(inRange, (value) => {
        const text = encodeOne(value)?.StringValue ?? "";
        expect(text).toMatch(/^-?\d+(\.\d+)?$/);
        expect(Number(text)).toBe(value === 0 ? 0 : value);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [Number.NaN, "is NaN"],
    [Number.POSITIVE_INFINITY, "is Infinity"],
    [1e127, "is 1e+127"],
    [-1e127, "is -1e+127"],
    [1e-129, "is 1e-129"],
    ["", "is empty"],
    ["a\u0000", "character that SQS refuses"],
    ["\uFFFE", "character that SQS refuses"],
    ["\uD800", "character that SQS refuses"],
  ])("refuses %j", (value, message) => {
    expect(() => encodeOne(value)).toThrow(
      expect.objectContaining({
        code: "AttributeInvalid",
        field: "Placed.attributes.it",
        message: expect.stringContaining(message),
        remedy: expect.any(String),
      }),
    );
  });

  it("names the item of a list that cannot be sent", () => {
    expect(() => encodeOne(["fine", "\u0001"])).toThrow(
      expect.objectContaining({ code: "AttributeInvalid", field: "Placed.attributes.it.1" }),
    );
    expect(() => encodeOne([""])).toThrow(expect.objectContaining({ field: "Placed.attributes.it.0" }));
  });

  it.each([[null], [{ a: 1 }], [1n], [new Date(0)], [() => 1], [Symbol("s")]])(
    "refuses what is no attribute at all: %o",
    (value) => {
      // @ts-expect-error what a JavaScript contract may answer
      expect(() => encodeOne(value)).toThrow(
        expect.objectContaining({ code: "AttributeInvalid", field: "Placed.attributes.it" }),
      );
    },
  );

  it.each([[[1, 2]], [["a", null]]])("refuses lists of other things than text: %j", (value) => {
    // @ts-expect-error what a JavaScript contract may answer
    expect(() => encodeOne(value)).toThrow(expect.objectContaining({ code: "AttributeInvalid" }));
  });

  it("takes text of all characters that SQS takes", () => {
    const text = "\t\n\r ~\u007F\u0085\uD7FF\uE000\uFFFD😀\u{10FFFF}";
    expect(encodeOne(text)?.StringValue).toBe(text);
  });

  it("never tells the value, which may be personal data", () => {
    expect(() => encodeOne("s3cret\u0000")).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("s3cret") }),
    );
  });
});

describe("the limit of 10 attributes", () => {
  it("holds for routing and reserved attributes together", () => {
    expect(Object.keys(encodeAttributes("Placed", { more: "x" }, count(9)))).toHaveLength(10);
    expect(() => encodeAttributes("Placed", { more: "x" }, count(10))).toThrow(
      expect.objectContaining({
        code: "TooManyAttributes",
        field: "Placed.attributes",
        limit: "10 attributes",
        message: expect.stringContaining("11"),
        remedy: expect.stringContaining("raw delivery"),
      }),
    );
  });

  it("does not count what is left out", () => {
    expect(Object.keys(encodeAttributes("Placed", { more: undefined }, count(10)))).toHaveLength(10);
    expect(() => assertAttributeCount("Placed", count(11))).toThrow();
  });
});

describe("sizes", () => {
  it("are those of UTF-8, the sum of body, names, types and values", () => {
    const attributes = fc.dictionary(
      anyText,
      fc.oneof(
        fc.record({ DataType: fc.constantFrom("String", "Number", "String.Array"), StringValue: anyText }),
        fc.record({ DataType: fc.constant("Binary"), BinaryValue: fc.uint8Array() }),
      ),
    );
    fc.assert(
      fc.property(anyText, attributes, (body, given) => {
        let expected = Buffer.from(body).length;
        for (const [name, attribute] of Object.entries(given)) {
          expected += Buffer.from(name).length + Buffer.from(attribute.DataType).length;
          expected +=
            "StringValue" in attribute ? Buffer.from(attribute.StringValue).length : attribute.BinaryValue.length;
        }
        expect(messageBytes(body, given)).toBe(expected);
        expect(utf8Bytes(body) + attributeBytes(given)).toBe(expected);
      }),
    );
  });

  it("count characters beyond ASCII as SNS and SQS do", () => {
    expect(utf8Bytes("é😀")).toBe(6);
    expect(messageBytes("é", { it: { DataType: "String", StringValue: "😀" } })).toBe(2 + 2 + 6 + 4);
  });
});
