import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type Codec, defineContract, event } from "../../../../lib/index.ts";
import { EVENT, envelope, type Orders, QUEUE_ARN, record } from "../support.ts";
import { receive, receiveBody, receiveBy } from "./receive.ts";

const notes = defineContract("notes", {
  Text: event({ schema: z.string().max(20) }),
  Note: event({ schema: z.object({ n: z.number() }) }),
  Broken: event({
    schema: z.unknown().transform((value) => {
      if (typeof value === "string") {
        throw new TypeError("no text");
      }
      return value;
    }),
  }),
  Third: event({ schema: z.object({ n: z.number() }), version: 3, upcast: { 2: ({ m }) => ({ n: m }) } }),
});

const receiveNote = (type: string, data: unknown, more: object = {}) =>
  receiveBy(notes, Object.keys(notes.events), [record(envelope("e1", data, { type: `notes.${type}`, ...more }))]);

describe("string data", () => {
  test.each([
    ["stays a string where the contract wants one", "Text", '{"n":1}', {}, '{"n":1}'],
    ["is the document in it where the contract refuses the string", "Note", ' {"n":1}', {}, { n: 1 }],
  ])("%s", async (_, type, data, more, handled) => {
    expect((await receiveNote(type, data, more)).handled.map((each) => each.data)).toEqual([handled]);
  });

  test.each([
    ["that is no document", "Note", "hello", {}, "SchemaMismatch", "Note"],
    ["that is half a document", "Note", '{"n":', {}, "SchemaMismatch", "Note"],
    ["of another content type", "Note", '{"n":1}', { datacontenttype: "text/plain" }, "SchemaMismatch", "Note"],
    ["whose document does not match", "Note", '{"n":"1"}', {}, "SchemaMismatch", "Note.n"],
    ["that the contract refuses, of an event that is text", "Text", "x".repeat(21), {}, "SchemaMismatch", "Text"],
    ["at which the schema throws", "Broken", '{"n":1}', {}, "CallbackFailed", "Broken.schema"],
  ])("%s is dead-lettered", async (_, type, data, more, code, field) => {
    const { handled, outcomes } = await receiveNote(type, data, more);
    expect(handled).toEqual([]);
    expect(outcomes).toEqual([expect.objectContaining({ kind: "deadLettered", code, field })]);
  });
});

describe("an event that nobody handles", () => {
  const unknown = (what: string, handles: string) => ({
    kind: "deadLettered",
    code: "UnknownEvent",
    summary: `no handler takes ${what}`,
    field: "type",
    remedy: `this consumer handles ${handles} of notes: add a handler, or narrow the subscription's events`,
  });

  test.each([
    ["of the contract, without a handler", "notes.Note", "notes.Note"],
    ["of no contract, with a long name", `notes.${"N".repeat(400)}`, `notes.${"N".repeat(294)}`],
  ])("%s, is dead-lettered with the events that are handled, and observers know it", async (_, type, what) => {
    const { outcomes, steps } = await receiveBy(notes, ["Text", "Third"], [record(envelope("e1", {}, { type }))]);
    expect(outcomes).toEqual([unknown(what, "Text, Third")]);
    expect(steps.find((step) => step.type === "settled")).toMatchObject({ event: { type, id: "e1", source: "/shop" } });
  });
});

describe("the version of an event", () => {
  test.each([
    ["as a string", "Paid", { amount: 3 }, "2", { amount: 3 }],
    ["that is older is upcast", "Paid", { total: 3 }, 1, { amount: 3 }],
    ["that is not said is the first", "Paid", { total: 3 }, undefined, { amount: 3 }],
  ])("%s", async (_, name, data, dataversion, handled) => {
    const given = await receiveBody(envelope("e1", data, { type: `orders.${name}`, dataversion }));
    expect(given.handled.map((each) => each.data)).toEqual([handled]);
  });

  test.each([
    ["newer than the contract's", 4, { field: "Third.version", limit: "version 3" }],
    ["that is no number", "v1", { field: "Third.version", limit: "version 3" }],
    ["older than the first upcast", 1, { field: "Third.upcast.1" }],
  ])("%s is dead-lettered", async (_, dataversion, more) => {
    const { outcomes } = await receiveNote("Third", { n: 1 }, { dataversion });
    expect(outcomes).toEqual([expect.objectContaining({ kind: "deadLettered", code: "UnknownVersion", ...more })]);
  });
});

describe("the fields of an envelope", () => {
  test("reach the handler, times as dates", async () => {
    const { handled } = await receiveBody(
      envelope("e1", undefined, {
        time: "2026-01-02T03:04:05+01:00",
        expirytime: "2999-01-01T00:00:00Z",
        subject: "s",
        partitionkey: "p",
        correlationid: "c",
        causationid: "a",
        traceparent: "t",
        tracestate: "u",
      }),
    );
    expect(handled.map((each) => each.event)).toEqual([
      {
        ...EVENT,
        time: new Date("2026-01-02T02:04:05Z"),
        expiresAt: new Date("2999-01-01T00:00:00Z"),
        subject: "s",
        partitionKey: "p",
        correlationId: "c",
        causationId: "a",
        traceparent: "t",
        tracestate: "u",
      },
    ]);
  });

  test("of other types count as absent, and so does a time that is none", async () => {
    const { handled } = await receiveBody(
      envelope("e1", undefined, {
        time: "yesterday",
        expirytime: null,
        subject: 1,
        partitionkey: {},
        correlationid: 7,
        causationid: ["a"],
        traceparent: true,
        tracestate: 0,
      }),
    );
    expect(handled.map((each) => each.event)).toStrictEqual([EVENT]);
  });
});

describe("an event of a codec", () => {
  test("has the ids of its message, and the contract's version, where the codec says nothing", async () => {
    const codec: Codec<Orders> = () => ({ event: "Paid", data: { amount: 3 } });
    const given = record("text", { messageId: "m" });
    const { handled } = await receive([given], { codec });
    const { name, type, id, source, version, time } = handled[0]?.event ?? EVENT;
    expect([name, type, id, source, version, time]).toEqual(["Paid", "orders.Paid", "m", QUEUE_ARN, 2, undefined]);
  });

  test("has what the codec says, and is upcast", async () => {
    const time = "2026-01-02T03:04:05Z";
    const codec: Codec<Orders> = () => ({ event: "Paid", data: { total: 3 }, version: 1, id: "i", source: "/s", time });
    const { handled } = await receiveBody("text", {}, { codec });
    expect(handled).toMatchObject([
      { data: { amount: 3 }, event: { id: "i", source: "/s", version: 1, time: new Date(time) } },
    ]);
  });

  test.each(["Lost", "__proto__"])("called %s, which the contract does not have, is dead-lettered", async (name) => {
    const codec = (() => ({ event: name, data: {} })) as unknown as Codec<Orders>;
    expect((await receiveBody("text", {}, { codec })).outcomes).toEqual([
      {
        kind: "deadLettered",
        code: "UnknownEvent",
        summary: `no handler takes ${name}`,
        field: "type",
        remedy: "this consumer handles Placed, Paid of orders: add a handler, or narrow the subscription's events",
      },
    ]);
  });
});
