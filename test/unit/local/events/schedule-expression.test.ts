import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSchedule } from "../../../../lib/local/events/index.ts";

const at = (text: string) => Date.parse(text);
const shown = (value: number | undefined) => (value === undefined ? undefined : new Date(value).toISOString());

describe("parseSchedule", () => {
  // Friday.
  const now = at("2026-11-27T10:07:30Z");

  it.each<[string, string | undefined]>([
    ["rate(1 minute)", "2026-11-27T10:08:30.000Z"],
    ["rate(5 minutes)", "2026-11-27T10:12:30.000Z"],
    ["rate(2 days)", "2026-11-29T10:07:30.000Z"],
    ["at(2026-12-24T18:00:00)", "2026-12-24T18:00:00.000Z"],
    ["at(2025-12-24T18:00:00)", undefined],
    ["cron(* * * * ? *)", "2026-11-27T10:08:00.000Z"],
    ["cron(0/15 * * * ? *)", "2026-11-27T10:15:00.000Z"],
    ["cron(15 12 * * ? *)", "2026-11-27T12:15:00.000Z"],
    ["cron(0 9 ? * MON-FRI *)", "2026-11-30T09:00:00.000Z"],
    ["cron(0 9 ? * 7 *)", "2026-11-28T09:00:00.000Z"],
    ["cron(0 8 1 * ? *)", "2026-12-01T08:00:00.000Z"],
    ["cron(0 8 L * ? *)", "2026-11-30T08:00:00.000Z"],
    ["cron(0 8 29W * ? *)", "2026-11-30T08:00:00.000Z"],
    ["cron(0 8 ? * 6L *)", "2026-12-25T08:00:00.000Z"],
    ["cron(0 8 ? JAN 3#2 *)", "2027-01-12T08:00:00.000Z"],
    ["cron(0 0 29 2 ? *)", "2028-02-29T00:00:00.000Z"],
    ["cron(0 0 1 1 ? 2026)", undefined],
    ["cron(5,55 10,11 * NOV,DEC ? 2026-2027)", "2026-11-27T10:55:00.000Z"],
  ])("%s", (expression, expected) => {
    expect(shown(parseSchedule(expression, now)(now))).toBe(expected);
  });

  it("reads times in a time zone, summer time included", () => {
    expect(shown(parseSchedule("at(2026-07-01T08:00:00)", now, "Europe/Berlin")(at("2026-01-01T00:00:00Z")))).toBe(
      "2026-07-01T06:00:00.000Z",
    );
    const daily = parseSchedule("cron(0 8 * * ? *)", now, "America/New_York");
    expect(shown(daily(at("2026-01-10T00:00:00Z")))).toBe("2026-01-10T13:00:00.000Z");
    expect(shown(daily(at("2026-07-10T00:00:00Z")))).toBe("2026-07-10T12:00:00.000Z");
  });

  it.each([
    "rate(0 minutes)",
    "rate(5 fortnights)",
    "cron(* * * *)",
    "cron(61 * * * ? *)",
    "cron(a * * * ? *)",
    "at(soon)",
    "daily",
  ])("refuses %s with what to write", (expression) => {
    expect(() => parseSchedule(expression, now)).toThrow(
      expect.objectContaining({ code: "TemplateInvalid", message: expect.stringContaining("rate(5 minutes)") }),
    );
  });

  it("always returns a time after the given one, at which the minute is one of those asked for", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1 }),
        fc.integer({ min: now, max: now + 10 * 365 * 86_400_000 }),
        (minutes, after) => {
          const next = parseSchedule(`cron(${minutes.join(",")} * * * ? *)`, now)(after) ?? 0;
          expect(next).toBeGreaterThan(after);
          expect(next - after).toBeLessThanOrEqual(3_600_000);
          expect(minutes).toContain(new Date(next).getUTCMinutes());
        },
      ),
    );
  });
});
