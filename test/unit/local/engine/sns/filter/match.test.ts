import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  FilterableMessage,
  matchesFilterPolicy,
  parseFilterPolicy,
} from "../../../../../../lib/local/engine/sns/filter/index.ts";
import { countSteps } from "../../../../../support/count-steps.ts";

type Attribute = { DataType: string; StringValue?: string };

const text = (StringValue: string): Attribute => ({ DataType: "String", StringValue });
const number = (value: number | string): Attribute => ({ DataType: "Number", StringValue: String(value) });
const list = (...values: readonly unknown[]): Attribute => ({
  DataType: "String.Array",
  StringValue: JSON.stringify(values),
});

function attributesMatch(policy: object, attributes: Record<string, Attribute>): boolean {
  const parsed = parseFilterPolicy(JSON.stringify(policy), "MessageAttributes");
  return matchesFilterPolicy(parsed, new FilterableMessage(attributes, "body"));
}

function bodyMatches(policy: object, body: unknown): boolean {
  const parsed = parseFilterPolicy(JSON.stringify(policy), "MessageBody");
  return matchesFilterPolicy(parsed, new FilterableMessage({}, typeof body === "string" ? body : JSON.stringify(body)));
}

const key = (...matchers: readonly unknown[]) => ({ key: matchers });

