import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BUCKET, bytes, errorOf, HERE, S3Fixture, textOf } from "./fixture.ts";

const md5 = (text: string) => createHash("md5").update(text).digest("hex");
const sha256 = (text: string) => createHash("sha256").update(text).digest("base64");

describe("PutObject and GetObject", () => {
  test("give back what was put, with its headers", () => {
    const fixture = new S3Fixture();
    const put = fixture.put("a/b 😀", "häß", {
      ContentType: "text/plain",
      CacheControl: "no-store",
      Metadata: { Origin: "test" },
    });
    expect(put.ETag).toBe(`"${md5("häß")}"`);
    const got = fixture.get("a/b 😀");
    expect(textOf(got.Body)).toBe("häß");
    expect(got).toMatchObject({
      ETag: put.ETag,
      ContentLength: 5,
      ContentType: "text/plain",
      CacheControl: "no-store",
      Metadata: { origin: "test" },
      LastModified: new Date(fixture.environment.time),
      ServerSideEncryption: "AES256",
      AcceptRanges: "bytes",
    });
    expect(fixture.head("a/b 😀")).toMatchObject({ ETag: put.ETag, ContentLength: 5 });
    expect(fixture.head("a/b 😀")).not.toHaveProperty("Body");
  });

  test("keep their own copy of the bytes", () => {
    const fixture = new S3Fixture();
    const body = bytes("hello");
    fixture.s3.call(HERE, "PutObject", { Bucket: BUCKET, Key: "k", Body: body });
    body.fill(0);
    fixture.get("k").Body.fill(0);
    expect(textOf(fixture.get("k").Body)).toBe("hello");
  });

  test("an object without a body is empty", () => {
    const fixture = new S3Fixture();
    fixture.s3.call(HERE, "PutObject", { Bucket: BUCKET, Key: "k" });
    expect(fixture.get("k")).toMatchObject({ ContentLength: 0, ContentType: "binary/octet-stream" });
  });

  test("what is missing is 404", () => {
    const fixture = new S3Fixture();
    expect(errorOf(() => fixture.get("k"))).toEqual({
      code: "NoSuchKey",
      statusCode: 404,
      message: "The specified key does not exist.",
    });
    expect(errorOf(() => fixture.head("k"))).toMatchObject({ code: "NotFound", statusCode: 404 });
    const elsewhere = { Bucket: "other", Key: "k" };
    expect(errorOf(() => fixture.s3.call(HERE, "GetObject", elsewhere))).toMatchObject({
      code: "NoSuchBucket",
      statusCode: 404,
    });
    expect(errorOf(() => fixture.s3.call(HERE, "PutObject", elsewhere)).code).toBe("NoSuchBucket");
    expect(errorOf(() => fixture.s3.call(HERE, "HeadObject", elsewhere)).code).toBe("NotFound");
    expect(errorOf(() => fixture.get("k", { ExpectedBucketOwner: "222222222222" })).code).toBe("AccessDenied");
  });

  test("keys have at most 1,024 bytes", () => {
    const fixture = new S3Fixture();
    expect(fixture.put("é".repeat(512)).ETag).toBeTruthy();
    expect(errorOf(() => fixture.put(`${"é".repeat(512)}x`))).toMatchObject({
      code: "KeyTooLongError",
      statusCode: 400,
    });
    expect(errorOf(() => fixture.put("")).code).toBe("InvalidArgument");
    expect(errorOf(() => fixture.put("\ud800")).code).toBe("InvalidArgument");
  });

  test("metadata has at most 2 KB", () => {
    const fixture = new S3Fixture();
    expect(errorOf(() => fixture.put("k", "x", { Metadata: { a: "x".repeat(2_048) } })).code).toBe("MetadataTooLarge");
  });

  test("what the engine does not do is refused, not ignored", () => {
    const fixture = new S3Fixture();
    for (const more of [{ SSECustomerAlgorithm: "AES256" }, { ObjectLockMode: "GOVERNANCE" as const }]) {
      expect(errorOf(() => fixture.put("k", "x", more))).toMatchObject({ code: "NotImplemented", statusCode: 501 });
    }
    fixture.put("k");
    expect(errorOf(() => fixture.get("k", { VersionId: "v1" })).code).toBe("NoSuchVersion");
  });

  test("encryption is recorded: the request's, else the bucket's", () => {
    const fixture = new S3Fixture();
    fixture.s3.call(HERE, "PutBucketEncryption", {
      Bucket: BUCKET,
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "key-1" },
            BucketKeyEnabled: true,
          },
        ],
      },
    });
    expect(fixture.put("a")).toMatchObject({
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: "key-1",
      BucketKeyEnabled: true,
    });
    fixture.put("b", "x", { ServerSideEncryption: "AES256" });
    expect(fixture.get("b").ServerSideEncryption).toBe("AES256");
    expect(fixture.get("b")).not.toHaveProperty("SSEKMSKeyId");
  });

  test("an answer's headers can be overridden", () => {
    const fixture = new S3Fixture();
    fixture.put("k");
    expect(fixture.get("k", { ResponseContentType: "text/x", ResponseCacheControl: "c" })).toMatchObject({
      ContentType: "text/x",
      CacheControl: "c",
    });
  });
});

