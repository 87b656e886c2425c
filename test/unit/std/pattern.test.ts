import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesPattern } from "../../../lib/std/index.ts";

test("a pattern matches as the equivalent regular expression does", () => {
  const letters = (allowed: string) =>
    fc.array(fc.constantFrom(...allowed), { maxLength: 8 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(letters("ab.*?\n"), letters("ab.\n"), (pattern, text) => {
      const source = pattern.replaceAll(".", "\\.").replaceAll("*", "[^]*").replaceAll("?", "[^]");
      expect(matchesPattern(pattern, text)).toBe(new RegExp(`^${source}$`).test(text));
    }),
    { numRuns: 1_000 },
  );
});

test("a pattern of thousands of stars against a long string ends", () => {
  const text = "a".repeat(5_000);
  expect(matchesPattern(`${"*a".repeat(2_000)}b`, text)).toBe(false);
  expect(matchesPattern("*a".repeat(2_000), text)).toBe(true);
});