describe("operators over message attributes", () => {
  test.each<[string, object, Attribute, boolean]>([
    ["equal text", key("rugby"), text("rugby"), true],
    ["equal text, case counts", key("rugby"), text("Rugby"), false],
    ["one of several", key("rugby", "tennis"), text("tennis"), true],
    ["a number is not its text", key("1"), number(1), false],
    ["a text is not its number", key(1), text("1"), false],
    ["equal number in another notation", key({ numeric: ["=", 301.5] }), number("3.015e2"), true],
    ["a plain number", key(100), number("100.0"), true],
    ["five digits count", key(0.12345), number("0.123451"), true],
    ["prefix", key({ prefix: "bas" }), text("baseball"), true],
    ["prefix misses", key({ prefix: "bas" }), text("rugby"), false],
    ["suffix", key({ suffix: "ball" }), text("baseball"), true],
    ["suffix misses", key({ suffix: "ball" }), text("rugby"), false],
    ["equals-ignore-case", key({ "equals-ignore-case": "TENNIS" }), text("tennis"), true],
    ["equals-ignore-case misses", key({ "equals-ignore-case": "tennis" }), text("tennis!"), false],
    ["wildcard", key({ wildcard: "*ball*field" }), text("baseball infield"), true],
    ["wildcard, parts must not overlap", key({ wildcard: "ab*ba" }), text("aba"), false],
    ["wildcard stands for nothing, too", key({ wildcard: "*ball*" }), text("ball"), true],
    ["wildcard with an escaped star", key({ wildcard: "5\\*x*" }), text("5*xy"), true],
    ["wildcard with an escaped star misses", key({ wildcard: "5\\*x*" }), text("55xy"), false],
    ["cidr IPv4", key({ cidr: "10.0.0.0/24" }), text("10.0.0.255"), true],
    ["cidr IPv4 misses", key({ cidr: "10.0.0.0/24" }), text("10.1.1.0"), false],
    ["cidr from the middle of its range", key({ cidr: "10.0.0.77/24" }), text("10.0.0.1"), true],
    ["cidr IPv6", key({ cidr: "2001:db8:1234:1a00::/64" }), text("2001:db8:1234:1a00::1:2"), true],
    ["cidr IPv6 misses", key({ cidr: "2001:db8:1234:1a00::/64" }), text("2001:db8:1234:1a01::"), false],
    ["cidr on what is no address", key({ cidr: "0.0.0.0/0" }), text("nowhere"), false],
    ["numeric >", key({ numeric: [">", 0] }), number(0), false],
    ["numeric >=", key({ numeric: [">=", 0] }), number(0), true],
    ["numeric <", key({ numeric: ["<", 10] }), number(9.99), true],
    ["numeric <=", key({ numeric: ["<=", 10] }), number(10), true],
    ["numeric range", key({ numeric: [">", 0, "<=", 150] }), number(150), true],
    ["numeric range misses", key({ numeric: [">", 0, "<=", 150] }), number(150.1), false],
    ["numeric on text", key({ numeric: [">", 0] }), text("1"), false],
    ["exists", key({ exists: true }), text("anything"), true],
    ["exists false, but present", key({ exists: false }), text("anything"), false],
    ["anything-but a value", key({ "anything-but": "rugby" }), text("tennis"), true],
    ["anything-but a value misses", key({ "anything-but": "rugby" }), text("rugby"), false],
    ["anything-but a list", key({ "anything-but": ["rugby", "tennis"] }), text("tennis"), false],
    ["anything-but numbers", key({ "anything-but": [100, 500] }), number(100.1), true],
    ["anything-but numbers misses", key({ "anything-but": [100, 500] }), number("1e2"), false],
    ["anything-but prefix", key({ "anything-but": { prefix: "order-" } }), text("data-entry"), true],
    ["anything-but prefix misses", key({ "anything-but": { prefix: "order-" } }), text("order-cancelled"), false],
    ["anything-but prefixes", key({ "anything-but": { prefix: ["a", "b"] } }), text("bc"), false],
    ["anything-but suffix", key({ "anything-but": { suffix: "ball" } }), text("rugby"), true],
    ["anything-but suffix misses", key({ "anything-but": { suffix: "ball" } }), text("baseball"), false],
    ["anything-but wildcard", key({ "anything-but": { wildcard: "*ball" } }), text("rugby"), true],
    ["anything-but wildcard misses", key({ "anything-but": { wildcard: "*ball" } }), text("football"), false],
    ["an array with one that is wanted", key("rugby"), list("golf", "rugby"), true],
    ["an array without", key("rugby"), list("golf"), false],
    ["an array's boolean", key(true), list(true), true],
    ["an array's null", key(null), list(null), true],
    ["an array's number", key({ numeric: [">", 1] }), list(1, 2), true],
    ["anything-but needs one element that is not excluded", key({ "anything-but": ["a"] }), list("a", "b"), true],
    ["anything-but with all elements excluded", key({ "anything-but": ["a", "b"] }), list("a", "b"), false],
    ["an empty array has no value", key({ exists: true }), list(), false],
    ["an array that is no JSON", key({ exists: true }), { DataType: "String.Array", StringValue: "oops" }, false],
    ["a binary attribute is ignored", key({ exists: true }), { DataType: "Binary" }, false],
    ["a number that is none", key({ exists: true }), { DataType: "Number", StringValue: "many" }, false],
  ])("%s", (_name, policy, attribute, expected) => {
    expect(attributesMatch(policy, { key: attribute, other: text("x") })).toBe(expected);
  });
});

describe("a missing attribute", () => {
  test("fails every operator but exists: false", () => {
    expect(attributesMatch(key("a"), { other: text("a") })).toBe(false);
    expect(attributesMatch(key({ "anything-but": "a" }), { other: text("a") })).toBe(false);
    expect(attributesMatch(key({ exists: false }), { other: text("a") })).toBe(true);
    expect(attributesMatch(key("a", { exists: false }), { other: text("a") })).toBe(true);
  });

  test("exists: false needs at least one attribute on the message", () => {
    expect(attributesMatch(key({ exists: false }), {})).toBe(false);
    expect(attributesMatch(key({ exists: false }), { other: { DataType: "Binary" } })).toBe(false);
    // One without a value that a filter could compare is one, too.
    expect(attributesMatch(key({ exists: false }), { other: { DataType: "String.Array", StringValue: "[1," } })).toBe(
      true,
    );
    expect(attributesMatch(key({ exists: false }), { other: { DataType: "String.Array", StringValue: "[]" } })).toBe(
      true,
    );
  });

  test("an empty policy lets everything through", () => {
    expect(attributesMatch({}, {})).toBe(true);
  });
});

