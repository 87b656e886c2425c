import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Codec, PayloadStore } from "../../../../lib/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { envelope, type Orders, record } from "../support.ts";
import { notification, payloadsOf, pointer, type Received, receive, receiveBody, stringAttributes } from "./receive.ts";

const GZIP = { contentEncoding: "gzip" };

const TEXT = JSON.stringify(envelope("e1", { n: 7 }));

const gzipped = (text: string | Uint8Array) => gzipSync(text).toString("base64");

/** Not UTF-8: a continuation byte alone. */
const NOT_UTF8 = Uint8Array.of(0x22, 0x80, 0x22);

const dataOf = ({ handled }: Received) => handled.map(({ data }) => data);

describe("a record without a body", () => {
  const wrong = { code: "BodyMalformed", summary: "the record has no body", field: "body" };

  test.each([
    ["a record whose body is a number", { ...record(""), body: 7 }],
    ["a record that is none", null],
  ])("%s fails for good, and its neighbour is handled", async (_, given) => {
    const received = await receive([given as never, record(TEXT)]);
    expect(dataOf(received)).toEqual([{ n: 7 }]);
    expect(received.outcomes).toContainEqual(expect.objectContaining(wrong));
  });
});

describe("a compressed body", () => {
  test.each([
    ["JSON after white space", `\n  ${TEXT}`, GZIP],
    ["JSON in an encoding that the consumer does not know", TEXT, { contentEncoding: "identity" }],
  ])("is only what says so: %s is read as it is", async (_, body, attributes) => {
    expect(dataOf(await receiveBody(body, attributes))).toEqual([{ n: 7 }]);
  });

  test("is base64: text with a brace in it is refused, with what to do", async () => {
    expect((await receiveBody("dear {name}", GZIP)).outcomes).toEqual([
      {
        kind: "deadLettered",
        code: "BodyMalformed",
        summary: "the body is marked as compressed but is not base64",
        field: "body",
        remedy: "remove the contentEncoding attribute, or send base64 of gzip or zstd",
      },
    ]);
  });

  test("may inflate to the limit, and to no byte more", async () => {
    const bytes = Buffer.byteLength(TEXT);
    expect(dataOf(await receiveBody(gzipped(TEXT), GZIP, { maxPayloadBytes: bytes }))).toEqual([{ n: 7 }]);
    expect((await receiveBody(gzipped(TEXT), GZIP, { maxPayloadBytes: bytes - 1 })).outcomes).toEqual([
      {
        kind: "deadLettered",
        code: "PayloadTooLarge",
        summary: "the inflated body is too large",
        field: "body",
        limit: `${bytes - 1} bytes`,
        remedy: "raise maxPayloadBytes of this consumer, then redrive",
      },
    ]);
  });
});

