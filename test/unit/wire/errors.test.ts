import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineContract, event } from "../../../lib/contract/index.ts";
import { isJsonObject } from "../../../lib/std/index.ts";
import {
  assertAttributeCount,
  composeMessage,
  documentInText,
  type Envelope,
  encodeAttributes,
  envelopeData,
  type MessageOptions,
  parseJson,
  readBase64,
  readEnvelope,
} from "../../../lib/wire/index.ts";
import { readBody } from "../../support/read-body.ts";

/** An error is what a developer reads at three in the morning: each says what was given, where, and what to do. */
const minimal = { specversion: "1.0", id: "1", source: "/s", type: "t" } as const;
const { Placed } = defineContract("orders", { Placed: event({ schema: z.unknown() }) }).events;

// biome-ignore lint/suspicious/noExplicitAny: what a contract in JavaScript may return.
const attribute = (it: any) => encodeAttributes("Placed", { it }, {});
const compose = (options: MessageOptions, data: unknown = {}) => composeMessage(Placed, "/s", data, data, options);
const envelope = (fields: object) => readEnvelope({ ...minimal, ...fields });

interface Told {
  readonly code: string;
  readonly field: string;
  readonly message: string;
  readonly remedy: string;
  readonly limit?: string;
}

function thrownBy(action: () => unknown): Told {
  try {
    action();
  } catch (error) {
    return error as Told;
  }
  throw new Error("nothing was thrown");
}

const CASES: readonly [what: string, action: () => unknown, field: string, message: RegExp, remedy: RegExp][] = [
  ["no number", () => attribute(Number.NaN), "Placed.attributes.it", /\.it is NaN/, /finite/],
  ["a large number", () => attribute(1e127), "Placed.attributes.it", /\.it is 1e\+127/, /10\^126/],
  ["a small number", () => attribute(1e-129), "Placed.attributes.it", /\.it is 1e-129/, /10\^-128/],
  ["an empty string", () => attribute(""), "Placed.attributes.it", /\.it .*empty/, /undefined/],
  ["a control character", () => attribute("\u0000"), "Placed.attributes.it", /\.it .*character/, /surrogates/],
  ["null", () => attribute(null), "Placed.attributes.it", /\.it is null/, /list/],
  ["an object", () => attribute({}), "Placed.attributes.it", /\.it is an? object/, /list/],
  ["a list of numbers", () => attribute(["a", 1]), "Placed.attributes.it.1", /\.it\.1 is a number/, /list/],
  ["a group", () => compose({ group: "a b" }), "Placed.group", /group has 3 characters/, /128/],
  ["a long id", () => compose({ id: "x".repeat(129) }), "Placed.id", /id has 129 characters/, /128/],
  ["a token", () => compose({ deduplicationId: "" }), "Placed.deduplicationId", /Id has 0 characters/, /128/],
  // @ts-expect-error what a caller in JavaScript may give
  ["an id that is a number", () => compose({ id: 7 }), "Placed.id", /id is a number/, /ASCII/],
  ["a time", () => compose({ time: new Date(Number.NaN) }), "Placed.time", /time .*9999/, /Date/],
  ["a late time", () => compose({ time: new Date(253_402_300_800_000) }), "Placed.time", /time .*9999/, /Date/],
  ["an early time", () => compose({ time: new Date(-62_198_755_200_000) }), "Placed.time", /time .*9999/, /Date/],
  ["an expiry", () => compose({ expiresAt: new Date(Number.NaN) }), "Placed.expiresAt", /expiresAt .*9999/, /Date/],
  ["data", () => compose({}, 1n), "Placed", /Placed .*JSON/, /bigint/],
  ["a body", () => readBody("{"), "body", /body is not JSON/, /codec/],
  [
    "a wrapped body",
    () => readBody('{"Type":"Notification","TopicArn":"a","Message":"{"}'),
    "body",
    /body is not JSON/,
    /codec/,
  ],
  [
    "a pointer",
    () => readBody('["software.amazon.payloadoffloading.PayloadS3Pointer"]'),
    "body",
    /pointer/,
    /PayloadS3Pointer.*s3BucketName/,
  ],
  ["compression", () => readBase64("{}"), "body", /compressed.*base64/, /contentEncoding/],
  ["no envelope", () => readEnvelope("abc"), "body", /body is an? (text|string) of 3 characters/, /CloudEvents/],
  ["nothing", () => readEnvelope(undefined), "body", /body is missing/, /codec/],
  ["null for an envelope", () => readEnvelope(null), "body", /body is null/, /codec/],
  ["a list", () => readEnvelope([]), "body", /body is a list/, /codec/],
  ["a number", () => readEnvelope(7), "body", /body is a number/, /codec/],
  ["a version", () => envelope({ specversion: "0.3" }), "specversion", /specversion is .*3 characters.*1\.0/, /codec/],
  ["an id in an envelope", () => envelope({ id: "" }), "id", /^id is .*0 characters/, /codec/],
  ["a source", () => envelope({ source: 1 }), "source", /^source is a number/, /codec/],
  ["a type", () => envelope({ type: undefined }), "type", /^type is missing/, /codec/],
  ["a time in an envelope", () => envelope({ time: 1 }), "time", /^time is a number/, /codec/],
  [
    "an expiry in an envelope",
    () => envelope({ expirytime: "soon" }),
    "expirytime",
    /^expirytime is .*4 char.*RFC/,
    /codec/,
  ],
  ["binary data", () => envelope({ data_base64: 1 }), "data_base64", /^data_base64 is a number.*base64/, /codec/],
  ["no base64", () => envelopeData({ ...minimal, data_base64: "?" }), "data_base64", /^data_base64 .*base64/, /codec/],
  [
    "no JSON",
    () => envelopeData({ ...minimal, data_base64: "ew==" }),
    "data_base64",
    /data_base64 is not JSON/,
    /codec/,
  ],
  ["text", () => parseJson("", "it"), "it", /it is not JSON/, /codec/],
];

