import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileDataFilter } from "../../../infra/constructs/topic/data-filter.ts";
import { isFanfareError } from "../../../lib/errors/index.ts";
import { parseFilterPolicy } from "../../../lib/local/engine/sns/filter/index.ts";
import { orders } from "../fixtures/contract.ts";
import { newStack, newTopic, refusal } from "./support.ts";

const stack = newStack();

/** Why synthesis refuses conditions on the data; `undefined` if it accepts them. */
function refusedAtSynth(whereData: object): string | undefined {
  try {
    compileDataFilter(stack, { contract: orders, events: ["OrderPlaced"], whereData, types: true });
    return undefined;
  } catch (error) {
    if (isFanfareError(error, "ConfigurationInvalid")) {
      return error.message;
    }
    throw error;
  }
}

/** Why the engine, which follows SNS, refuses them. */
function refusedBySns(whereData: object): string | undefined {
  try {
    parseFilterPolicy(JSON.stringify({ type: ["orders.OrderPlaced"], data: whereData }), "MessageBody");
    return undefined;
  } catch (error) {
    return String(error);
  }
}

describe("every operator", () => {
  test.each<[unknown, string | undefined]>([
    ["eu", undefined],
    [null, undefined],
    [true, undefined],
    [1.5, undefined],
    [{ prefix: "a" }, undefined],
    [{ suffix: "a" }, undefined],
    [{ "equals-ignore-case": "a" }, undefined],
    [{ wildcard: "a*b*c*" }, undefined],
    [{ wildcard: "a\\*b\\\\*" }, undefined],
    [{ cidr: "10.0.0.0/24" }, undefined],
    [{ cidr: "2001:db8::/32" }, undefined],
    [{ exists: false }, undefined],
    [{ numeric: ["=", 1] }, undefined],
    [{ numeric: [">", 1, "<=", 5] }, undefined],
    [{ "anything-but": "a" }, undefined],
    [{ "anything-but": [1, 2] }, undefined],
    [{ "anything-but": { prefix: "a" } }, undefined],
    [{ "anything-but": { suffix: ["a", "b"] } }, undefined],
    [{ "anything-but": { wildcard: "a*" } }, undefined],
    [{ prefix: 1 }, "prefix takes a string"],
    [{ wildcard: "a*b*c*d*" }, "at most 3 *"],
    [{ wildcard: "a**" }, "two * never stand together"],
    [{ wildcard: "a\\b" }, "a backslash stands before *"],
    [{ cidr: "10.0.0.0/33" }, "not an address range"],
    [{ cidr: "10.0.0/8" }, "not an address range"],
    [{ cidr: "2001:db8::/129" }, "not an address range"],
    [{ exists: "yes" }, "exists takes true or false"],
    [{ numeric: [] }, "numeric takes"],
    [{ numeric: ["!=", 1] }, "numeric takes"],
    [{ numeric: ["<", 1, ">", 0] }, "a range has a lower and then an upper bound"],
    [{ numeric: [">", 1, "<", 5, "<", 6] }, "a range has"],
    [{ numeric: [">", 5, "<", 5] }, "no number is above 5"],
    [{ "anything-but": [] }, "at least one and not both"],
    [{ "anything-but": ["a", 1] }, "at least one and not both"],
    [{ "anything-but": { "equals-ignore-case": "a" } }, "inside anything-but"],
    [{ "anything-but": { wildcard: "**" } }, "two * never"],
    [{ startsWith: "a" }, "there is no operator startsWith"],
    [{ prefix: "a", suffix: "b" }, "exactly one operator"],
    [{}, "exactly one operator"],
    [["a"], "exactly one operator"],
  ])("%j: %s", (condition, problem) => {
    const whereData = { region: [condition] };
    const refused = refusedAtSynth(whereData);
    expect(refusedBySns(whereData) === undefined).toBe(refused === undefined);
    if (problem === undefined) {
      expect(refused).toBeUndefined();
    } else {
      expect(refused).toContain(problem);
      expect(refused).toContain("whereData.region has the condition");
    }
    // Attributes know the same operators.
    const onAttribute = () =>
      newTopic().fanOut("A", { events: ["OrderPlaced"], where: { region: [condition as "eu"] } });
    if (problem === undefined) {
      expect(onAttribute).not.toThrow();
    } else {
      expect(refusal(onAttribute)).toContain(problem);
    }
  });
});

describe("alternatives", () => {
  test("need two, are checked inside, and are added up", () => {
    expect(refusedAtSynth({ $or: [{ region: ["eu"] }] })).toContain("whereData.$or needs at least two alternatives");
    expect(refusedAtSynth({ $or: [{ region: ["eu"] }, { total: [] }] })).toContain("whereData.$or.total");
    expect(refusedAtSynth({ $or: [{ region: ["eu"] }, { total: [{ numeric: [1] }] }] })).toContain("numeric takes");
    const values = (count: number) => Array.from({ length: count }, (_, index) => `r${index}`);
    // One event type x (74 values + 1) x depth 2.
    expect(refusedAtSynth({ $or: [{ region: values(74) }, { region: ["x"] }] })).toBeUndefined();
    expect(refusedAtSynth({ $or: [{ region: values(75) }, { region: ["x"] }] })).toContain("152 combinations");
  });

  test("wildcards have a price, in all lists together", () => {
    const patterns = (count: number) => Array.from({ length: count }, (_, index) => ({ wildcard: `${index}*a*b*` }));
    // 3 patterns of 9 points, times 3; one more makes it 144.
    expect(refusedAtSynth({ region: patterns(3) })).toBeUndefined();
    expect(refusedAtSynth({ region: patterns(4) })).toContain("144 points of wildcards, but SNS allows at most 100");
    expect(refusedBySns({ region: patterns(4) })).toBeDefined();
  });
});

test("synthesis refuses what SNS refuses, and nothing else", () => {
  const text = fc.constantFrom(
    "",
    "a",
    "a*",
    "*b*",
    "a**",
    "a*b*c*d*",
    "\\*",
    "\\x",
    "10.0.0.0/8",
    "10.0.0.0/40",
    "::/0",
  );
  const bound = fc.constantFrom(-1, 0, 1, 1.5);
  const plain = { noNullPrototype: true };
  const scalar = fc.oneof(text, bound, fc.boolean(), fc.constant(null));
  const operand = fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 3 }),
    fc.array(fc.oneof(fc.constantFrom("=", "<", "<=", ">", ">="), bound), { maxLength: 5 }),
    fc.record({ wildcard: text }, plain),
    fc.record({ prefix: fc.oneof(text, fc.array(text, { maxLength: 2 })) }, plain),
    fc.record({ cidr: text }, plain),
  );
  const operator = fc.constantFrom("prefix", "suffix", "wildcard", "cidr", "numeric", "exists", "anything-but", "like");
  const condition = fc.oneof(
    scalar,
    fc.tuple(operator, operand).map(([name, value]) => ({ [name]: value })),
  );
  fc.assert(
    fc.property(fc.array(condition, { minLength: 1, maxLength: 3 }), (conditions) => {
      const whereData = { region: conditions };
      expect({ whereData, refused: refusedAtSynth(whereData) !== undefined }).toEqual({
        whereData,
        refused: refusedBySns(whereData) !== undefined,
      });
    }),
    { numRuns: 3_000 },
  );
});
