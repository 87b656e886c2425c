import fc from "fast-check";
import { expect, test } from "vitest";
import { readTime } from "../../../lib/consume/time.ts";

/** What the engine's own parser makes of it. */
function parsed(text: string): number | undefined {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

test("reads what toISOString writes, of any days in any order", () => {
  fc.assert(
    fc.property(fc.array(fc.date({ noInvalidDate: true }), { minLength: 1 }), (dates) => {
      for (const date of dates) expect(readTime(date.toISOString())?.getTime()).toBe(date.getTime());
    }),
  );
});

test("reads nothing else than the engine's parser does", () => {
  const near = fc
    .tuple(fc.date({ noInvalidDate: true }), fc.nat(23), fc.constantFrom(..."0123456789TZ:.-+ x"))
    .map(([date, at, character]) => {
      const text = date.toISOString();
      return text.slice(0, at) + character + text.slice(at + 1);
    });
  fc.assert(
    fc.property(fc.oneof(near, fc.string()), (text) => {
      expect(readTime(text)?.getTime()).toBe(parsed(text));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["an offset", "2026-11-21T12:00:00+01:00", Date.UTC(2026, 10, 21, 11)],
  ["no fraction", "2026-11-21T12:00:00Z", Date.UTC(2026, 10, 21, 12)],
  ["microseconds", "2026-11-21T12:00:00.123456Z", Date.UTC(2026, 10, 21, 12, 0, 0, 123)],
  ["midnight of the next day", "2026-11-21T24:00:00.000Z", Date.UTC(2026, 10, 22)],
  ["no day of the month", "2026-13-41T12:00:00.000Z", undefined],
  ["no text", 5, undefined],
])("%s", (_, value, expected) => {
  expect(readTime(value)?.getTime()).toBe(expected);
});
