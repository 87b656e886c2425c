import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type AnyEvent, defineContract, event } from "../../../lib/contract/index.ts";
import { createPublisher } from "../../../lib/publish/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { rejection, scriptedSns, TOPIC } from "./support.ts";

const no = (): never => {
  throw new TypeError("s3cret is not iterable");
};
const later = async (): Promise<never> => no();

function publisherOf(definition: AnyEvent) {
  const { client, calls } = scriptedSns();
  const contract = defineContract("orders", { Placed: definition });
  const clock = new FakeClock();
  const publish = createPublisher(contract, { target: TOPIC, clock, clients: { sns: client } });
  return { calls, clock, publish };
}

const schema = z.object({ id: z.string() });
const data = { id: "o1" };

describe("a function of the contract that throws", () => {
  it.each<[string, AnyEvent]>([
    ["Placed.schema", event({ schema: z.object({ id: z.string().transform(no) }) })],
    ["Placed.schema", event({ schema: v.pipeAsync(v.object({ id: v.string() }), v.checkAsync(later)) })],
    ["Placed.attributes.region", event({ schema, attributes: { region: no } })],
    ["Placed.attributes.region", event({ schema, attributes: { region: later as unknown as () => string } })],
    ["Placed.group", event({ schema, group: no })],
    ["Placed.group", event({ schema, group: later as unknown as () => string })],
  ])("%s: the event is in the error, the message is not, nothing is sent", async (field, definition) => {
    const { calls, publish } = publisherOf(definition);
    const error = await rejection(publish("Placed", data, { id: "e1" }));
    expect(error).toMatchObject({ code: "CallbackFailed", field, entry: { event: "Placed", id: "e1", data } });
    expect(error.message).not.toContain("s3cret");
    expect(calls).toEqual([]);
  });
});

describe("what is validated is what travels", () => {
  const any = z.object({ any: z.any() });

  it.each<[string, StandardSchemaV1, unknown, string]>([
    ["valibot takes Infinity", v.object({ n: v.number() }), { n: Number.POSITIVE_INFINITY }, "Placed.n"],
    ["arktype takes Infinity", type({ n: "number" }), { n: Number.NEGATIVE_INFINITY }, "Placed.n"],
    ["zod takes undefined in lists", z.object({ l: z.array(z.any()) }), { l: [1, undefined, 3] }, "Placed.l.1"],
    ["any takes a Date", any, { any: new Date(0) }, "Placed.any"],
    ["any takes a Map", any, { any: { deep: new Map() } }, "Placed.any.deep"],
    ["coerce takes a Date", z.object({ at: z.coerce.date() }), { at: new Date(0) }, "Placed.at"],
    [
      "a field must be there, and is undefined",
      v.object({ a: v.undefinedable(v.string()) }),
      { a: undefined },
      "Placed.a",
    ],
  ])("%s: refused with the path, nothing is sent", async (_, given, sent, field) => {
    const { calls, publish } = publisherOf(event({ schema: given as StandardSchemaV1<string> }));
    expect(await rejection(publish("Placed", sent as string))).toMatchObject({ code: "SchemaMismatch", field });
    expect(calls).toEqual([]);
  });

  it("data that changes while an async schema looks at it is sent as it was", async () => {
    const { calls, clock, publish } = publisherOf(
      event({ schema: z.object({ n: z.number().refine(async (n) => n === 1) }) }),
    );
    const mutable = { n: 1 };
    const published = publish("Placed", mutable);
    mutable.n = Number.NaN;
    await clock.settle();
    await published;
    expect(JSON.parse(calls[0]?.[0]?.Message ?? "")).toMatchObject({ data: { n: 1 } });
  });
});

describe("a function of the user that hangs", () => {
  const never = new Promise<never>(() => {});

  it.each(["topic", "FIFO topic"])(
    "an async schema: publish and flush end, and what comes behind it is sent (%s)",
    async (kind) => {
      const { client, calls } = scriptedSns();
      const hanging = z.object({ id: z.string() }).refine(async ({ id }) => (id === "hangs" ? await never : true));
      const contract = defineContract("orders", { Placed: event({ schema: hanging, group: () => "g" }) });
      const clock = new FakeClock();
      const target = kind === "topic" ? TOPIC : `${TOPIC}.fifo`;
      const publish = createPublisher(contract, { target, clock, clients: { sns: client } });
      const failed = rejection(publish("Placed", { id: "hangs" }, { id: "e1" }));
      const sent = publish("Placed", { id: "o2" });
      const flushed = publish.flush();
      await clock.advance(11_000);
      expect(await failed).toMatchObject({
        code: "CallbackTimeout",
        field: "Placed.schema",
        entry: { event: "Placed", id: "e1", data: { id: "hangs" } },
      });
      await sent;
      await flushed;
      expect(calls.flat()).toHaveLength(1);
    },
  );

  const large = { id: "x".repeat(300_000) };

  it.each<[string, () => Promise<never>, string]>([
    ["hangs", () => never, "not stored within"],
    ["throws an error", () => Promise.reject(new TypeError("disk full")), "disk full"],
    ["throws undefined", () => Promise.reject(undefined), "undefined"],
  ])("a payload store that %s: the event is in the error, and the others are sent", async (_, put, message) => {
    const { client, calls } = scriptedSns();
    const contract = defineContract("orders", { Placed: event({ schema }) });
    const clock = new FakeClock();
    const publish = createPublisher(contract, {
      target: TOPIC,
      clock,
      payloads: { put, get: () => never },
      clients: { sns: client },
    });
    const failed = rejection(publish("Placed", large, { id: "e1" }));
    const sent = publish("Placed", data);
    const flushed = publish.flush();
    await clock.advance(20_000);
    const error = await failed;
    expect(error).toMatchObject({ code: "PayloadUnavailable", entry: { event: "Placed", id: "e1", data: large } });
    expect(error.message).toContain(message);
    await sent;
    await flushed;
    expect(calls.flat()).toHaveLength(1);
  });
});

describe("what JavaScript callers may pass", () => {
  it.each<[string, object, string]>([
    ["a time that is text", { time: "2026-11-30" }, "Placed.time"],
    ["an expiry that is a number", { expiresAt: 5 }, "Placed.expiresAt"],
    ["an id that is a number", { id: 5 }, "Placed.id"],
    ["a group that is an object", { group: {} }, "Placed.group"],
  ])("%s is refused by name, with the event", async (_, options, field) => {
    const { calls, publish } = publisherOf(event({ schema }));
    expect(await rejection(publish("Placed", data, options))).toMatchObject({
      code: "MessageInvalid",
      field,
      entry: { data },
    });
    expect(calls).toEqual([]);
  });
});
