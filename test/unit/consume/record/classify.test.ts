import { describe, expect, test } from "vitest";
import { circuitOpen, classify, outOfTime, refusedDelay } from "../../../../lib/consume/record/index.ts";
import { FanfareError, type FanfareErrorCode, PermanentError, RetryError } from "../../../../lib/errors/index.ts";

describe("a message is dead-lettered at once", () => {
  test.each<FanfareErrorCode>([
    "BodyMalformed",
    "UnknownEvent",
    "UnknownVersion",
    "SchemaMismatch",
    "CallbackFailed",
    "IdConflict",
    "PointerNotAllowed",
    "PayloadNotFound",
    "PayloadCorrupted",
    "PayloadTooLarge",
    "CommitRepeated",
  ])("after %s, which another try would meet again", (code) => {
    const error = new FanfareError(code, "no");
    expect(classify(error, "handler")).toStrictEqual({ kind: "deadLettered", error });
  });

  test("where its handler asks for that", () => {
    const error = new PermanentError("no");
    expect(classify(error, "handler")).toStrictEqual({ kind: "deadLettered", error });
  });
});

describe("a message is redelivered", () => {
  test.each<[string, unknown]>([
    ["an error of Fanfare that another try may not meet", new FanfareError("PayloadUnavailable", "slow down")],
    ["an error of the user", new Error("no")],
    ["something thrown that is no error", undefined],
  ])("after %s", (_, error) => {
    expect(classify(error, "dependency")).toStrictEqual({ kind: "retry", cause: "dependency", error });
  });
});

describe("the delay of a redelivery", () => {
  test("is the one that a RetryError asks for", () => {
    expect(classify(new RetryError("later", { after: 5 }), "handler")).toMatchObject({
      kind: "retry",
      afterSeconds: 5,
    });
  });

  test("is the usual one after another error that has a field of the same name", () => {
    const error = Object.assign(new FanfareError("StoreUnavailable", "gone"), { afterSeconds: 5 });
    expect(classify(error, "dependency")).toStrictEqual({ kind: "retry", cause: "dependency", error });
  });

  test.each([Number.NaN, -1, 43_201])("is the usual one where a RetryError asks for %d, which is reported", (after) => {
    const error = new RetryError("later", { after });
    expect(classify(error, "handler")).toStrictEqual({ kind: "retry", cause: "handler", error });
    expect(refusedDelay(error)).toBe(after);
  });

  test("is not reported where nothing was refused", () => {
    const other = Object.assign(new FanfareError("StoreUnavailable", "gone"), { afterSeconds: -1 });
    const errors = [new RetryError("later", { after: 5 }), new RetryError("later"), other, new Error("no"), undefined];
    expect(errors.map(refusedDelay)).toEqual(errors.map(() => undefined));
  });
});

describe("a message whose handler was not started is redelivered with an error that says why, and what helps", () => {
  test("when too little time was left", () => {
    expect(outOfTime()).toMatchObject({
      kind: "retry",
      cause: "deadline",
      error: {
        code: "DeadlineTooClose",
        message: expect.stringMatching(/^too little time was left/),
        remedy: expect.stringContaining("batchSize"),
      },
    });
  });

  test("while the circuit is open", () => {
    const until = Date.UTC(2026, 10, 21, 12);
    expect(circuitOpen(until)).toMatchObject({
      kind: "retry",
      cause: "circuit",
      notBefore: until,
      error: {
        code: "CircuitOpen",
        message: expect.stringContaining("until 2026-11-21T12:00:00.000Z"),
        remedy: expect.stringContaining("the handler's earlier errors"),
      },
    });
  });
});
