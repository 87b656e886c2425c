import { hash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { systemClock } from "../../../../lib/clock/index.ts";
import { type Codec, defineContract, event, plainJson, RetryError } from "../../../../lib/index.ts";
import { contract, envelope, MemoryStore, type Orders, record } from "../support.ts";
import { payloadsOf, pointer, type Received, receive, receiveBody, receiveBy } from "./receive.ts";

const placed = (n: number, id?: string) => ({
  event: "Placed" as const,
  data: { n },
  ...(id === undefined ? {} : { id }),
});

const decodedOf = ({ steps }: Received) => steps.filter((step) => step.type === "decoded");
const fetchedOf = ({ steps }: Received) => steps.filter((step) => step.type === "fetched");

describe("an event past its expiry time", () => {
  const now = Date.parse("2026-01-02T03:04:05Z");
  const clock = { ...systemClock, now: () => now };
  const expiring = (at: number) => envelope("e1", undefined, { expirytime: new Date(at).toISOString() });

  test("is handled until then, and dropped from then on", async () => {
    expect((await receiveBody(expiring(now + 1), {}, { clock })).outcomes).toEqual([{ kind: "done" }]);
    const { handled, outcomes, failed } = await receiveBody(expiring(now), {}, { clock });
    expect({ handled, outcomes, failed }).toEqual({ handled: [], outcomes: [{ kind: "expired" }], failed: [] });
  });

  test("is dead-lettered where the consumer asks for it", async () => {
    expect((await receiveBody(expiring(now - 1), {}, { clock, expired: "dead-letter" })).outcomes).toEqual([
      {
        kind: "deadLettered",
        code: "Permanent",
        summary: "Placed expired at 2026-01-02T03:04:04.999Z",
        field: "expirytime",
      },
    ]);
  });
});

describe("an idempotency key of the user", () => {
  test.each([
    ["", "an empty string"],
    [7, "a value of the type number"],
    [undefined, "a value of the type undefined"],
  ])("that is %j has the message dead-lettered, with what to return", async (key, what) => {
    const idempotencyKey = (() => key) as () => string;
    expect((await receiveBody(envelope("a"), {}, { store: new MemoryStore(), idempotencyKey })).outcomes).toEqual([
      {
        kind: "deadLettered",
        code: "CallbackFailed",
        summary: `idempotencyKey returned ${what} for Placed`,
        field: "idempotencyKey",
        remedy: "return a string of at least one character",
      },
    ]);
  });

  test("that asks for a retry has it, as one for something that the consumer depends on", async () => {
    const idempotencyKey = () => {
      throw new RetryError("no key yet", { after: 5 });
    };
    const received = await receiveBody(envelope("a"), {}, { store: new MemoryStore(), idempotencyKey });
    expect(received.outcomes).toEqual([
      { kind: "retry", cause: "dependency", afterSeconds: 5, code: "Retry", summary: "no key yet" },
    ]);
    expect(decodedOf(received)).toMatchObject([{ event: { id: "a" }, outcome: { kind: "retry" } }]);
  });
});

describe("what is async and takes too long", () => {
  const tooLong = (field: string) => ({
    kind: "retry",
    cause: "dependency",
    code: "CallbackTimeout",
    summary: `${field} did not end in 10 ms`,
    field,
    limit: "10 ms",
    remedy: "give what it waits for a time limit",
  });

  test("has its message redelivered, be it a schema or a codec", async () => {
    const slow = defineContract("slow", { Slow: event({ schema: z.unknown().refine(() => new Promise(() => {})) }) });
    const given = record(envelope("a", 1, { type: "slow.Slow" }));
    expect((await receiveBy(slow, ["Slow"], [given], { recordTimeoutMs: 10 })).outcomes).toEqual([
      tooLong("Slow.schema"),
    ]);
    const codec: Codec<Orders> = () => new Promise(() => {});
    expect((await receiveBody("text", {}, { codec, recordTimeoutMs: 10 })).outcomes).toEqual([tooLong("codec")]);
  });
});

describe("what a codec returns", () => {
  test.each([
    ["null", null],
    ["no events", []],
  ])("%s: the message is ignored", async (_, result) => {
    const received = await receiveBody("text", {}, { codec: () => result });
    expect(received).toMatchObject({ handled: [], outcomes: [{ kind: "ignored" }], failed: [] });
    expect(decodedOf(received)).toMatchObject([{ event: undefined, outcome: { kind: "ignored" } }]);
  });

  test.each([
    ["text", "a body that is no JSON"],
    ['{"n":1}', "a body without an envelope"],
  ])("undefined for %s: the message is dead-lettered as unknown", async (body, what) => {
    expect((await receiveBody(body, {}, { codec: () => undefined })).outcomes).toEqual([
      expect.objectContaining({ code: "UnknownEvent", summary: `no handler takes ${what}`, field: "type" }),
    ]);
  });

  test("one event in a list has the message's id, several have one with their place", async () => {
    const codec: Codec<Orders> = (_json, { text }) =>
      text === "one" ? [placed(1)] : [placed(1), placed(2, "own"), placed(3)];
    const records = ["one", "three"].map((text) => record(text, { messageId: text }));
    const { handled, outcomes } = await receive(records, { codec });
    expect(handled.map((each) => each.event.id).toSorted()).toEqual(["one", "own", "three.0", "three.2"]);
    expect(outcomes).toContainEqual({ kind: "done" });
  });

  test.each([
    ["null in a list", [placed(1), null], "codec", "returned something that is no event"],
    ["text", "Placed", "codec", "returned something that is no event"],
    [
      "a function with the fields of an event",
      Object.assign(() => {}, placed(1)),
      "codec",
      "returned something that is no event",
    ],
    ["an event without a name", { data: { n: 1 } }, "codec", "returned something that is no event"],
    ["an id that is empty", placed(1, ""), "codec.id", "returned an event whose id is no text"],
    [
      "a source that is no text",
      { ...placed(1), source: 7 },
      "codec.source",
      "returned an event whose source is no text",
    ],
    [
      "a time that is a date",
      { ...placed(1), time: new Date() },
      "codec.time",
      "returned an event whose time is no text",
    ],
    [
      "a version that is text",
      { ...placed(1), version: "1" },
      "codec.version",
      "returned an event whose version is no number",
    ],
  ])("%s: the message is dead-lettered, with what to return", async (_, result, field, what) => {
    const codec = (() => result) as unknown as Codec<Orders>;
    expect((await receiveBody("text", {}, { codec })).outcomes).toEqual([
      {
        kind: "deadLettered",
        code: "CallbackFailed",
        summary: `the codec ${what}`,
        field,
        remedy: "return { event, data, id? }, a list of them, null to ignore the message, or undefined",
      },
    ]);
  });

  const throwing = () => {
    throw new TypeError("s3cret");
  };

  test.each<[string, () => unknown]>([
    ["that throws", throwing],
    ["whose result throws when it is read", () => Object.defineProperty({}, "event", { get: throwing })],
  ])("%s: the error names the codec, without the message of what was thrown", async (_, given) => {
    expect((await receiveBody("text", {}, { codec: given as Codec<Orders> })).outcomes).toEqual([
      expect.objectContaining({ code: "CallbackFailed", summary: "codec threw TypeError", field: "codec" }),
    ]);
  });
});

test("plainJson takes every JSON for its event, and knows no other text", async () => {
  const codec = plainJson(contract, "Placed");
  const { handled, outcomes } = await receive([record({ n: 7 }), record("text")], { codec });
  expect(handled.map((each) => each.data)).toEqual([{ n: 7 }]);
  expect(outcomes).toContainEqual(expect.objectContaining({ code: "UnknownEvent" }));
});

test.each([
  ["text", "the body is not JSON", "body"],
  ["{}", 'specversion is missing, not "1.0"', "specversion"],
  [
    JSON.stringify(envelope("a", 1, { expirytime: "tomorrow" })),
    "expirytime is a string of 8 characters, not an RFC 3339 time",
    "expirytime",
  ],
  ["[]", "the body is a list, not a CloudEvents envelope", "body"],
])("without a codec, the body %s is dead-lettered", async (body, summary, field) => {
  expect((await receiveBody(body)).outcomes).toEqual([
    expect.objectContaining({ kind: "deadLettered", code: "BodyMalformed", summary, field }),
  ]);
});

describe("observers", () => {
  test("are told of a payload with its size in bytes, and of what it held", async () => {
    const text = JSON.stringify(envelope("e1", { n: 7, more: "é" }));
    const { options } = payloadsOf({ a: text });
    const received = await receive([record(pointer("a"), { messageId: "m" })], options);
    expect(fetchedOf(received)).toEqual([
      {
        type: "fetched",
        at: expect.any(Number),
        durationMs: expect.any(Number),
        delivery: expect.objectContaining({ invocation: expect.objectContaining({ id: "request" }) }),
        bytes: text.length + 1,
        error: undefined,
      },
    ]);
    expect(fetchedOf(received)[0]?.delivery.messageId).toBe("m");
    expect(decodedOf(received)).toMatchObject([{ event: { id: "e1" }, outcome: undefined }]);
  });

  test("are told of a payload that could not be read, with the error and no size", async () => {
    const { options } = payloadsOf({});
    const received = await receiveBody(pointer("a"), {}, options);
    const error = new Error("there is no a");
    expect(received.outcomes).toEqual([{ kind: "retry", cause: "dependency", error }]);
    expect(fetchedOf(received)).toMatchObject([{ bytes: undefined, error }]);
    expect(decodedOf(received)).toMatchObject([{ event: undefined, outcome: { kind: "retry", cause: "dependency" } }]);
  });

  test("are told of no payload where the body itself is compressed", async () => {
    const body = gzipSync(JSON.stringify(envelope("e1"))).toString("base64");
    const received = await receiveBody(body, { contentEncoding: "gzip" });
    expect(received.outcomes).toEqual([{ kind: "done" }]);
    expect(fetchedOf(received)).toEqual([]);
  });
});

test("an event without data differs from one with data under its id", async () => {
  const anything = defineContract("any", { Any: event({ schema: z.unknown() }) });
  const records = [undefined, "x"].map((data) => record({ ...envelope("e1"), type: "any.Any", data }));
  const { outcomes } = await receiveBy(anything, ["Any"], records, { store: new MemoryStore() });
  const digest = (text: string) => hash("sha256", text, "base64url").slice(0, 16);
  expect(outcomes).toContainEqual({
    kind: "duplicate",
    conflict: { handled: digest(""), received: digest('"x"') },
  });
});

test("a payload is not fetched where no handler may start any more", async () => {
  let now = Date.now();
  const clock = { ...systemClock, now: () => now };
  const { options, calls } = payloadsOf({ a: JSON.stringify(envelope("a")), b: JSON.stringify(envelope("b")) });
  const idempotencyKey = ({ id }: { id: string }) => {
    now += 25_000;
    return id;
  };
  const records = ["a", "b"].map((key) => record(pointer(key), { messageId: key }));
  const received = await receive(records, { ...options, clock, idempotencyKey, concurrency: 1, minStartMs: 10_000 });
  expect(calls.map(({ at }) => at)).toEqual(["bucket/a"]);
  expect(received.failed).toContain("b");
  expect(received.outcomes).toContainEqual(
    expect.objectContaining({ kind: "retry", cause: "deadline", code: "DeadlineTooClose" }),
  );
});
