import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addDecimals,
  formatDecimal,
  parseDecimal,
  sortable,
} from "../../../../../lib/local/engine/dynamodb/values/index.ts";

/** A number of up to 17 digits with up to 20 places, as text and as an integer of 10^-20. */
const number = fc
  .tuple(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), fc.integer({ min: 0, max: 20 }))
  .map(([digits, places]) => ({
    text: `${digits}e-${places}`,
    units: digits * 10n ** BigInt(20 - places),
  }));

test("numbers are ordered as numbers, whatever they look like", () => {
  fc.assert(
    fc.property(number, number, (left, right) => {
      const [a, b] = [left, right].map(({ text }) => sortable({ N: text }) ?? "");
      expect(Math.sign((a ?? "") < (b ?? "") ? -1 : a === b ? 0 : 1)).toBe(
        left.units < right.units ? -1 : left.units === right.units ? 0 : 1,
      );
    }),
  );
});

test("numbers are added exactly", () => {
  fc.assert(
    fc.property(number, number, (left, right) => {
      const sum = formatDecimal(addDecimals(parseDecimal(left.text), parseDecimal(right.text)));
      const expected = formatDecimal(parseDecimal(`${left.units + right.units}e-20`));
      expect(sum).toBe(expected);
    }),
  );
});

test("the form in which a number is returned is read as the same number", () => {
  fc.assert(
    fc.property(number, ({ text }) => {
      const formatted = formatDecimal(parseDecimal(text));
      expect(parseDecimal(formatted)).toEqual(parseDecimal(text));
      expect(formatted).toMatch(/^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/);
    }),
  );
});

test.each([
  ["1e126", "Number overflow"],
  ["1e-131", "Number underflow"],
  ["1".repeat(39), "more than 38 significant digits"],
  ["", "cannot be converted to a numeric value"],
  ["1.2.3", "cannot be converted to a numeric value: 1.2.3"],
  ["Infinity", "cannot be converted to a numeric value: Infinity"],
  ["1e999999999999", "Number overflow"],
])("%s is no number of DynamoDB", (text, message) => {
  expect(() => parseDecimal(text)).toThrow(message);
});

test("strings are ordered by their bytes, not by their UTF-16 code units", () => {
  const [a, b] = ["\u{ff5e}", "\u{1f600}"].map((S) => sortable({ S }) ?? "");
  expect((a ?? "") < (b ?? "")).toBe(true);
});
