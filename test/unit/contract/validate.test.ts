import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type AnyContract, defineContract, event, validatePayload } from "../../../lib/contract/index.ts";
import { type FanfareError, isFanfareError } from "../../../lib/errors/index.ts";

const contract = defineContract("orders", {
  Zod: event({
    version: 3,
    schema: z.object({ id: z.string(), total: z.number(), express: z.boolean().default(false) }),
  }),
  Valibot: event({ schema: v.object({ id: v.string(), total: v.number(), express: v.optional(v.boolean(), false) }) }),
  Arktype: event({ schema: type({ id: "string", total: "number", express: "boolean = false" }) }),
  AsyncZod: event({
    schema: z.object({ id: z.string().refine(async (id) => id !== "taken", "is taken"), total: z.number() }),
  }),
  AsyncValibot: event({
    schema: v.objectAsync({
      id: v.pipeAsync(
        v.string(),
        v.checkAsync(async (id) => id !== "taken", "is taken"),
      ),
      total: v.number(),
    }),
  }),
});

function eventCalled(name: string, from: AnyContract = contract) {
  const found = from.events[name];
  if (found === undefined) {
    throw new Error(`no event ${name}`);
  }
  return found;
}

async function mismatch(name: string, data: unknown, from: AnyContract = contract): Promise<FanfareError> {
  try {
    await validatePayload(eventCalled(name, from), data);
  } catch (error) {
    if (isFanfareError(error, "SchemaMismatch")) {
      return error;
    }
    throw error;
  }
  throw new Error("the data was accepted");
}

describe.each(["Zod", "Valibot", "Arktype"])("validatePayload with %s", (name) => {
  it("returns the schema's output with its defaults, and no promise", () => {
    expect(validatePayload(eventCalled(name), { id: "1", total: 2 })).toMatchObject({
      value: { id: "1", total: 2, express: false },
    });
  });

  it("names the field at fault", async () => {
    const error = await mismatch(name, { id: "1", total: "much" });
    expect(error.field).toBe(`${name}.total`);
    expect(error.summary).toContain(`${name}.total`);
    expect(error.remedy).toContain(`version ${eventCalled(name).definition.version} of ${name}`);
  });

  it("names the event when all of the data is wrong", async () => {
    for (const wrong of [undefined, null, 7, "text"]) {
      expect((await mismatch(name, wrong)).field).toBe(name);
    }
  });

  it("never holds the values", async () => {
    const error = await mismatch(name, { id: 4_711_000_815, total: "s3cret", express: { deep: "s3cret" } });
    expect(error.message).not.toContain("s3cret");
    expect(error.message).not.toContain("4711000815");
  });
});

describe.each(["AsyncZod", "AsyncValibot"])("validatePayload with %s", (name) => {
  it("waits for the schema", async () => {
    await expect(validatePayload(eventCalled(name), { id: "free", total: 1 })).resolves.toMatchObject({
      value: { id: "free", total: 1 },
    });
    const error = await mismatch(name, { id: "taken", total: 1 });
    expect(error.field).toBe(`${name}.id`);
    expect(error.summary).toMatch(/\.id: \w+$/);
  });
});

describe("validatePayload", () => {
  it("names at most five complaints and counts the others", async () => {
    const wide = z.object(Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`f${at}`, z.string()])));
    const error = await mismatch("Wide", {}, defineContract("wide", { Wide: event({ schema: wide }) }));
    expect(error.summary).toContain("Wide.f4");
    expect(error.summary).not.toContain("Wide.f5");
    expect(error.summary).toMatch(/and 3 more$/);
  });

  it("writes paths into lists and objects", async () => {
    const nested = z.object({ lines: z.array(z.object({ sku: z.string() })) });
    const error = await mismatch(
      "Nested",
      { lines: [{ sku: "a" }, {}] },
      defineContract("nested", { Nested: event({ schema: nested }) }),
    );
    expect(error.field).toBe("Nested.lines.1.sku");
  });

  it("keeps limits that a complaint names", async () => {
    const ranged = v.object({ total: v.pipe(v.number(), v.maxValue(10)) });
    const error = await mismatch(
      "Ranged",
      { total: 999 },
      defineContract("ranged", { Ranged: event({ schema: ranged }) }),
    );
    expect(error.summary).toContain("<=10");
    expect(error.summary).not.toContain("999");
  });

  it("keeps what a union says without the values", async () => {
    const union = type({ id: "string.email | number" });
    const error = await mismatch("U", { id: "s3cret" }, defineContract("u", { U: event({ schema: union }) }));
    expect(error.field).toBe("U.id");
    expect(error.message).not.toContain("s3cret");
  });
});
