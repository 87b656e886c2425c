import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Step } from "../../../lib/hook/index.ts";
import { type ConsumeOptions, consume, consumeBatch, defineContract, event } from "../../../lib/index.ts";
import { context, envelope, record, silent } from "./support.ts";

const no = (): never => {
  throw new Error("no");
};

const contract = defineContract("orders", {
  Placed: event({ version: 3, schema: z.object({ n: z.number() }), upcast: { 1: (old) => old, 2: no } }),
  Throwing: event({ schema: z.object({}).transform(no) }),
  Unhandled: event({ schema: z.object({}) }),
});

/** The outcome of one message, as the log and an observer have it. */
async function outcomeOf(body: unknown, entry: string, more: ConsumeOptions<typeof contract> = {}) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const steps: Step[] = [];
  const note = (_: string, fields: Readonly<Record<string, unknown>>) => void lines.push(fields);
  const options: ConsumeOptions<typeof contract> = {
    consumer: "billing",
    backoff: false,
    deadLetterQueues: {},
    logger: { ...silent, warn: note, error: note },
    observers: [{ name: "test", onStep: (step) => void steps.push(step) }],
    ...more,
  };
  const handler =
    entry === "consume"
      ? consume(contract, { Placed: () => {}, Throwing: () => {} }, options)
      : consumeBatch(contract, () => {}, { ...options, events: ["Placed", "Throwing"] });
  await handler({ Records: [record(body)] }, context());
  const settled = steps.find((step) => step.type === "settled");
  return { line: lines.find((fields) => "outcome" in fields), event: settled?.event };
}

const envelopeOf = (more: object) => envelope("e-1", { n: 1 }, { dataversion: 3, correlationid: "c-1", ...more });

describe.each(["consume", "consumeBatch"])("%s: the outcome of an event that cannot be handled names it", (entry) => {
  test.each([
    ["data that does not match", envelopeOf({ data: { n: "one" } }), "Placed", "SchemaMismatch"],
    ["data that is none", envelopeOf({ data: null }), "Placed", "SchemaMismatch"],
    ["a version that is too new", envelopeOf({ dataversion: 9 }), "Placed", "UnknownVersion"],
    ["a version that is none", envelopeOf({ dataversion: { toString: 5 } }), "Placed", "UnknownVersion"],
    ["an upcast that throws", envelopeOf({ dataversion: 2 }), "Placed", "CallbackFailed"],
    ["a schema that throws", envelopeOf({ type: "orders.Throwing", dataversion: 1 }), "Throwing", "CallbackFailed"],
    ["base64 that is none", envelopeOf({ data: undefined, data_base64: "n*t" }), "Placed", "BodyMalformed"],
    ["a type without a handler", envelopeOf({ type: "orders.Unhandled" }), "Unhandled", "UnknownEvent"],
    ["a type that nobody knows", envelopeOf({ type: "other.Thing" }), "other.Thing", "UnknownEvent"],
    ["the name of an event as its type", envelopeOf({ type: "Placed" }), "Placed", "UnknownEvent"],
  ])("%s", async (_, body, name, code) => {
    const { line, event } = await outcomeOf(body, entry);
    expect(line).toMatchObject({ event: name, eventId: "e-1", correlationId: "c-1", error: { name: code } });
    expect(event).toMatchObject({ name, id: "e-1", source: "/shop", correlationId: "c-1" });
  });

  test("a codec's event, by the id that the codec gives", async () => {
    const codec = () => ({ event: "Placed" as const, id: "line-1", data: { n: "one" } });
    const { line, event } = await outcomeOf("text", entry, { codec });
    expect(line).toMatchObject({ event: "Placed", eventId: "line-1", error: { name: "SchemaMismatch" } });
    expect(event).toMatchObject({ id: "line-1" });
  });

  test("not where there is no envelope", async () => {
    const { line, event } = await outcomeOf("text", entry);
    expect(line).toMatchObject({ eventId: undefined, error: { name: "BodyMalformed" } });
    expect(event).toBeUndefined();
  });

  test("in few characters, whatever the sender wrote", async () => {
    const long = "x".repeat(100_000);
    const { line } = await outcomeOf(envelopeOf({ type: long, id: long }), entry);
    expect(JSON.stringify(line).length).toBeLessThan(4_000);
  });
});
