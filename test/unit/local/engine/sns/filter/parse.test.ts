import { describe, expect, test } from "vitest";
import type { FilterPolicyScope } from "../../../../../../lib/local/engine/sns/filter/index.ts";
import { FilterPolicyError, parseFilterPolicy } from "../../../../../../lib/local/engine/sns/filter/index.ts";

function problemOf(policy: unknown, scope: FilterPolicyScope = "MessageAttributes"): string | undefined {
  try {
    parseFilterPolicy(typeof policy === "string" ? policy : JSON.stringify(policy), scope);
    return undefined;
  } catch (error) {
    if (error instanceof FilterPolicyError) {
      return error.message;
    }
    throw error;
  }
}

const values = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`);

describe("a filter policy that SNS refuses", () => {
  test.each([
    [{ key: [["value"]] }, "Match value must be String, number, true, false, or null"],
    [{ key: [{ "wrong-operator": true }] }, "Unrecognized match type wrong-operator"],
    [{ key: [{ suffix: "a", prefix: "b" }] }, "Only one key allowed in match expression"],
    [{ key: [] }, "Empty arrays are not allowed"],
    [{ key: "value" }, '"key" must be an object or an array'],
    [{ key: { suffix: "value" } }, '"suffix" must be an object or an array'],
    [{ key: [{ suffix: 100 }] }, "suffix match pattern must be a string"],
    [{ key: [{ suffix: null }] }, "suffix match pattern must be a string"],
    [{ key: [{ prefix: ["a"] }] }, "prefix match pattern must be a string"],
    [{ key: [{ "equals-ignore-case": 1 }] }, "equals-ignore-case match pattern must be a string"],
    [{ key: [{ wildcard: "a**b" }] }, "Consecutive wildcard characters at pos 1"],
    [{ key: [{ wildcard: "a\\b" }] }, "Invalid escape character at pos 1"],
    [{ key: [{ exists: null }] }, "exists match pattern must be either true or false."],
    [{ key: [{ exists: "no" }] }, "exists match pattern must be either true or false."],
    [{ key: [{ cidr: ["x"] }] }, "prefix match pattern must be a string"],
    [{ key: [{ cidr: "bad-filter" }] }, "Malformed CIDR, one '/' required"],
    [{ key: [{ cidr: "bad-filter/64" }] }, "Nonstandard IP address: bad-filter"],
    [{ key: [{ cidr: "bad-/64filter" }] }, "Malformed CIDR, mask bits must be an integer"],
    [{ key: [{ cidr: "xx.11.xx/8" }] }, "Nonstandard IP address: xx.11.xx"],
    [{ key: [{ cidr: "xxxx:db8:1234:1a00::/64" }] }, "Nonstandard IP address: xxxx:db8:1234:1a00::"],
    [{ key: [{ cidr: "10.0.0.0/33" }] }, "Malformed CIDR, mask bits must be between 0 and 32, not 33"],
    [{ key: [{ numeric: 1 }] }, "Value of numeric must be an array."],
    [{ key: [{ numeric: [] }] }, "Invalid member in numeric match: ]"],
    [{ key: [{ numeric: ["operator"] }] }, "Unrecognized numeric range operator: operator"],
    [{ key: [{ numeric: [1, "<="] }] }, "Invalid member in numeric match: 1"],
    [{ key: [{ numeric: ["=", "000"] }] }, "Value of equals must be numeric"],
    [{ key: [{ numeric: [">="] }] }, "Value of >= must be numeric"],
    [{ key: [{ numeric: ["<", 100, ">", 10] }] }, "Too many elements in numeric expression"],
    [{ key: [{ numeric: [">=", 1, ">", 2] }] }, "Bad numeric range operator: >"],
    [{ key: [{ numeric: [">", 3, "<", 1] }] }, "Bottom must be less than top"],
    [{ key: [{ numeric: [">", 20, "<="] }] }, "Value of <= must be numeric"],
    [{ key: [{ numeric: [">", 20, 30] }] }, "Bad value in numeric range: 30"],
    [{ key: [{ numeric: [">", 20, "<", 30, "<", 50] }] }, "Too many terms in numeric range expression"],
    [{ key: [{ numeric: ["=", 1_000_000_001] }] }, "Value must be between -1.0e9 and 1.0e9, inclusive, not 1000000001"],
    [{ key: [-1_000_000_001] }, "Value must be between -1.0e9 and 1.0e9, inclusive, not -1000000001"],
    [{ key: [{ numeric: ["<", 0.123456] }] }, "Only 5 digits after the decimal point are supported, not 0.123456"],
    [{ key: [{ "anything-but": { "wrong-operator": null } }] }, "Unsupported anything-but pattern: wrong-operator"],
    [
      { key: [{ "anything-but": { "equals-ignore-case": "x" } }] },
      "Unsupported anything-but pattern: equals-ignore-case",
    ],
    [{ key: [{ "anything-but": { toString: "x" } }] }, "Unsupported anything-but pattern: toString"],
    [{ key: [{ wildcard: "a*b*c*d*e" }] }, "Wildcard pattern can have at most 3 wildcard characters"],
    [{ key: [{ "anything-but": { wildcard: "****" } }] }, "Consecutive wildcard characters at pos 0"],
    [{ key: Array.from({ length: 11 }, (_, index) => ({ wildcard: `${index}*` })) }, "Filter policy is too complex"],
    [{ key: Array.from({ length: 4 }, (_, index) => ({ wildcard: `${index}*a*b*` })) }, "Filter policy is too complex"],
    [{ key: [{ "anything-but": { exists: false } }] }, "Unsupported anything-but pattern: exists"],
    [{ key: [{ "anything-but": { prefix: false } }] }, "prefix match pattern must be a string"],
    [{ key: [{ "anything-but": [] }] }, "Empty arrays are not allowed"],
    [{ key: [{ "anything-but": [null] }] }, "Inside anything but list, start|null|boolean is not supported."],
    [
      { key: [{ "anything-but": ["a", 1] }] },
      "Inside anything but list, either all values are number or string, mixed type is not supported",
    ],
    [{ key: [{}] }, "Empty objects are not allowed"],
    ["[]", "Filter is not an object"],
    ["null", "Filter is not an object"],
  ])("%j", (policy, problem) => {
    expect(problemOf(policy)).toBe(problem);
  });

  test("is no JSON", () => {
    expect(problemOf("invalid")).toMatch(/^failed to parse JSON\. /);
  });

  test("nests with the scope MessageAttributes, and only there", () => {
    const policy = { object: { nested: ["value"] } };
    expect(problemOf(policy)).toBe("Filter policy scope MessageAttributes does not support nested filter policy");
    expect(problemOf(policy, "MessageBody")).toBeUndefined();
    expect(problemOf({ $or: [{ a: { b: ["c"] } }, { d: ["e"] }] })).toContain("does not support nested");
  });

  test("is larger than 256 KB", () => {
    expect(problemOf({ key: ["x".repeat(262_144)] })).toBe("Filter policy is larger than 262144 bytes");
  });
});

describe("the limit of 5 keys", () => {
  const policyWith = (count: number) => Object.fromEntries(values(count).map((name) => [name, ["x"]]));

  test("counts every key of attributes", () => {
    expect(problemOf(policyWith(5))).toBeUndefined();
    expect(problemOf(policyWith(6))).toBe("Filter policy can not have more than 5 keys");
    expect(problemOf({ ...policyWith(4), $or: [{ p: ["x"] }, { q: ["x"] }] })).toBe(
      "Filter policy can not have more than 5 keys",
    );
  });

  test("counts only the top-level keys of a body", () => {
    expect(problemOf(policyWith(6), "MessageBody")).toBe("Filter policy can not have more than 5 keys");
    expect(problemOf({ a: policyWith(6) }, "MessageBody")).toBeUndefined();
  });
});

describe("the limit of 150 combinations", () => {
  const tooComplex = "Filter policy is too complex";

  test("multiplies the values of all keys", () => {
    expect(problemOf({ key: values(150) })).toBeUndefined();
    expect(problemOf({ key: values(151) })).toBe(tooComplex);
    expect(problemOf({ a: values(15), b: values(10) })).toBeUndefined();
    expect(problemOf({ a: values(100), b: values(51) })).toBe(tooComplex);
  });

  test("counts a nested key times its level: 3x4 x 2x3 x 1x3 = 216", () => {
    const nested = (last: number) => ({
      a: { b: { c: values(4) } },
      d: { e: values(3) },
      f: values(last),
    });
    expect(problemOf(nested(3), "MessageBody")).toBe(tooComplex);
    expect(problemOf(nested(2), "MessageBody")).toBeUndefined();
  });

  test("adds up the alternatives of $or: 3x6 + 3x4x4 + 3x4x7 = 150", () => {
    const policy = (last: number) => ({
      source: values(3),
      $or: [{ name: values(6) }, { type: values(4), $or: [{ id: values(4) }, { space: values(last) }] }],
    });
    expect(problemOf(policy(7))).toBeUndefined();
    expect(problemOf(policy(8))).toBe(tooComplex);
  });

  test("stops a policy whose expansion would explode", () => {
    const branches = Array.from({ length: 40 }, (_, index) => ({ [`k${index}`]: ["x"] }));
    const nest = (depth: number): object => (depth === 0 ? { leaf: ["x"] } : { $or: branches, n: nest(depth - 1) });
    expect(problemOf(nest(12), "MessageBody")).toBe(tooComplex);
  });
});

test("$or with an operator's name, or with one branch, is a key like any other", () => {
  expect(problemOf({ $or: [{ prefix: "a" }, { suffix: "b" }] })).toBeUndefined();
  expect(problemOf({ $or: [{ a: ["x"] }] })).toBe("Unrecognized match type a");
});
