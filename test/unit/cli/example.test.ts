import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { exampleOf } from "../../../lib/cli/send/example.ts";
import { defineContract, event, validatePayload } from "../../../lib/contract/index.ts";

const address = z.object({ street: z.string().min(1), zip: z.string().regex(/^\d{5}$/) });

const contract = defineContract("shop", {
  Rich: event({
    schema: z.object({
      id: z.uuid(),
      at: z.iso.datetime(),
      mail: z.email(),
      kind: z.enum(["a", "b"]),
      total: z.number().positive(),
      count: z.int(),
      below: z.number().max(-5),
      lines: z.array(address).nonempty(),
      either: z.union([z.literal("x"), z.object({ y: z.boolean() })]),
      maybe: z.string().optional(),
      none: z.null(),
      map: z.record(z.string(), z.number()),
      pair: z.tuple([z.string(), z.number()]),
    }),
  }),
  Refined: event({ schema: z.object({ n: z.int().min(0).max(9) }).refine(({ n }) => n % 3 === 0) }),
  Impossible: event({ schema: z.object({ n: z.int() }).refine(() => false) }),
  Custom: event({ schema: z.object({ at: z.custom<string>() }) }),
  Ark: event({ schema: type({ id: "string", n: "number > 3" }) }),
  Valibot: event({ schema: v.object({ id: v.string() }) }),
  Recursive: event({
    schema: z.object({
      name: z.string(),
      get children() {
        return z.array(contract0).optional();
      },
    }),
  }),
});

const contract0: z.ZodType = z.object({ name: z.string() });

describe("an example of an event", () => {
  test.each(["Rich", "Refined", "Ark", "Recursive"] as const)("%s is accepted by its own schema", async (name) => {
    const example = await exampleOf(contract.events[name]);
    await expect(Promise.resolve(validatePayload(contract.events[name], example))).resolves.toBeDefined();
    expect(await exampleOf(contract.events[name]), "the same at every call").toEqual(example);
  });

  test("is short: few items, small numbers", async () => {
    const example = (await exampleOf(contract.events.Rich)) as { lines: unknown[]; total: number; count: number };
    expect(example.lines.length).toBeLessThanOrEqual(2);
    expect(example.total).toBeLessThanOrEqual(100);
    expect(Math.abs(example.count)).toBeLessThanOrEqual(100);
  });

  test.each(["Impossible", "Custom", "Valibot"] as const)(
    "%s: what cannot be made says so, and what to do",
    async (name) => {
      await expect(exampleOf(contract.events[name])).rejects.toThrow(
        new RegExp(`no example of ${name} can be made: .*Give the data: --data`),
      );
    },
  );
});