describe("errors", () => {
  it.each(CASES)("about %s say where, what and how to fix it", (_, action, field, message, remedy) => {
    const told = thrownBy(action);
    expect(told.field).toBe(field);
    expect(told.message).toMatch(message);
    expect(told.remedy).toMatch(remedy);
  });

  it("name the limits", () => {
    const many = Object.fromEntries(
      Array.from({ length: 11 }, (_, n) => [`a${n}`, { DataType: "String", StringValue: "x" }]),
    );
    const told = thrownBy(() => assertAttributeCount("Placed", many));
    expect(told).toMatchObject({ field: "Placed.attributes", limit: "10 attributes" });
    expect(told.message).toMatch(/Placed .*11/);
    expect(thrownBy(() => compose({ id: "" })).limit).toBe("128 characters");
  });

  it("keep the cause of data that cannot be written", () => {
    expect(thrownBy(() => compose({}, 1n))).toHaveProperty("cause", expect.any(TypeError));
  });
});

describe("limits", () => {
  it("of numbers are included", () => {
    for (const value of [1e126, -1e126, 1e-128, -1e-128, 0]) {
      expect(attribute(value).it?.DataType).toBe("Number");
    }
    expect(() => attribute(-1e-129)).toThrow();
  });

  it("of years are included", () => {
    for (const time of ["0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]) {
      expect(JSON.parse(compose({ time: new Date(time) }).body).time).toBe(time);
    }
  });
});

describe("a message", () => {
  it("carries every option in its envelope", () => {
    const options = {
      id: "i",
      time: new Date("2026-01-02T03:04:05.000Z"),
      subject: "s",
      group: "g",
      traceparent: "tp",
      tracestate: "ts",
      correlationId: "co",
      causationId: "ca",
      expiresAt: new Date("2026-01-03T00:00:00.000Z"),
    };
    const message = compose({ ...options, deduplicationId: "d" }, { a: 1 });
    expect(message).toMatchObject({ id: "i", group: "g", deduplicationId: "d" });
    expect(message.attributes).toEqual({ type: { DataType: "String", StringValue: "orders.Placed" } });
    expect(JSON.parse(message.body)).toEqual({
      specversion: "1.0",
      id: "i",
      source: "/s",
      type: "orders.Placed",
      time: "2026-01-02T03:04:05.000Z",
      subject: "s",
      datacontenttype: "application/json",
      dataversion: 1,
      partitionkey: "g",
      traceparent: "tp",
      tracestate: "ts",
      correlationid: "co",
      causationid: "ca",
      expirytime: "2026-01-03T00:00:00.000Z",
      data: { a: 1 },
    });
  });
});

describe("JSON in a string", () => {
  const inText = (data: unknown, datacontenttype?: string) =>
    documentInText({ ...minimal, data, ...(datacontenttype === undefined ? {} : { datacontenttype }) } as Envelope);

  it.each([
    ['{"a":1}', undefined, { a: 1 }],
    [" \n[1]", undefined, [1]],
    ['{"a":1}', "application/vnd.a+json", { a: 1 }],
    ['{"a":1}', "APPLICATION/JSON; charset=utf-8", { a: 1 }],
    ['{"a":1}', "text/plain", undefined],
    ['{"a":1}', "application/jsonlines", undefined],
    ['{"a":1}', "x-application/json", undefined],
    ["7", undefined, undefined],
    ['"{}"', undefined, undefined],
    ["a {", undefined, undefined],
    ["{", undefined, undefined],
    [{ a: 1 }, undefined, undefined],
    [["[1]"], undefined, undefined],
  ])("%j of the type %s is %j", (data, type, expected) => {
    expect(inText(data, type)).toEqual(expected);
  });

  it("is no JSON object, nor is a list or null", () => {
    expect([{}, [], null, "{}", undefined].map(isJsonObject)).toEqual([true, false, false, false, false]);
  });
});
