import { describe, expect, it } from "vitest";
import {
  describeError,
  FanfareError,
  isFanfareError,
  numberInRange,
  PermanentError,
  RetryError,
} from "../../../lib/errors/index.ts";

describe("FanfareError", () => {
  it("says what, which limit and the remedy, and keeps the cause", () => {
    const cause = new Error("underneath");
    const error = new FanfareError("MessageTooLong", "it is long", {
      field: "body",
      limit: "10 bytes",
      remedy: "shorten it",
      cause,
    });
    expect(error).toMatchObject({ name: "MessageTooLong", code: "MessageTooLong", field: "body", limit: "10 bytes" });
    expect(error.message).toBe("it is long (shorten it)");
    expect(error.summary).toBe("it is long");
    expect(error.cause).toBe(cause);
    expect(error).toBeInstanceOf(Error);
  });

  it("has its message as summary when there is no remedy", () => {
    const error = new FanfareError("BodyMalformed", "not JSON");
    expect([error.message, error.summary]).toEqual(["not JSON", "not JSON"]);
    expect(error.remedy).toBeUndefined();
  });
});

describe("isFanfareError", () => {
  it("knows errors of this and of other copies of the package, and their codes", () => {
    const ours = new FanfareError("SchemaMismatch", "x");
    const otherCopy = Object.assign(new Error("x"), { code: "SchemaMismatch", [Symbol.for("fanfare.error")]: true });
    for (const error of [ours, otherCopy]) {
      expect(isFanfareError(error)).toBe(true);
      expect(isFanfareError(error, "SchemaMismatch")).toBe(true);
      expect(isFanfareError(error, "UnknownEvent")).toBe(false);
    }
    expect(isFanfareError(new PermanentError("x"), "Permanent")).toBe(true);
    expect(isFanfareError(new RetryError("x"), "Retry")).toBe(true);
  });

  it("knows nothing else", () => {
    const lookalike = Object.assign(new Error("x"), { code: "SchemaMismatch" });
    for (const error of [lookalike, new Error("x"), null, undefined, "SchemaMismatch", { code: "SchemaMismatch" }]) {
      expect(isFanfareError(error)).toBe(false);
    }
  });
});

describe("handler errors", () => {
  it("keep the time of a retry and the cause", () => {
    const cause = new Error("busy");
    expect(new RetryError("later", { after: 30, cause })).toMatchObject({ code: "Retry", afterSeconds: 30, cause });
    expect(new RetryError("later").afterSeconds).toBeUndefined();
    expect(new PermanentError("never", { cause })).toMatchObject({ code: "Permanent", message: "never", cause });
  });
});

describe("describeError", () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;

  it.each([
    [new TypeError("wrong"), { name: "TypeError", message: "wrong" }],
    [
      { name: "Throttled", message: "slow down" },
      { name: "Throttled", message: "slow down" },
    ],
    [{ message: "no name" }, { name: "Error", message: "no name" }],
    ["text", { name: "NonError", message: expect.stringContaining("text") }],
    [undefined, { name: "NonError", message: expect.stringContaining("undefined") }],
    [null, { name: "NonError", message: expect.stringContaining("null") }],
    [{ a: 1 }, { name: "NonError", message: expect.stringContaining('{"a":1}') }],
    [10n, { name: "NonError", message: expect.stringContaining("BigInt") }],
    [circular, { name: "NonError", message: expect.stringContaining("[object Object]") }],
  ])("describes %o", (thrown, described) => {
    expect(describeError(thrown)).toEqual(described);
  });
});

describe("numberInRange", () => {
  it("answers numbers in the range, its ends included", () => {
    expect([1, 5, 10].map((value) => numberInRange("n", value, 1, 10))).toEqual([1, 5, 10]);
  });

  it.each([0.999, 10.001, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d with field, limit and remedy", (value) => {
    expect(() => numberInRange("n", value, 1, 10)).toThrow(
      expect.objectContaining({
        code: "ConfigurationInvalid",
        field: "n",
        limit: "1 to 10",
        remedy: expect.any(String),
      }),
    );
  });

  it("refuses text from JavaScript callers", () => {
    // @ts-expect-error not a number
    expect(() => numberInRange("n", "5", 1, 10)).toThrow(expect.objectContaining({ code: "ConfigurationInvalid" }));
  });
});
