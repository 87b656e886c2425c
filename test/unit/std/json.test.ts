import fc from "fast-check";
import { expect, it } from "vitest";
import { isJsonObject } from "../../../lib/std/index.ts";

it("isJsonObject tells objects from every other JSON value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(isJsonObject(value)).toBe(JSON.stringify(value).startsWith("{"));
    }),
  );
  expect(isJsonObject(undefined)).toBe(false);
});
