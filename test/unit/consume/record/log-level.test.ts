import { afterEach, describe, expect, test, vi } from "vitest";
import { levelOfEnvironment } from "../../../../lib/consume/record/index.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The level for what the environment says to Fanfare, and to Lambda. */
function levelFor(fanfare: string | undefined, lambda: string | undefined): string {
  vi.stubEnv("FANFARE_LOG_LEVEL", fanfare);
  vi.stubEnv("AWS_LAMBDA_LOG_LEVEL", lambda);
  return levelOfEnvironment();
}

describe("the log level of the environment", () => {
  test.each([
    ["TRACE", "debug"],
    ["DEBUG", "debug"],
    ["INFO", "info"],
    ["WARN", "warn"],
    ["ERROR", "error"],
    ["FATAL", "error"],
    ["SILENT", "silent"],
  ])("%s is %s, in lower case too", (name, level) => {
    const levels = [levelFor(name, undefined), levelFor(name.toLowerCase(), undefined), levelFor(undefined, name)];
    expect(levels).toEqual([level, level, level]);
  });

  test("is what is said to Fanfare, before what is said to Lambda", () => {
    expect([levelFor("warn", "ERROR"), levelFor("loud", "ERROR"), levelFor("", "ERROR")]).toEqual([
      "warn",
      "error",
      "error",
    ]);
  });

  test("is info where nothing is said that is a level", () => {
    expect([levelFor(undefined, undefined), levelFor("loud", "")]).toEqual(["info", "info"]);
    expect([levelFor("constructor", "__proto__"), levelFor("", "toString")]).toEqual(["info", "info"]);
  });
});
