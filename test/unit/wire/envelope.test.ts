import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFanfareError } from "../../../lib/errors/index.ts";
import {
  documentInText,
  type Envelope,
  envelopeData,
  envelopeVersion,
  parseJson,
  readEnvelope,
  writeEnvelope,
} from "../../../lib/wire/index.ts";
import { anyEnvelope, anyJson } from "./arbitraries.ts";

const minimal: Envelope = { specversion: "1.0", id: "1", source: "/s", type: "t" };

/** What SQS takes: characters of XML 1.0, and no lone surrogates. Written apart from the code under test on purpose. */
function accepted(text: string): boolean {
  if (!text.isWellFormed()) {
    return false;
  }
  return Array.from(text).every((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code === 9 || code === 10 || code === 13 || (code >= 0x20 && code !== 0xfffe && code !== 0xffff);
  });
}

function malformed(value: unknown): string {
  try {
    readEnvelope(value);
  } catch (error) {
    if (isFanfareError(error, "BodyMalformed")) {
      return error.field ?? "";
    }
    throw error;
  }
  throw new Error("the envelope was accepted");
}

describe("writeEnvelope and readEnvelope", () => {
  it("bring any JSON across unchanged, in characters that SQS accepts", () => {
    fc.assert(
      fc.property(anyEnvelope, (envelope) => {
        const body = writeEnvelope(envelope);
        expect(accepted(body)).toBe(true);
        const read = readEnvelope(parseJson(body, "body"));
        expect(isDeepStrictEqual(read, envelope)).toBe(true);
        expect(isDeepStrictEqual(envelopeData(read), envelope.data)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("pollute no prototype", () => {
    const body = `{"specversion":"1.0","id":"1","source":"/s","type":"t","__proto__":{"polluted":1},
      "data":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}`;
    const envelope = readEnvelope(parseJson(body, "body"));
    expect(Object.getPrototypeOf(envelope)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(envelopeData(envelope))).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.hasOwn(envelopeData(envelope) as object, "__proto__")).toBe(true);
  });

  it("cannot be fooled by fields that sit on the prototype only", () => {
    expect(malformed(parseJson('{"__proto__":{"specversion":"1.0","id":"1","source":"/s","type":"t"}}', "body"))).toBe(
      "specversion",
    );
  });

  it("escapes the two characters that JSON allows and SQS refuses", () => {
    const body = writeEnvelope({ ...minimal, data: "a\uFFFEb\uFFFFc" });
    expect(body).toContain('"a\\ufffeb\\uffffc"');
  });

  it("keeps the extensions of others", () => {
    expect(readEnvelope({ ...minimal, myextension: "x", sampledrate: 30 })).toMatchObject({
      myextension: "x",
      sampledrate: 30,
    });
  });
});

describe("readEnvelope", () => {
  it.each([
    [null, "body"],
    ["text", "body"],
    [[], "body"],
    [7, "body"],
    [{}, "specversion"],
    [{ ...minimal, specversion: "0.3" }, "specversion"],
    [{ ...minimal, specversion: 1 }, "specversion"],
    [{ ...minimal, id: undefined }, "id"],
    [{ ...minimal, id: "" }, "id"],
    [{ ...minimal, id: 7 }, "id"],
    [{ ...minimal, source: null }, "source"],
    [{ ...minimal, source: "" }, "source"],
    [{ ...minimal, type: ["t"] }, "type"],
    [{ ...minimal, time: 1_700_000_000 }, "time"],
    [{ ...minimal, expirytime: "soon" }, "expirytime"],
    [{ ...minimal, expirytime: {} }, "expirytime"],
    [{ ...minimal, expirytime: { toString: 5 } }, "expirytime"],
    [{ ...minimal, expirytime: 1_900_000_000_000 }, "expirytime"],
    [{ ...minimal, datacontenttype: { toString: 5 } }, "datacontenttype"],
    [{ ...minimal, data_base64: 7 }, "data_base64"],
  ])("refuses %j and names the field", (value, field) => {
    expect(malformed(value)).toBe(field);
  });

  it("never tells values, which may be personal data", () => {
    expect(() => readEnvelope({ ...minimal, specversion: "s3cret" })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("s3cret"), remedy: expect.any(String) }),
    );
    expect(() => parseJson('{"s3cret', "body")).toThrow(
      expect.objectContaining({ code: "BodyMalformed", message: expect.not.stringContaining("s3cret") }),
    );
  });

  it("takes null for an absent attribute, as the JSON format asks, but keeps data that is null", () => {
    const optional = ["time", "subject", "datacontenttype", "dataversion", "partitionkey", "traceparent", "expirytime"];
    const nulls = Object.fromEntries(optional.map((name) => [name, null]));
    const envelope = readEnvelope({ ...minimal, ...nulls, data_base64: null, data: null });
    for (const name of [...optional, "data_base64"]) {
      expect(envelope[name]).toBeUndefined();
    }
    expect(envelopeVersion(envelope)).toBe(1);
    expect(envelopeData(envelope)).toBeNull();
  });

  it("throws nothing but its own error, whatever the JSON", () => {
    fc.assert(
      fc.property(
        anyJson,
        fc.dictionary(fc.constantFrom(...Object.keys(minimal), "time"), anyJson),
        (value, fields) => {
          for (const candidate of [value, { ...minimal, ...fields }]) {
            try {
              readEnvelope(candidate);
            } catch (error) {
              expect(isFanfareError(error, "BodyMalformed")).toBe(true);
            }
          }
        },
      ),
    );
  });
});

describe("envelopeVersion", () => {
  it("is 1 when absent, and a number when it came as text", () => {
    expect(envelopeVersion(minimal)).toBe(1);
    expect(envelopeVersion({ ...minimal, dataversion: 3 })).toBe(3);
    expect(envelopeVersion(readEnvelope({ ...minimal, dataversion: "3" }))).toBe(3);
    expect(envelopeVersion(readEnvelope({ ...minimal, dataversion: "three" }))).toBeNaN();
  });
});

describe("envelopeData", () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64");

  it.each([undefined, "application/json", "application/json; charset=utf-8", "application/vnd.order+json"])(
    "parses base64 of the content type %s",
    (datacontenttype) => {
      const envelope = { ...minimal, data_base64: base64('{"a":"ä"}') };
      expect(envelopeData(datacontenttype === undefined ? envelope : { ...envelope, datacontenttype })).toEqual({
        a: "ä",
      });
    },
  );

  it("gives the bytes of other content types", () => {
    const envelope = { ...minimal, datacontenttype: "image/png", data_base64: base64("\u0001\u0002") };
    expect(envelopeData(envelope)).toEqual(new Uint8Array([1, 2]));
  });

  it("refuses base64 that holds no JSON where JSON is promised, and what is no base64", () => {
    const broken = expect.objectContaining({ code: "BodyMalformed", field: "data_base64" });
    expect(() => envelopeData({ ...minimal, data_base64: base64("{") })).toThrow(broken);
    expect(() => envelopeData({ ...minimal, datacontenttype: "image/png", data_base64: "n*t base64" })).toThrow(broken);
  });
});

describe("documentInText", () => {
  const text = '{"MessageDescription":"Test"}';

  it.each([
    ["without a content type", { data: text }, { MessageDescription: "Test" }],
    [
      "of a JSON content type",
      { data: ` ${text}`, datacontenttype: "Application/JSON" },
      { MessageDescription: "Test" },
    ],
    ["that holds a list", { data: "[1]", datacontenttype: "application/vnd.x+json; charset=utf-8" }, [1]],
  ])("reads a text %s", (_what, fields, expected) => {
    expect(documentInText({ ...minimal, ...fields })).toEqual(expected);
    expect(envelopeData({ ...minimal, ...fields })).toBe(fields.data);
  });

  it.each([
    ["data that is no text", { data: { a: 1 } }],
    ["no data", {}],
    ["text of another content type", { data: text, datacontenttype: "text/plain" }],
    ["text that is not JSON", { data: "{not JSON" }],
    ["scalars, which are texts as well", { data: "7" }],
    ["JSON text in JSON text", { data: JSON.stringify(text) }],
  ])("leaves %s alone", (_what, fields) => {
    expect(documentInText({ ...minimal, ...fields })).toBeUndefined();
  });
});