describe("checksums", () => {
  /** Check values of the algorithms' own specifications for the text 123456789. */
  const digests = {
    CRC32: Buffer.from("cbf43926", "hex").toString("base64"),
    CRC32C: Buffer.from("e3069283", "hex").toString("base64"),
    CRC64NVME: Buffer.from("ae8b14860a799888", "hex").toString("base64"),
    SHA1: createHash("sha1").update("123456789").digest("base64"),
    SHA256: sha256("123456789"),
  } as const;
  const names = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const;

  test.each(names)("%s is verified, stored, and answered when asked for", (name) => {
    const fixture = new S3Fixture();
    const field = `Checksum${name}` as const;
    expect(fixture.put("k", "123456789", { [field]: digests[name] })[field]).toBe(digests[name]);
    expect(fixture.get("k", { ChecksumMode: "ENABLED" })).toMatchObject({
      [field]: digests[name],
      ChecksumType: "FULL_OBJECT",
    });
    expect(fixture.head("k", { ChecksumMode: "ENABLED" })).toHaveProperty(field, digests[name]);
    expect(fixture.get("k")).not.toHaveProperty(field);
    expect(fixture.list().Contents?.[0]?.ChecksumAlgorithm).toEqual([name]);
    expect(errorOf(() => fixture.put("l", "12345678X", { [field]: digests[name] }))).toEqual({
      code: "BadDigest",
      statusCode: 400,
      message: `The ${name} you specified did not match the calculated checksum.`,
    });
    expect(errorOf(() => fixture.put("l", "x", { [field]: "bad" }))).toEqual({
      code: "InvalidRequest",
      statusCode: 400,
      message: `Value for x-amz-checksum-${name.toLowerCase()} header is invalid.`,
    });
    expect(fixture.keys()).toEqual(["k"]);
  });

  test("are computed by the algorithm that is named, or CRC64NVME", () => {
    const fixture = new S3Fixture();
    expect(fixture.put("k", "123456789", { ChecksumAlgorithm: "SHA256" }).ChecksumSHA256).toBe(digests.SHA256);
    expect(fixture.put("k", "123456789").ChecksumCRC64NVME).toBe(digests.CRC64NVME);
    expect(errorOf(() => fixture.put("k", "x", { ChecksumAlgorithm: "MD5" })).code).toBe("InvalidRequest");
  });

  test("there is only one", () => {
    const fixture = new S3Fixture();
    const two = { ChecksumCRC32: digests.CRC32, ChecksumSHA256: digests.SHA256 };
    expect(errorOf(() => fixture.put("k", "123456789", two)).message).toContain(
      "Multiple checksum Types are not allowed",
    );
  });

  test("Content-MD5 is verified, too", () => {
    const fixture = new S3Fixture();
    const digest = (text: string) => createHash("md5").update(text).digest("base64");
    expect(fixture.put("k", "x", { ContentMD5: digest("x") }).ETag).toBeTruthy();
    expect(errorOf(() => fixture.put("k", "x", { ContentMD5: digest("y") })).code).toBe("BadDigest");
    expect(errorOf(() => fixture.put("k", "x", { ContentMD5: "short" })).code).toBe("InvalidDigest");
  });
});