describe("AND and OR", () => {
  test("all keys must match", () => {
    const policy = { store: ["shop"], price: [{ numeric: [">", 10] }] };
    expect(attributesMatch(policy, { store: text("shop"), price: number(11) })).toBe(true);
    expect(attributesMatch(policy, { store: text("shop"), price: number(10) })).toBe(false);
    expect(attributesMatch(policy, { price: number(11) })).toBe(false);
  });

  test("$or takes any branch, together with the keys beside it", () => {
    const policy = { source: ["s"], $or: [{ a: ["1"], b: ["2"] }, { c: ["3"] }] };
    expect(attributesMatch(policy, { source: text("s"), c: text("3") })).toBe(true);
    expect(attributesMatch(policy, { source: text("s"), a: text("1"), b: text("2") })).toBe(true);
    expect(attributesMatch(policy, { source: text("s"), a: text("1") })).toBe(false);
    expect(attributesMatch(policy, { c: text("3") })).toBe(false);
  });
});

describe("the message body", () => {
  test("nested keys, with dots or braces", () => {
    const policy = { "object.nested.test": ["v"] };
    for (const body of [
      { object: { nested: { test: "v" } } },
      { "object.nested.test": "v" },
      { "object.nested": { test: "v" } },
      { object: { "nested.test": "v" } },
    ]) {
      expect(bodyMatches(policy, body)).toBe(true);
      expect(bodyMatches({ object: { nested: { test: ["v"] } } }, body)).toBe(true);
    }
    expect(bodyMatches(policy, { object: { nested: { test: "w" } } })).toBe(false);
  });

  test("arrays of values", () => {
    const policy = { headers: { "route-to": ["queue1"] } };
    expect(bodyMatches(policy, { headers: { "route-to": ["queue1", "queue2"] } })).toBe(true);
    expect(bodyMatches(policy, { headers: { "route-to": ["queue3"] } })).toBe(false);
    expect(bodyMatches(policy, { headers: { "route-to": [["queue1"]] } })).toBe(true);
  });

  test("arrays of objects: all keys come from the same element", () => {
    const policy = { Records: { s3: { object: { key: [{ prefix: "auto-" }] } }, eventName: [{ prefix: "Created:" }] } };
    const record = (name: string, object: string) => ({ eventName: name, s3: { object: [[{ key: object }]] } });
    expect(bodyMatches(policy, { Records: [record("Created:Put", "auto-1"), record("Removed:", "home-1")] })).toBe(
      true,
    );
    expect(bodyMatches(policy, { Records: [record("Created:Put", "home-1"), record("Removed:", "auto-1")] })).toBe(
      false,
    );
  });

  test("booleans, null and the empty text", () => {
    expect(bodyMatches(key(true), { key: true })).toBe(true);
    expect(bodyMatches(key(true), { key: "true" })).toBe(false);
    expect(bodyMatches(key(null), { key: null })).toBe(true);
    expect(bodyMatches(key(""), { key: "", empty: [] })).toBe(true);
  });

  test("exists wants a leaf with a value", () => {
    expect(bodyMatches(key({ exists: true }), { key: "x" })).toBe(true);
    expect(bodyMatches(key({ exists: true }), { key: null })).toBe(false);
    expect(bodyMatches(key({ exists: true }), { key: { inner: "x" } })).toBe(false);
    expect(bodyMatches(key({ exists: false }), { key: [], other: 1 })).toBe(true);
    expect(bodyMatches(key({ exists: false }), { key: "x" })).toBe(false);
  });

  test.each(["no json", "[1]", '"text"', "null"])("%s is no JSON object and matches nothing", (body) => {
    expect(bodyMatches(key({ exists: false }), body)).toBe(false);
  });

  test("$or at several levels", () => {
    const policy = {
      $or: [{ metricName: ["CPU", "Read"] }, { namespace: ["EC2"] }],
      detail: { scope: ["Service"], $or: [{ source: ["cw"] }, { type: ["Change"] }] },
    };
    expect(bodyMatches(policy, { metricName: "Read", detail: { scope: "Service", source: "cw" } })).toBe(true);
    expect(bodyMatches(policy, { namespace: "EC2", detail: { scope: "Service", type: "Change" } })).toBe(true);
    expect(bodyMatches(policy, { metricName: "CPU", detail: { scope: "Service" } })).toBe(false);
    expect(bodyMatches(policy, { metricName: "EC2", detail: { scope: "Service", type: "Change" } })).toBe(false);
  });
});