describe("a pointer to a payload", () => {
  const wrapped = JSON.stringify(notification(TEXT));
  const compressed = gzipped(TEXT);

  test.each<[string, unknown, Readonly<Record<string, string>>]>([
    ["in a message", pointer("plain"), {}],
    ["in a notification of SNS", notification(pointer("plain")), {}],
    ["in a compressed body", gzipped(JSON.stringify(pointer("plain"))), GZIP],
    ["to what SNS wrapped", pointer("wrapped"), {}],
    ["to a compressed payload", pointer("compressed"), GZIP],
    ["to a compressed payload, wrapped by SNS with its attributes", notification(pointer("compressed"), GZIP), {}],
    ["to a payload that only claims to be compressed", pointer("plain"), GZIP],
  ])("%s is followed", async (_, body, attributes) => {
    const { options, calls } = payloadsOf({ plain: TEXT, wrapped, compressed });
    const received = await receiveBody(body, attributes, { ...options, maxPayloadBytes: 12_345 });
    expect(dataOf(received)).toEqual([{ n: 7 }]);
    expect(received.outcomes).toEqual([{ kind: "done" }]);
    expect(calls).toEqual([
      {
        at: expect.stringMatching(/^bucket\/(?:plain|wrapped|compressed)$/),
        maxBytes: 12_345,
        signal: expect.any(AbortSignal),
      },
    ]);
  });

  test("gives a codec the payload, and the attributes of the message", async () => {
    const { options } = payloadsOf({ a: "n;7" });
    const seen: unknown[] = [];
    const codec: Codec<Orders> = (json, { text, attributes }) => {
      seen.push(json, text, attributes);
      return null;
    };
    await receiveBody(notification(pointer("a"), { kind: "csv" }), { sender: "shop" }, { ...options, codec });
    expect(seen).toEqual([undefined, "n;7", { kind: "csv", sender: "shop" }]);
  });

  test.each([
    ["another bucket", "one/a, bucket/orders/", pointer("orders/a", "other"), "s3://other/orders/a"],
    ["another folder", "one/a, bucket/orders/", pointer("orders-2/a"), "s3://bucket/orders-2/a"],
    ["a folder above", "one/a, bucket/orders/", pointer("orders/../a"), "s3://bucket/orders/../a"],
    ["anywhere where nothing is allowed", "", pointer("a"), "s3://bucket/a"],
    ["a place with a long name", "bucket/b", pointer("a".repeat(400)), `s3://bucket/${"a".repeat(300 - 12)}`],
  ])("to %s is refused, and nothing is read", async (_, payloadSources, body, given) => {
    const { options, calls } = payloadsOf({});
    expect((await receiveBody(body, {}, { ...options, payloadSources })).outcomes).toEqual([
      {
        kind: "deadLettered",
        code: "PointerNotAllowed",
        summary: `the message points to ${given}`,
        field: "body",
        limit: { "": "no location is allowed", "bucket/b": "bucket/b/" }[payloadSources] ?? "one/a/, bucket/orders/",
        remedy:
          "if the location is right, turn on largePayloads of the topic or add it to payloadSources, then redrive",
      },
    ]);
    expect(calls).toEqual([]);
  });

  test.each<[string, (declared: string) => unknown, (declared: string) => Readonly<Record<string, string>>]>([
    ["an attribute", () => pointer("a"), (ExtendedPayloadSize) => ({ ExtendedPayloadSize })],
    ["the attribute of older clients", () => pointer("a"), (SQSLargePayloadSize) => ({ SQSLargePayloadSize })],
    ["SNS's wrapping", (ExtendedPayloadSize) => notification(pointer("a"), { ExtendedPayloadSize }), () => ({})],
  ])("with a size in %s is followed up to the limit, and else refused unread", async (_, bodyOf, attributesOf) => {
    const { options, calls } = payloadsOf({ a: TEXT });
    const limited = { ...options, maxPayloadBytes: 1_000 };
    expect(dataOf(await receiveBody(bodyOf("1000"), attributesOf("1000"), limited))).toEqual([{ n: 7 }]);
    expect(calls).toHaveLength(1);
    expect((await receiveBody(bodyOf("1001"), attributesOf("1001"), limited)).outcomes).toEqual([
      {
        kind: "deadLettered",
        code: "PayloadTooLarge",
        summary: "the payload is declared to have 1001 bytes",
        field: "body",
        limit: "1000 bytes",
        remedy: "raise maxPayloadBytes of this consumer and give its function the memory, then redrive",
      },
    ]);
    expect(calls).toHaveLength(1);
  });

  test("to a pointer is not followed twice", async () => {
    const { options, calls } = payloadsOf({ a: JSON.stringify(pointer("b")), b: TEXT });
    expect((await receiveBody(pointer("a"), {}, options)).outcomes).toEqual([
      { kind: "deadLettered", code: "BodyMalformed", summary: "the payload is itself a pointer", field: "body" },
    ]);
    expect(calls.map(({ at }) => at)).toEqual(["bucket/a"]);
  });

  test("to a payload that does not arrive is given up in time, and its call is aborted", async () => {
    const clock = new FakeClock();
    let given: AbortSignal | undefined;
    const payloads: PayloadStore = {
      put: () => Promise.reject(new Error("consumers write nothing")),
      get: (_pointer, _maxBytes, signal) => {
        given = signal;
        return new Promise(() => {});
      },
    };
    const receiving = receiveBody(pointer("a"), {}, { payloads, payloadSources: "bucket", clock });
    await clock.advance(60_000);
    expect((await receiving).outcomes).toEqual([
      {
        kind: "retry",
        cause: "dependency",
        code: "PayloadUnavailable",
        summary: "the payload did not arrive in the invocation's time",
      },
    ]);
    expect(given?.aborted).toBe(true);
  });
});

test.each([
  ["inflated", gzipped(NOT_UTF8), GZIP],
  ["fetched", pointer("a"), {}],
])("what is %s and is not UTF-8 is refused", async (_, body, attributes) => {
  const { options } = payloadsOf({ a: NOT_UTF8 });
  expect((await receiveBody(body, attributes, options)).outcomes).toEqual([
    { kind: "deadLettered", code: "PayloadCorrupted", summary: "the payload is not UTF-8", field: "body" },
  ]);
});

test("an attribute of the wrapping goes before one of the message, and one without a value is none", async () => {
  const seen: unknown[] = [];
  const codec: Codec<Orders> = (_json, { attributes }) => {
    seen.push(Object.entries(attributes));
    return null;
  };
  const messageAttributes = { ...stringAttributes({ kind: "outer" }), empty: { dataType: "String" } };
  await receive([record(notification("text", { kind: "inner" }), { messageAttributes })], { codec });
  await receive([record("text", { messageAttributes })], { codec });
  expect(seen).toEqual([[["kind", "inner"]], [["kind", "outer"]]]);
});