describe("ranges", () => {
  test.each([
    ["bytes=0-4", "01234", "bytes 0-4/10"],
    ["bytes=5-", "56789", "bytes 5-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=-30", "0123456789", "bytes 0-9/10"],
    ["bytes=8-100", "89", "bytes 8-9/10"],
    ["bytes=9-9", "9", "bytes 9-9/10"],
  ])("%s", (Range, body, ContentRange) => {
    const fixture = new S3Fixture();
    fixture.put("k", "0123456789");
    const got = fixture.get("k", { Range, ChecksumMode: "ENABLED" });
    expect(textOf(got.Body)).toBe(body);
    expect(got).toMatchObject({ ContentRange, ContentLength: body.length });
    expect(got).not.toHaveProperty("ChecksumCRC64NVME");
    expect(fixture.head("k", { Range })).toMatchObject({ ContentRange, ContentLength: body.length });
  });

  test.each(["bytes=10-", "bytes=10-20", "bytes=-0"])("%s lies outside: 416", (Range) => {
    const fixture = new S3Fixture();
    fixture.put("k", "0123456789");
    expect(errorOf(() => fixture.get("k", { Range }))).toEqual({
      code: "InvalidRange",
      statusCode: 416,
      message: "The requested range is not satisfiable",
    });
  });

  test.each(["items=0-1", "bytes=5-2", "bytes=0-1,3-4", "bytes=-", "nonsense"])("%s is ignored", (Range) => {
    const fixture = new S3Fixture();
    fixture.put("k", "0123456789");
    expect(fixture.get("k", { Range })).toMatchObject({ ContentLength: 10 });
    expect(fixture.get("k", { Range })).not.toHaveProperty("ContentRange");
  });

  test("a suffix of an empty object is all of it: nothing, and no range", () => {
    const fixture = new S3Fixture();
    fixture.put("k", "");
    expect(fixture.get("k", { Range: "bytes=-2" })).toMatchObject({ ContentLength: 0 });
    expect(fixture.get("k", { Range: "bytes=-2" })).not.toHaveProperty("ContentRange");
    for (const Range of ["bytes=0-", "bytes=0-0", "bytes=-0"]) {
      expect(errorOf(() => fixture.get("k", { Range })).code).toBe("InvalidRange");
    }
  });

  test("two ranges put together are the object", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 2, maxLength: 40 }), fc.nat(), (text, cut) => {
        const fixture = new S3Fixture();
        fixture.put("k", text);
        const size = bytes(text).byteLength;
        const at = 1 + (cut % (size - 1));
        const first = fixture.get("k", { Range: `bytes=0-${at - 1}` }).Body;
        const second = fixture.get("k", { Range: `bytes=${at}-` }).Body;
        expect(Buffer.concat([first, second]).equals(bytes(text))).toBe(true);
      }),
    );
  });
});

describe("conditions", () => {
  const failed = { code: "PreconditionFailed", statusCode: 412 };

  test("of a read", () => {
    const fixture = new S3Fixture();
    const etag = fixture.put("k").ETag ?? "";
    expect(fixture.get("k", { IfMatch: etag }).ETag).toBe(etag);
    expect(fixture.get("k", { IfMatch: etag.replaceAll('"', "") }).ETag).toBe(etag);
    expect(errorOf(() => fixture.get("k", { IfMatch: '"x"' }))).toMatchObject(failed);
    expect(errorOf(() => fixture.get("k", { IfNoneMatch: etag }))).toMatchObject({
      code: "NotModified",
      statusCode: 304,
    });
    expect(fixture.get("k", { IfNoneMatch: '"x"' }).ETag).toBe(etag);
    const [past, future] = [new Date(fixture.environment.time - 1_000), new Date(fixture.environment.time + 1_000)];
    expect(errorOf(() => fixture.get("k", { IfModifiedSince: future }))).toMatchObject({ statusCode: 304 });
    expect(fixture.get("k", { IfModifiedSince: past }).ETag).toBe(etag);
    expect(errorOf(() => fixture.get("k", { IfUnmodifiedSince: past }))).toMatchObject(failed);
    expect(fixture.get("k", { IfUnmodifiedSince: past, IfMatch: etag }).ETag).toBe(etag);
    expect(errorOf(() => fixture.head("k", { IfMatch: '"x"' }))).toMatchObject(failed);
  });

  test("of a write", () => {
    const fixture = new S3Fixture();
    const { ETag = "" } = fixture.put("k", "first", { IfNoneMatch: "*" });
    expect(errorOf(() => fixture.put("k", "second", { IfNoneMatch: "*" }))).toMatchObject(failed);
    expect(textOf(fixture.get("k").Body)).toBe("first");
    expect(errorOf(() => fixture.put("k", "second", { IfMatch: '"x"' }))).toMatchObject(failed);
    expect(fixture.put("k", "second", { IfMatch: ETag }).ETag).not.toBe(ETag);
    expect(errorOf(() => fixture.put("new", "x", { IfMatch: ETag })).code).toBe("NoSuchKey");
    expect(errorOf(() => fixture.put("k", "x", { IfNoneMatch: ETag }))).toMatchObject({
      code: "NotImplemented",
      statusCode: 501,
    });
  });
});

