import * as s3Client from "@aws-sdk/client-s3";
import * as snsClient from "@aws-sdk/client-sns";
import * as sqsClient from "@aws-sdk/client-sqs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeJson, encodeJson } from "../../../../lib/local/server/model/json.ts";
import { decodeQuery } from "../../../../lib/local/server/model/query.ts";
import { s3Router } from "../../../../lib/local/server/model/s3-routes.ts";
import type { Shape } from "../../../../lib/local/server/model/schema.ts";
import { readOperations, readQueryErrorCodes } from "../../../../lib/local/server/model/schema.ts";
import { decodeXmlDocument } from "../../../../lib/local/server/model/xml-reader.ts";
import { writeElement } from "../../../../lib/local/server/model/xml-writer.ts";

const sqs = readOperations({ ...sqsClient });
const sns = readOperations({ ...snsClient });
const s3 = readOperations({ ...s3Client });

function inputOf(operations: typeof sqs, name: string): Shape {
  const operation = operations.get(name);
  if (operation === undefined) {
    throw new Error(`no operation ${name}`);
  }
  return operation.input;
}

function payloadOf(name: string, member: string) {
  const input = inputOf(s3, name);
  const payload = input.kind === "structure" ? input.members.get(member) : undefined;
  if (payload === undefined) {
    throw new Error(`no member ${member}`);
  }
  return payload;
}

/** Text that XML can carry: no control characters but tab and line ends, no lone surrogates. */
const xmlString = fc
  .string({ unit: "grapheme", maxLength: 30 })
  .map((text) => text.replace(/(?![\t\n\r])\p{Cc}/gu, ""))
  .filter((text) => text.isWellFormed());

const attributes = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,8}$/),
  fc.oneof(
    fc.record({ DataType: fc.constant("String"), StringValue: fc.string({ unit: "grapheme" }) }),
    fc.record({ DataType: fc.constant("Binary"), BinaryValue: fc.uint8Array({ maxLength: 40 }) }),
  ),
  { noNullPrototype: true, maxKeys: 12 },
);

describe("the models of the SDK", () => {
  it("are read whole, every operation and every shape under it", () => {
    const seen = new Set<Shape>();
    const visit = (shape: Shape): void => {
      if (seen.has(shape)) {
        return;
      }
      seen.add(shape);
      if (shape.kind === "structure") {
        for (const member of shape.members.values()) {
          visit(member.shape);
        }
      } else if (shape.kind === "list") {
        visit(shape.member.shape);
      } else if (shape.kind === "map") {
        visit(shape.key.shape);
        visit(shape.value.shape);
      }
    };
    for (const operation of [...sqs.values(), ...sns.values(), ...s3.values()]) {
      visit(operation.input);
      visit(operation.output);
    }
    expect(sqs.size).toBeGreaterThanOrEqual(23);
    expect(sns.size).toBeGreaterThanOrEqual(42);
    expect(s3.size).toBeGreaterThanOrEqual(100);
    expect(seen.size).toBeGreaterThan(500);
  });

  it("tell the codes of the query protocol", () => {
    expect(readQueryErrorCodes({ ...snsClient }).get("NotFoundException")).toBe("NotFound");
    expect(readQueryErrorCodes({ ...sqsClient }).get("QueueDoesNotExist")).toBe(
      "AWS.SimpleQueueService.NonExistentQueue",
    );
  });

  it("of another layout are refused", () => {
    expect(() => readOperations({ Odd$: [9, "ns", "Odd", 0, () => ({ new: "layout" }), () => "unit"] })).toThrow(
      /lays its schemas out differently/,
    );
  });
});

describe("JSON", () => {
  it("is read as it was written", () => {
    const shape = inputOf(sqs, "SendMessage");
    const input = fc.record(
      {
        QueueUrl: fc.string(),
        MessageBody: fc.string({ unit: "grapheme" }),
        DelaySeconds: fc.nat(),
        MessageAttributes: attributes,
      },
      { requiredKeys: ["QueueUrl"], noNullPrototype: true },
    );
    fc.assert(
      fc.property(input, (value) => {
        expect(decodeJson(shape, JSON.parse(JSON.stringify(encodeJson(shape, value))))).toEqual(value);
      }),
    );
  });

  it("without meaning to the model is left out", () => {
    expect(decodeJson(inputOf(sqs, "SendMessage"), { QueueUrl: "q", Unknown: 1, MessageBody: null })).toEqual({
      QueueUrl: "q",
    });
    const hostile = decodeJson(inputOf(sqs, "SendMessage"), JSON.parse('{"__proto__":{"MessageBody":"x"}}'));
    expect(hostile).toEqual({});
  });
});

