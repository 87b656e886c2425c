import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Endpoints, startEndpoints, tryProperty } from "../conformance/harness/index.ts";
import { CHAPTERS } from "../conformance/properties/index.ts";
import { OURS } from "../conformance/wrappers/index.ts";

let endpoints: Endpoints;

beforeAll(async () => {
  endpoints = await startEndpoints();
});

afterAll(async () => {
  await endpoints.close();
});

describe.each(OURS.map((wrapper) => ({ wrapper, title: wrapper.name })))("$title", ({ wrapper }) => {
  describe.each(CHAPTERS.map(({ title, properties }) => ({ title, properties })))("$title", ({ properties }) => {
    test.each(properties.map((property) => ({ property, title: property.name })))("$title", async ({ property }) => {
      // What does not apply to a wrapper of ours is said by it, with the reason.
      const reason = property.needs.map((feature) => wrapper.lacks[feature]).find((why) => why !== undefined);
      expect(await tryProperty(property, wrapper, endpoints)).toEqual(
        reason === undefined ? { status: "passed" } : { status: "n/a", reason },
      );
    });
  });
});
