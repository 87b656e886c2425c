import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFanfareError } from "../../../lib/errors/index.ts";
import { declaredPayloadBytes, isPointer, readBase64, unwrapBody, writePointer } from "../../../lib/wire/index.ts";
import { readBody } from "../../support/read-body.ts";
import { anyJson, anyText } from "./arbitraries.ts";

const CURRENT = "software.amazon.payloadoffloading.PayloadS3Pointer";
const LEGACY = "com.amazon.sqs.javamessaging.MessageS3Pointer";

/** What SNS makes of a message for a subscription without raw delivery. */
const wrapped = (message: string, attributes?: unknown) =>
  JSON.stringify({
    Type: "Notification",
    MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
    TopicArn: "arn:aws:sns:eu-central-1:123456789012:orders",
    Message: message,
    Timestamp: "2026-11-21T12:00:00.000Z",
    ...(attributes === undefined ? {} : { MessageAttributes: attributes }),
  });

const malformed = expect.objectContaining({ code: "BodyMalformed", remedy: expect.any(String) });

describe("readBody", () => {
  it("reads any JSON as what it is", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const body = readBody(JSON.stringify(value));
        expect(body).toMatchObject({ kind: "json" });
        expect(body.kind === "json" && isDeepStrictEqual(body.value, value)).toBe(true);
      }),
    );
  });

  it.each(["", "{", "text", "{}{}", "undefined", "\uFEFF"])("refuses %j", (text) => {
    expect(() => readBody(text)).toThrow(malformed);
  });

  it("takes SNS's wrapping off, with and without attributes", () => {
    const attributes = { region: { Type: "String", Value: "eu" }, odd: "not an attribute" };
    expect(readBody(wrapped('{"a":1}', attributes))).toEqual({ kind: "json", value: { a: 1 } });
    expect(readBody(wrapped("[1]"))).toEqual({ kind: "json", value: [1] });
  });

  it("takes the wrapping off a pointer", () => {
    const pointer = writePointer({ bucket: "b", key: "k" });
    const body = readBody(wrapped(pointer, { ExtendedPayloadSize: { Type: "Number", Value: "300000" } }));
    expect(body).toEqual({ kind: "pointer", pointer: expect.objectContaining({ bucket: "b", key: "k" }) });
  });

  it("takes one wrapping off, not two: what was published is the publisher's", () => {
    const inner = wrapped('{"a":1}');
    expect(readBody(wrapped(inner))).toMatchObject({ kind: "json", value: { Type: "Notification" } });
  });

  it("keeps a wrapped text that is no JSON, with its attributes", () => {
    const attributes = { region: { Type: "String", Value: "eu" }, odd: "not an attribute", no: { Type: "String" } };
    expect(unwrapBody(wrapped("a;b", attributes))).toEqual({
      text: "a;b",
      json: undefined,
      attributes: new Map([["region", "eu"]]),
    });
    expect(() => readBody(wrapped("plain text"))).toThrow(malformed);
  });

  it.each(["\uFEFF{}", `\uFEFF${wrapped("{}")}`, wrapped("\uFEFF{}")])("reads past a byte order mark: %j", (text) => {
    expect(readBody(text)).toEqual({ kind: "json", value: {} });
  });

  it.each([
    { Type: "Notification", Message: "{}" },
    { Type: "Notification", TopicArn: "arn", Message: 7 },
    { Type: "SubscriptionConfirmation", TopicArn: "arn", Message: "{}" },
  ])("leaves alone what only looks like a wrapping: %j", (value) => {
    expect(readBody(JSON.stringify(value))).toMatchObject({ kind: "json", value });
  });
});

describe("pointers", () => {
  it("are written as AWS's extended clients write them", () => {
    expect(writePointer({ bucket: "my-bucket", key: "orders/1" })).toBe(
      `["${CURRENT}",{"s3BucketName":"my-bucket","s3Key":"orders/1"}]`,
    );
  });

  it("are read back, whatever bucket and key", () => {
    fc.assert(
      fc.property(anyText, anyText, (bucket, key) => {
        expect(readBody(writePointer({ bucket, key }))).toMatchObject({ kind: "pointer", pointer: { bucket, key } });
      }),
    );
  });

  it.each([
    ["the current class", `["${CURRENT}",{"s3BucketName":"b","s3Key":"k"}]`],
    ["the legacy class", `["${LEGACY}",{"s3BucketName":"b","s3Key":"k"}]`],
    ["spaces as Python writes them", `["${CURRENT}", {"s3BucketName": "b", "s3Key": "k"}]`],
    ["spaces and lines", ` [ "${LEGACY}" ,\n{ "s3Key" : "k", "s3BucketName" : "b", "more": 1 } ] `],
  ])("are read with %s", (_what, text) => {
    expect(readBody(text)).toMatchObject({ kind: "pointer", pointer: { bucket: "b", key: "k" } });
  });

  it.each([
    `["${CURRENT}"]`,
    `["${CURRENT}",null]`,
    `["${CURRENT}",["b","k"]]`,
    `["${CURRENT}",{"s3BucketName":"b"}]`,
    `["${CURRENT}",{"s3BucketName":"b","s3Key":7}]`,
    `["${LEGACY}",{"s3Key":"k"}]`,
  ])("are refused when they lead nowhere: %s", (text) => {
    expect(() => readBody(text)).toThrow(malformed);
  });

  it.each([
    [["com.example.Other", { s3BucketName: "b", s3Key: "k" }]],
    [[]],
    [[[CURRENT]]],
    [{ 0: CURRENT }],
    [CURRENT],
  ])("are not seen in %j", (value) => {
    expect(isPointer(value)).toBe(false);
    expect(readBody(JSON.stringify(value)).kind).toBe("json");
  });
});

describe("declaredPayloadBytes", () => {
  const declared = (attributes: Record<string, string>) => declaredPayloadBytes((name) => attributes[name]);

  it("reads both attributes, the current one first", () => {
    expect(declared({ ExtendedPayloadSize: "300000" })).toBe(300_000);
    expect(declared({ SQSLargePayloadSize: "300001" })).toBe(300_001);
    expect(declared({ ExtendedPayloadSize: "1", SQSLargePayloadSize: "2" })).toBe(1);
    expect(declared({})).toBeUndefined();
  });

  it.each(["", "-1", "1.5", "1e9", "many", "0x10", " 5", "9".repeat(16)])("does not believe %j", (value) => {
    expect(declared({ ExtendedPayloadSize: value })).toBeUndefined();
  });
});

describe("readBase64", () => {
  it("reads what Node writes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(new Uint8Array(readBase64(Buffer.from(bytes).toString("base64")))).toEqual(bytes);
      }),
    );
  });

  it.each(["A", "AA", "AAA", "=", "====", "A===", "AA=A", "AAAA=", "AA AA===", "AAAA\n", "AA-_", "ä===", '{"a":1}'])(
    "refuses %j",
    (text) => {
      expect(() => readBase64(text)).toThrow(malformed);
    },
  );

  it("throws nothing but its own error", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        try {
          readBase64(text);
        } catch (error) {
          expect(isFanfareError(error, "BodyMalformed")).toBe(true);
        }
      }),
    );
  });
});
