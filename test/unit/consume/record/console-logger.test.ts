import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { consoleLogger } from "../../../../lib/consume/record/index.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;

/** What was written, with the method of the console that wrote it. */
const written: (readonly [method: string, line: string])[] = [];

beforeEach(() => {
  written.length = 0;
  for (const level of LEVELS) {
    vi.spyOn(console, level).mockImplementation((line: string) => void written.push([level, line]));
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** The line that is written for a message and fields of any kind. */
function lineOf(message: unknown, fields: unknown): unknown {
  consoleLogger.info(message as string, fields as Record<string, unknown>);
  return JSON.parse(written.at(-1)?.[1] ?? "");
}

/** A value that cannot be converted to a string: its `toString` throws. */
const unprintable = Object.assign(() => {}, {
  toString: () => {
    throw new Error("no");
  },
});

describe("a line on the console", () => {
  test.each(LEVELS)("of level %s says so, and is written with the console's method of that name", (level) => {
    consoleLogger[level]("paid", { cents: 5 });
    expect(written.map(([method, line]) => [method, JSON.parse(line)])).toEqual([
      [level, { level: level.toUpperCase(), message: "paid", cents: 5 }],
    ]);
  });

  test("keeps its level and message beside fields of the same names", () => {
    expect(lineOf("paid", { level: "mine", message: "mine" })).toEqual({
      level: "INFO",
      message: "paid",
      level_: "mine",
      message_: "mine",
    });
  });

  test("names an error that is passed in place of fields", () => {
    expect(lineOf("failed", new TypeError("no"))).toEqual({
      level: "INFO",
      message: "failed",
      error: { name: "TypeError", message: "no", stack: expect.any(String) },
    });
  });

  test("has nothing but its message where no fields are passed", () => {
    const bare = { level: "INFO", message: "paid" };
    expect([lineOf("paid", undefined), lineOf("paid", null), lineOf("paid", {})]).toEqual([bare, bare, bare]);
  });

  test("says what is not readable, and has the rest", () => {
    expect(lineOf(unprintable, { cents: 5 })).toEqual({ level: "INFO", message: "[not readable]", cents: 5 });
    expect(lineOf("paid", unprintable)).toEqual({ level: "INFO", message: "paid", value: "[not readable]" });
  });
});