describe("properties", () => {
  const value = fc.string({ minLength: 1, maxLength: 12 });
  const price = fc.integer({ min: -100_000_000, max: 100_000_000 }).map((cents) => cents / 100);

  test("anything-but is the complement of exact, for a key that is present", () => {
    fc.assert(
      fc.property(fc.uniqueArray(value, { minLength: 1, maxLength: 5 }), value, (excluded, actual) => {
        const attributes = { key: text(actual) };
        const exact = attributesMatch(key(...excluded), attributes);
        expect(attributesMatch(key({ "anything-but": excluded }), attributes)).toBe(!exact);
      }),
    );
  });

  test.each(["prefix", "suffix", "wildcard"])("anything-but %s is its complement", (operator) => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ab]{1,3}$/), fc.stringMatching(/^[ab]{1,4}$/), (pattern, actual) => {
        const attributes = { key: text(actual) };
        const plain = attributesMatch(key({ [operator]: pattern }), attributes);
        expect(attributesMatch(key({ "anything-but": { [operator]: pattern } }), attributes)).toBe(!plain);
      }),
    );
  });

  test("a wildcard agrees with the regular expression that it means", () => {
    const pattern = fc.stringMatching(/^[ab*]{0,6}$/).filter((candidate) => !candidate.includes("**"));
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[ab]{1,8}$/), (wildcard, actual) => {
        const expected = new RegExp(`^${wildcard.replaceAll("*", ".*")}$`).test(actual);
        expect(attributesMatch(key({ wildcard }), { key: text(actual) })).toBe(expected);
      }),
    );
  });

  test("numeric agrees with arithmetic", () => {
    fc.assert(
      fc.property(price, price, price, (first, second, actual) => {
        fc.pre(first !== second);
        const [low, high] = [Math.min(first, second), Math.max(first, second)];
        const attributes = { key: number(actual) };
        expect(attributesMatch(key({ numeric: [">=", low, "<", high] }), attributes)).toBe(
          actual >= low && actual < high,
        );
        expect(attributesMatch(key({ numeric: ["=", low] }), attributes)).toBe(actual === low);
      }),
    );
  });

  test("a body without arrays matches as its values do as attributes", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-c]$/), value),
        fc.stringMatching(/^[a-c]$/),
        value,
        (bag, k, v) => {
          fc.pre(Object.keys(bag).length > 0);
          const attributes = Object.fromEntries(Object.entries(bag).map(([name, content]) => [name, text(content)]));
          const policy = { [k]: [v, { exists: false }] };
          expect(bodyMatches(policy, bag)).toBe(attributesMatch(policy, attributes));
        },
      ),
    );
  });

  test("hostile bodies do not make matching slow", () => {
    const records = Array.from({ length: 2_000 }, (_, index) => ({
      a: index % 2 ? "x" : "y",
      b: index % 2 ? "y" : "x",
    }));
    let matches = true;
    const steps = countSteps(() => {
      matches = bodyMatches({ r: { a: ["x"], b: ["x"] } }, { r: records });
    });
    expect(matches).toBe(false);
    expect(steps).toBeLessThan(10_000_000);
  });
});
