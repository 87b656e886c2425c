import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { REGION, raw, signed, startHarness } from "./support/harness.ts";

const Bucket = "errors";
const BODY = "0123456789";
const ETAG = `"${createHash("md5").update(BODY).digest("hex")}"`;

async function start() {
  const { s3, server } = await startHarness();
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: BODY }));
  const send = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    raw(server.endpoint, { method, path: `/${path}`, headers: { authorization: signed("s3"), ...headers }, body });
  return { s3, send };
}

/** The elements of an error document, in order, without the ids. */
function elements(document: string): Record<string, string> {
  const inner = /<Error>(.*)<\/Error>/s.exec(document)?.[1] ?? "";
  const found = [...inner.matchAll(/<([\w-]+)>([^<]*)<\/\1>/g)].map(([, name = "", text = ""]) => [name, text]);
  return Object.fromEntries(found.filter(([name]) => name !== "RequestId"));
}

describe("error documents say what they are about (API Reference, Error responses)", () => {
  const past = "Mon, 01 Jan 2024 00:00:00 GMT";
  it.each<[string, string, string, Record<string, string>, string | undefined, number, Record<string, string>]>([
    ["a key", "GET", "errors/none", {}, undefined, 404, { Code: "NoSuchKey", Key: "none" }],
    ["a key's tags", "GET", "errors/none?tagging", {}, undefined, 404, { Code: "NoSuchKey", Key: "none" }],
    ["a version", "GET", "errors/k?versionId=v", {}, undefined, 404, { Code: "NoSuchVersion", VersionId: "v" }],
    ["a bucket", "GET", "no-bucket?list-type=2", {}, undefined, 404, { Code: "NoSuchBucket", BucketName: "no-bucket" }],
    ["a bucket's name", "PUT", "B_", {}, undefined, 400, { Code: "InvalidBucketName", BucketName: "B_" }],
    ["a full bucket", "DELETE", "errors", {}, undefined, 409, { Code: "BucketNotEmpty", BucketName: "errors" }],
    [
      "a bucket's policy",
      "GET",
      "errors?policy",
      {},
      undefined,
      404,
      { Code: "NoSuchBucketPolicy", BucketName: "errors" },
    ],
    ["a bucket's tags", "GET", "errors?tagging", {}, undefined, 404, { Code: "NoSuchTagSet", BucketName: "errors" }],
    [
      "a range",
      "GET",
      "errors/k",
      { range: "bytes=10-" },
      undefined,
      416,
      { Code: "InvalidRange", RangeRequested: "bytes=10-", ActualObjectSize: "10" },
    ],
    [
      "a part",
      "GET",
      "errors/k?partNumber=2",
      {},
      undefined,
      416,
      { Code: "InvalidPartNumber", ActualPartCount: "1", PartNumberRequested: "2" },
    ],
    [
      "If-Match",
      "GET",
      "errors/k",
      { "if-match": '"x"' },
      undefined,
      412,
      { Code: "PreconditionFailed", Condition: "If-Match" },
    ],
    [
      "If-Unmodified-Since",
      "GET",
      "errors/k",
      { "if-unmodified-since": past },
      undefined,
      412,
      { Code: "PreconditionFailed", Condition: "If-Unmodified-Since" },
    ],
    [
      "If-None-Match of a write",
      "PUT",
      "errors/k",
      { "if-none-match": "*" },
      "x",
      412,
      { Code: "PreconditionFailed", Condition: "If-None-Match" },
    ],
    [
      "a value that no write takes",
      "PUT",
      "errors/k",
      { "if-none-match": '"x"' },
      "x",
      501,
      { Code: "NotImplemented", Header: "If-None-Match" },
    ],
    [
      "the source of a copy",
      "PUT",
      "errors/c",
      { "x-amz-copy-source": "errors/k", "x-amz-copy-source-if-none-match": ETAG },
      undefined,
      412,
      { Code: "PreconditionFailed", Condition: "x-amz-copy-source-If-None-Match" },
    ],
    [
      "a copy's missing source",
      "PUT",
      "errors/c",
      { "x-amz-copy-source": "errors/none" },
      undefined,
      404,
      { Code: "NoSuchKey", Key: "none" },
    ],
    [
      "a long key",
      "PUT",
      `errors/${"k".repeat(1_025)}`,
      {},
      "x",
      400,
      { Code: "KeyTooLongError", Size: "1025", MaxSizeAllowed: "1024" },
    ],
    [
      "metadata",
      "PUT",
      "errors/m",
      { "x-amz-meta-a": "v".repeat(2_048) },
      "x",
      400,
      { Code: "MetadataTooLarge", Size: "2049", MaxSizeAllowed: "2048" },
    ],
    [
      "a digest",
      "PUT",
      "errors/m",
      { "content-md5": "zzz" },
      "x",
      400,
      { Code: "InvalidDigest", "Content-MD5": "zzz" },
    ],
    ["an upload", "DELETE", "errors/m?uploadId=u", {}, undefined, 404, { Code: "NoSuchUpload", UploadId: "u" }],
    [
      "a token",
      "GET",
      "errors?list-type=2&continuation-token=t",
      {},
      undefined,
      400,
      { Code: "InvalidArgument", ArgumentName: "continuation-token", ArgumentValue: "t" },
    ],
    [
      "a number",
      "GET",
      "errors?list-type=2&max-keys=many",
      {},
      undefined,
      400,
      { Code: "InvalidArgument", ArgumentName: "max-keys", ArgumentValue: "many" },
    ],
    [
      "a part's number",
      "PUT",
      "errors/m?partNumber=one&uploadId=u",
      {},
      "x",
      400,
      {
        Code: "InvalidArgument",
        Message: "Part number must be an integer between 1 and 10000, inclusive",
        ArgumentName: "partNumber",
      },
    ],
    [
      "keys without a digest",
      "POST",
      "errors?delete",
      {},
      "<Delete><Object><Key>k</Key></Object></Delete>",
      400,
      { Code: "InvalidRequest", Message: "Missing required header for this request: Content-MD5 OR x-amz-checksum-*" },
    ],
  ])("%s", async (_what, method, path, headers, body, status, expected) => {
    const { send } = await start();
    const reply = await send(method, path, headers, body);
    expect({ status: reply.status, ...elements(reply.text) }).toMatchObject({ status, ...expected });
    expect(reply.text).not.toContain("SerializationException");
  });

  it("parts that do not make an object", async () => {
    const { s3, send } = await start();
    const target = { Bucket, Key: "parts" };
    const { UploadId = "" } = await s3.send(new CreateMultipartUploadCommand(target));
    const [first, second] = await Promise.all(
      [1, 2].map(async (PartNumber) => {
        const { ETag = "" } = await s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body: "small" }));
        return `<Part><PartNumber>${PartNumber}</PartNumber><ETag>${ETag}</ETag></Part>`;
      }),
    );
    const complete = async (...parts: (string | undefined)[]) => {
      const document = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
      return elements((await send("POST", `errors/parts?uploadId=${UploadId}`, {}, document)).text);
    };
    const ETag = createHash("md5").update("small").digest("hex");
    expect(await complete(first, second)).toMatchObject({
      Code: "EntityTooSmall",
      ETag,
      MinSizeAllowed: "5242880",
      PartNumber: "1",
      ProposedSize: "5",
    });
    expect(await complete(second, first)).toMatchObject({ Code: "InvalidPartOrder", UploadId });
    expect(await complete("<Part><PartNumber>7</PartNumber><ETag>abc</ETag></Part>")).toMatchObject({
      Code: "InvalidPart",
      UploadId,
      PartNumber: "7",
      ETag: "abc",
    });
    const Parts = [{ PartNumber: 1, ETag }];
    const done = new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } });
    expect((await s3.send(done)).ETag).toMatch(/-1"$/);
  });
});