describe("query parameters", () => {
  it("are read as the real API numbers them", () => {
    fc.assert(
      fc.property(attributes, (MessageAttributes) => {
        const parameters = new URLSearchParams({ Action: "Publish", Message: "hi" });
        for (const [index, [name, value]] of Object.entries(MessageAttributes).entries()) {
          const prefix = `MessageAttributes.entry.${index + 1}`;
          parameters.set(`${prefix}.Name`, name);
          parameters.set(`${prefix}.Value.DataType`, value.DataType);
          if ("StringValue" in value) {
            parameters.set(`${prefix}.Value.StringValue`, value.StringValue);
          } else {
            parameters.set(`${prefix}.Value.BinaryValue`, Buffer.from(value.BinaryValue).toString("base64"));
          }
        }
        const expected = Object.keys(MessageAttributes).length === 0 ? {} : { MessageAttributes };
        expect(decodeQuery(inputOf(sns, "Publish"), parameters)).toEqual({ Message: "hi", ...expected });
      }),
    );
  });

  it("of lists come in the order of their numbers, and may be empty", () => {
    const parameters = new URLSearchParams();
    for (const index of [10, 2, 1]) {
      parameters.set(`TagKeys.member.${index}`, `k${index}`);
    }
    expect(decodeQuery(inputOf(sns, "UntagResource"), parameters)).toEqual({ TagKeys: ["k1", "k2", "k10"] });
    expect(decodeQuery(inputOf(sns, "UntagResource"), new URLSearchParams("TagKeys="))).toEqual({ TagKeys: [] });
  });

  it("of a depth that no model has are ignored", () => {
    const parameters = new URLSearchParams({ [`A${".a".repeat(10_000)}`]: "x", Message: "hi" });
    expect(decodeQuery(inputOf(sns, "Publish"), parameters)).toEqual({ Message: "hi" });
  });
});

describe("XML", () => {
  const roundTrip = (name: string, member: string, value: unknown) => {
    const payload = payloadOf(name, member);
    const root = payload.traits.xmlName ?? member;
    return decodeXmlDocument(payload, root, writeElement(root, payload, value));
  };

  it("is read as it was written: keys with any character", () => {
    const input = fc.record(
      { Objects: fc.array(fc.record({ Key: xmlString }), { minLength: 1, maxLength: 4 }), Quiet: fc.boolean() },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(input, (value) => {
        expect(roundTrip("DeleteObjects", "Delete", value)).toEqual(value);
      }),
    );
  });

  it("is read as it was written: nested lists, numbers, dates and choices", () => {
    const value = {
      Rules: [
        {
          ID: "a",
          Status: "Enabled",
          Filter: { And: { Prefix: "x/", Tags: [{ Key: "k", Value: "v" }] } },
          Expiration: { Days: 3 },
        },
        { ID: "b", Status: "Disabled", Filter: { Prefix: "" }, Expiration: { Date: new Date("2026-11-21T00:00:00Z") } },
      ],
    };
    expect(roundTrip("PutBucketLifecycleConfiguration", "LifecycleConfiguration", value)).toEqual(value);
  });

  it.each(["<a", "<Tagging/><Tagging/>", "", "text", "<Tagging><__proto__/></Tagging>", "<!DOCTYPE a><Tagging/>"])(
    "%j is malformed",
    (document) => {
      expect(() => decodeXmlDocument(payloadOf("PutBucketTagging", "Tagging"), "Tagging", document)).toThrow(
        expect.objectContaining({ code: "MalformedXML" }),
      );
    },
  );
});

describe("routes of S3", () => {
  const route = s3Router(s3.values());
  const find = (method: string, address: string, headers: readonly string[] = []) => {
    const { pathname, searchParams } = new URL(address, "http://localhost");
    const [bucket = "", ...key] = pathname.slice(1).split("/");
    return route({
      method,
      hasBucket: bucket !== "",
      hasKey: key.join("/") !== "",
      query: searchParams,
      hasHeader: (name) => headers.includes(name),
    })?.name;
  };

  it.each([
    ["GET", "/", [], "ListBuckets"],
    ["PUT", "/b", [], "CreateBucket"],
    ["HEAD", "/b", [], "HeadBucket"],
    ["GET", "/b", [], "ListObjects"],
    ["GET", "/b?list-type=2&prefix=x", [], "ListObjectsV2"],
    ["GET", "/b?location", [], "GetBucketLocation"],
    ["GET", "/b?acl", [], "GetBucketAcl"],
    ["POST", "/b?delete", [], "DeleteObjects"],
    ["GET", "/b/k", [], "GetObject"],
    ["HEAD", "/b/k", [], "HeadObject"],
    ["PUT", "/b/k", [], "PutObject"],
    ["PUT", "/b/k", ["x-amz-copy-source"], "CopyObject"],
    ["PUT", "/b/k?partNumber=1&uploadId=u", [], "UploadPart"],
    ["PUT", "/b/k?partNumber=1&uploadId=u", ["x-amz-copy-source"], "UploadPartCopy"],
    ["GET", "/b/k?uploadId=u", [], "ListParts"],
    ["POST", "/b/k?uploads", [], "CreateMultipartUpload"],
    ["POST", "/b/k?uploadId=u", [], "CompleteMultipartUpload"],
    ["DELETE", "/b/k?uploadId=u", [], "AbortMultipartUpload"],
    ["DELETE", "/b/k", [], "DeleteObject"],
    ["GET", "/b/k?tagging", [], "GetObjectTagging"],
    ["PATCH", "/b/k", [], undefined],
  ])("%s %s with %j is %s", (method, address, headers, expected) => {
    expect(find(method, address, headers)).toBe(expected);
  });
});
