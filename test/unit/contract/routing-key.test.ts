import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { defineContract, event, matching, routingKey } from "../../../lib/contract/index.ts";
import {
  FilterableMessage,
  matchesFilterPolicy,
  parseFilterPolicy,
} from "../../../lib/local/engine/sns/filter/index.ts";

const orders = defineContract("orders", {
  Changed: event({
    schema: z.object({ key: z.string() }),
    attributes: { ...routingKey((order: { key: string }) => order.key) },
  }),
});

/** Whether the local engine delivers a key to a subscription with the compiled pattern. */
function delivers(pattern: string, key: string): boolean {
  const policy = parseFilterPolicy(JSON.stringify(matching(pattern)), "MessageAttributes");
  const attributes = orders.events.Changed.definition.attributesOf({ key });
  const message = new FilterableMessage(
    {
      routingKey: { DataType: "String", StringValue: attributes.routingKey },
      routingWords: { DataType: "Number", StringValue: String(attributes.routingWords) },
    },
    "",
  );
  return matchesFilterPolicy(policy, message);
}

/** The rule of topic exchanges, word by word (RabbitMQ tutorial 5). */
function binds([first, ...pattern]: readonly string[], words: readonly string[]): boolean {
  if (first === undefined) {
    return words.length === 0;
  }
  if (first === "#") {
    return words.some((_, index) => binds(pattern, words.slice(index))) || binds(pattern, []);
  }
  return words.length > 0 && (first === "*" || first === words[0]) && binds(pattern, words.slice(1));
}

/** Patterns that can be compiled, over two words so that keys often match. */
const word = fc.constantFrom("de", "new");
const run = (item: fc.Arbitrary<string>, maxLength: number, minLength = 0) => fc.array(item, { minLength, maxLength });
const patterns = fc.oneof(
  run(fc.oneof(word, fc.constant("*")), 3, 1),
  fc.tuple(run(word, 2), run(word, 2)).map(([before, after]) => [...before, "#", ...after]),
  fc.tuple(run(word, 2), run(fc.constant("*"), 2, 1)).map(([before, stars]) => [...before, ...stars, "#"]),
  fc.tuple(run(word, 2), run(fc.constant("*"), 2, 1)).map(([after, stars]) => ["#", ...stars, ...after]),
);

test("a compiled pattern delivers exactly the keys that a topic exchange delivers", () => {
  fc.assert(
    fc.property(patterns, run(word, 5, 1), (pattern, words) => {
      expect(delivers(pattern.join("."), words.join("."))).toBe(binds(pattern, words));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["de.*", "de.new", true],
  ["de.*", "de.new.paid", false],
  ["de.*", "de", false],
  ["de.#", "de", true],
  ["de.#", "den.new", false],
  ["#.paid", "de.new.paid", true],
  ["#.paid", "unpaid", false],
  ["de.#.paid", "de.paid", true],
  ["de.#.paid", "de.new.unpaid", false],
  ["de.*.#", "de", false],
  ["*.new.*", "de.new.paid", true],
  ["*.new.*", "de.old.new.paid", false],
  ["#", "anything.at.all", true],
])("%s and %s: %s", (pattern, key, expected) => {
  expect(delivers(pattern, key)).toBe(expected);
});

test.each([
  ["", "not a word"],
  ["de..new", "not a word"],
  ["de.n*", "not a word"],
  ["#.new.#", "more than one #"],
  ["*.new.#", "beside it"],
  ["*.*.*.*", "3 wildcards"],
])("%j is refused", (pattern, reason) => {
  expect(() => matching(pattern)).toThrow(reason);
});
