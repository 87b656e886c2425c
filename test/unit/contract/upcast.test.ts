import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineContract, event, upcastPayload } from "../../../lib/contract/index.ts";
import { isFanfareError } from "../../../lib/errors/index.ts";

const contract = defineContract("orders", {
  Placed: event({
    version: 4,
    schema: z.unknown(),
    upcast: {
      2: (older) => ({ ...older, three: true }),
      3: (older) => ({ ...older, four: true }),
    },
  }),
  Broken: event({
    version: 2,
    schema: z.unknown(),
    upcast: {
      1: () => {
        throw new Error("no such field");
      },
    },
  }),
});
const { Placed, Broken } = contract.events;

function errorOf(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isFanfareError(error)) {
      return error;
    }
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("upcastPayload", () => {
  it("leaves data of the contract's own version alone, whatever it is", () => {
    for (const data of [null, 1, "text", ["a"], { a: 1 }]) {
      expect(upcastPayload(Placed, 4, data)).toBe(data);
    }
  });

  it("goes through the steps in order", () => {
    expect(upcastPayload(Placed, 2, { a: 1 })).toEqual({ a: 1, three: true, four: true });
    expect(upcastPayload(Placed, 3, { a: 1 })).toEqual({ a: 1, four: true });
  });

  it("does not know versions that are newer than the contract's", () => {
    const error = errorOf(() => upcastPayload(Placed, 5, {}));
    expect(error).toMatchObject({ code: "UnknownVersion", field: "Placed.version", limit: "version 4" });
    expect(error.remedy).toContain("deploy consumers");
  });

  it("does not know versions older than the first step", () => {
    const error = errorOf(() => upcastPayload(Placed, 1, {}));
    expect(error).toMatchObject({ code: "UnknownVersion", field: "Placed.upcast.1" });
    expect(error.remedy).toContain("upcast: { 1:");
  });

  it("does not know what is no version", () => {
    const versions = fc.oneof(
      fc.double().filter((version) => !Number.isInteger(version)),
      fc.integer({ max: 0 }),
      fc.integer({ min: 5 }),
    );
    fc.assert(
      fc.property(versions, (version) => {
        expect(errorOf(() => upcastPayload(Placed, version, {})).code).toBe("UnknownVersion");
      }),
    );
  });

  it("refuses older data that is not an object", () => {
    for (const data of [null, 1, "text", [], undefined]) {
      expect(errorOf(() => upcastPayload(Placed, 3, data))).toMatchObject({ code: "SchemaMismatch", field: "Placed" });
    }
  });

  it("says which step threw, and keeps its error as the cause", () => {
    const error = errorOf(() => upcastPayload(Broken, 1, { a: 1 }));
    expect(error).toMatchObject({ code: "CallbackFailed", field: "Broken.upcast.1" });
    expect(error.cause).toMatchObject({ message: "no such field" });
    expect(error.message).not.toContain("no such field");
    expect(error.remedy).toContain("correct it");
  });
});