describe("deleting", () => {
  test("may be repeated", () => {
    const fixture = new S3Fixture();
    fixture.put("k");
    for (let round = 0; round < 2; round++) {
      fixture.s3.call(HERE, "DeleteObject", { Bucket: BUCKET, Key: "k" });
    }
    expect(errorOf(() => fixture.get("k")).code).toBe("NoSuchKey");
    fixture.put("k", "again");
    expect(fixture.keys()).toEqual(["k"]);
  });

  test("many answers each", () => {
    const fixture = new S3Fixture();
    for (const key of ["a", "b", "c"]) {
      fixture.put(key);
    }
    const remove = (Quiet: boolean, ...keys: string[]) =>
      fixture.s3.call(HERE, "DeleteObjects", {
        Bucket: BUCKET,
        Delete: { Quiet, Objects: keys.map((Key) => ({ Key })) },
      });
    expect(remove(false, "a", "missing", "x".repeat(1_025))).toMatchObject({
      Deleted: [{ Key: "a" }, { Key: "missing" }],
      Errors: [{ Code: "KeyTooLongError" }],
    });
    expect(remove(true, "b").Deleted).toEqual([]);
    expect(fixture.keys()).toEqual(["c"]);
    expect(errorOf(() => remove(false)).code).toBe("MalformedXML");
    expect(errorOf(() => remove(false, ...Array.from({ length: 1_001 }, (_, index) => `${index}`))).code).toBe(
      "MalformedXML",
    );
  });
});

describe("CopyObject", () => {
  const copy = (fixture: S3Fixture, CopySource: string, Key: string, more: object = {}) =>
    fixture.s3.call(HERE, "CopyObject", { Bucket: BUCKET, Key, CopySource, ...more });

  test("takes bytes and headers along, or replaces the headers", () => {
    const fixture = new S3Fixture();
    const put = fixture.put("a b/ü", "text", {
      ContentType: "text/plain",
      Metadata: { m: "1" },
      ChecksumAlgorithm: "SHA256",
    });
    const source = `/${BUCKET}/${encodeURIComponent("a b/ü")}`;
    expect(copy(fixture, source, "c").CopyObjectResult).toMatchObject({
      ETag: put.ETag,
      ChecksumSHA256: sha256("text"),
    });
    expect(fixture.get("c")).toMatchObject({ ContentType: "text/plain", Metadata: { m: "1" } });
    copy(fixture, source, "d", { MetadataDirective: "REPLACE", Metadata: { n: "2" } });
    expect(fixture.get("d")).toMatchObject({ ContentType: "binary/octet-stream", Metadata: { n: "2" } });
    expect(fixture.get("d").Metadata).not.toHaveProperty("m");
  });

  test("onto itself only with a change", () => {
    const fixture = new S3Fixture();
    fixture.put("k");
    expect(errorOf(() => copy(fixture, `${BUCKET}/k`, "k"))).toMatchObject({ code: "InvalidRequest" });
    expect(copy(fixture, `${BUCKET}/k`, "k", { MetadataDirective: "REPLACE" }).CopyObjectResult?.ETag).toBeTruthy();
  });

  test("checks source and conditions", () => {
    const fixture = new S3Fixture();
    const { ETag } = fixture.put("k");
    expect(errorOf(() => copy(fixture, `${BUCKET}/missing`, "l")).code).toBe("NoSuchKey");
    expect(errorOf(() => copy(fixture, "nowhere/k", "l")).code).toBe("NoSuchBucket");
    expect(errorOf(() => copy(fixture, "no-key", "l"))).toMatchObject({ code: "InvalidArgument" });
    expect(errorOf(() => copy(fixture, "%E0%A4%A", "l"))).toMatchObject({ code: "InvalidArgument" });
    for (const condition of [{ CopySourceIfMatch: '"x"' }, { CopySourceIfNoneMatch: ETag }]) {
      expect(errorOf(() => copy(fixture, `${BUCKET}/k`, "l", condition))).toMatchObject({ statusCode: 412 });
    }
    expect(fixture.keys()).toEqual(["k"]);
  });
});