describe("conditions", () => {
  it("a read that is not modified says which object the caller has (RFC 9110, 15.4.5)", async () => {
    const { send } = await start();
    const { status, headers, text } = await send("GET", "errors/k", { "if-none-match": ETAG });
    expect([status, text, headers.etag]).toEqual([304, "", ETAG]);
    expect(headers["last-modified"]).toMatch(/ GMT$/);
  });

  it("a date that cannot be read is ignored (RFC 9110, 13.1.3)", async () => {
    const { send } = await start();
    expect((await send("GET", "errors/k", { "if-modified-since": "yesterday" })).status).toBe(200);
    expect((await send("GET", "errors/k", { "if-unmodified-since": "yesterday" })).status).toBe(200);
  });

  it("DeleteObject keeps an object with another ETag (User Guide, How to perform conditional deletes)", async () => {
    const { s3 } = await start();
    const object = { Bucket, Key: "k" };
    await expect(s3.send(new DeleteObjectCommand({ ...object, IfMatch: '"x"' }))).rejects.toMatchObject({
      name: "PreconditionFailed",
      $metadata: { httpStatusCode: 412 },
    });
    expect((await s3.send(new HeadObjectCommand(object))).ETag).toBe(ETAG);
    const deleted = await s3.send(new DeleteObjectCommand({ ...object, IfMatch: ETAG }));
    expect(deleted.$metadata.httpStatusCode).toBe(204);
    for (const IfMatch of [ETAG, "*"]) {
      await expect(s3.send(new DeleteObjectCommand({ ...object, IfMatch }))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 404 },
      });
    }
    expect((await s3.send(new DeleteObjectCommand(object))).$metadata.httpStatusCode).toBe(204);
  });

  it("DeleteObjects keeps those with another ETag, and deletes the others", async () => {
    const { s3 } = await start();
    await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/k` }));
    const Objects = [
      { Key: "k", ETag: "other" },
      { Key: "copy", ETag: ETAG },
    ];
    const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toMatchObject([{ Key: "copy" }]);
    expect(Errors).toMatchObject([{ Key: "k", Code: "PreconditionFailed" }]);
    expect(await (await s3.send(new GetObjectCommand({ Bucket, Key: "k" }))).Body?.transformToString()).toBe(BODY);
  });
});
