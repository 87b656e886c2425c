import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineContract, event, validatePayload } from "../../../lib/contract/index.ts";
import { type FanfareError, isFanfareError } from "../../../lib/errors/index.ts";

const SECRET = "s3cret";
const KEY = "max.mustermann@example.org";

async function errorOf(schema: StandardSchemaV1, data: unknown): Promise<FanfareError> {
  const { events } = defineContract("c", { E: event({ schema: schema as StandardSchemaV1<string> }) });
  try {
    await validatePayload(events.E, data);
  } catch (error) {
    if (isFanfareError(error)) {
      return error;
    }
    throw error;
  }
  throw new Error("the data was accepted");
}

/** A schema with the issues that other libraries make. */
function custom(
  validate: StandardSchemaV1["~standard"]["validate"],
  more: Readonly<Record<string, unknown>> = {},
): StandardSchemaV1 {
  return { ...more, "~standard": { version: 1, vendor: "custom", validate } };
}

const issue = (message: string, path: readonly PropertyKey[], more = {}) =>
  custom(() => ({ issues: [{ message, path, ...more }] }));

/** Data with a wrong field and an unknown one, in schemas that refuse unknown fields. */
const strict: readonly (readonly [string, StandardSchemaV1])[] = [
  ["zod", z.strictObject({ total: z.number() })],
  ["valibot", v.strictObject({ total: v.number() })],
  ["arktype", type({ "+": "reject", total: "number" })],
];

const lists: readonly (readonly [string, StandardSchemaV1])[] = [
  ["zod", z.object({ prices: z.record(z.string(), z.number()) })],
  ["valibot", v.object({ prices: v.record(v.string(), v.number()) })],
  ["arktype", type({ prices: type({ "[string]": "number" }) })],
];

describe("an error about data holds none of it", () => {
  test.each(strict)("%s: values and unknown fields", async (_, schema) => {
    const error = await errorOf(schema, { total: SECRET, [KEY]: 1 });
    expect(error).toMatchObject({ code: "SchemaMismatch" });
    expect(error.message).toContain("E.total: ");
    expect(`${error.message} ${error.field}`).not.toMatch(new RegExp(`${SECRET}|mustermann`));
  });

  test.each(lists)("%s: keys of records", async (_, schema) => {
    const error = await errorOf(schema, { prices: { [KEY]: SECRET } });
    expect(error.field).toBe("E.prices.*");
    expect(error.message).not.toMatch(new RegExp(`${SECRET}|mustermann`));
  });

  test.each(strict)("%s: 60,000 unknown fields make a short message", async (_, schema) => {
    const many = Object.fromEntries(Array.from({ length: 60_000 }, (__, at) => [`key-${at}`, at]));
    expect((await errorOf(schema, { total: 1, ...many })).message.length).toBeLessThan(500);
  });

  test.each([
    ["yup", `total must be a number, but the final value was: "${SECRET}"`],
    ["joi", `"total" with value "${SECRET}" fails`],
    ["a message in another language", `${SECRET} ist keine Zahl`],
  ])("%s: the message of an issue", async (_, message) => {
    const schema = { ...issue(message, ["total"], { type: "number.base" }), fields: { total: {} } };
    expect((await errorOf(schema, { total: SECRET })).summary).toBe(
      "E does not match its schema: E.total: number.base",
    );
  });

  test.each([
    ["a code that is no word", { code: `"${SECRET}" is wrong` }],
    ["what is expected, if the schema does not hold it", { expected: `not ${SECRET}` }],
  ])("%s", async (_, more) => {
    expect((await errorOf(issue("", [], more), {})).summary).toBe("E does not match its schema: E: invalid");
  });

  test("a path of 10,000 parts", async () => {
    const path = Array.from({ length: 10_000 }, () => 1);
    expect((await errorOf(issue("", path), {})).message.length).toBeLessThan(500);
  });
});

describe("a schema that throws has a name", () => {
  const thrown = () => {
    throw new TypeError(`${SECRET} is not iterable`);
  };
  const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
  const recursive: z.ZodType = z.lazy(() => z.array(recursive));

  test.each<[string, StandardSchemaV1, unknown]>([
    ["a transform", z.string().transform(thrown), SECRET],
    ["a refinement", v.pipe(v.string(), v.check(thrown)), SECRET],
    ["an async schema", custom(async () => thrown()), SECRET],
    [
      "a promise of another realm",
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested.
      custom(() => ({ then: (_: unknown, no: (error: unknown) => void) => no(SECRET) }) as never),
      SECRET,
    ],
    ["a result that is none", custom(() => undefined as never), SECRET],
    ["an async result that is none", custom(async () => null as never), SECRET],
    [
      "issues that cannot be read",
      custom(() => ({
        get issues(): never {
          throw new Error(SECRET);
        },
      })),
      SECRET,
    ],
    ["issues that are no list", custom(() => ({ issues: 5 as never })), SECRET],
    ["deep data against a recursive schema", recursive, deep],
  ])("%s", async (_, schema, data) => {
    const error = await errorOf(schema, data);
    expect(error).toMatchObject({ code: "CallbackFailed", field: "E.schema", remedy: expect.any(String) });
    expect(error.message).not.toContain(SECRET);
  });
});
