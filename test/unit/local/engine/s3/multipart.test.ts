import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { BUCKET, bytes, errorOf, HERE, S3Fixture } from "./fixture.ts";

const FIVE_MIB = 5_242_880;
const md5 = (body: Uint8Array) => createHash("md5").update(body).digest();
const sha256 = (body: Uint8Array) => createHash("sha256").update(body).digest();

class Uploading extends S3Fixture {
  readonly target: { Bucket: string; Key: string; UploadId: string };

  constructor(input: object = {}) {
    super();
    const create = { Bucket: BUCKET, Key: "k", ...input };
    const { UploadId = "" } = this.s3.call(HERE, "CreateMultipartUpload", create);
    this.target = { Bucket: BUCKET, Key: "k", UploadId };
  }

  part(PartNumber: number, Body: Uint8Array, more: object = {}) {
    return { PartNumber, ...this.s3.call(HERE, "UploadPart", { ...this.target, PartNumber, Body, ...more }) };
  }

  complete(Parts: { PartNumber: number; ETag?: string | undefined }[], more: object = {}) {
    return this.s3.call(HERE, "CompleteMultipartUpload", { ...this.target, MultipartUpload: { Parts }, ...more });
  }
}

describe("a multipart upload", () => {
  test("makes an object of its parts, in the order of their numbers", () => {
    const uploading = new Uploading({ ContentType: "text/plain", Metadata: { a: "1" } });
    const first = new Uint8Array(FIVE_MIB).fill(1);
    const last = bytes("end");
    const two = uploading.part(7, last);
    const one = uploading.part(2, first);
    expect(uploading.keys()).toEqual([]);
    const { ETag } = uploading.complete([one, two]);
    const digest = createHash("md5")
      .update(Buffer.concat([md5(first), md5(last)]))
      .digest("hex");
    expect(ETag).toBe(`"${digest}-2"`);
    const got = uploading.get("k");
    expect(Buffer.concat([first, last]).equals(got.Body)).toBe(true);
    expect(got).toMatchObject({ ETag, ContentType: "text/plain", Metadata: { a: "1" } });
    expect(errorOf(() => uploading.complete([one, two])).code).toBe("NoSuchUpload");
  });

  test("a part sent again takes the place of the first", () => {
    const uploading = new Uploading();
    const stale = uploading.part(1, bytes("first"));
    const part = uploading.part(1, bytes("second"));
    expect(errorOf(() => uploading.complete([stale])).code).toBe("InvalidPart");
    uploading.complete([part]);
    expect(uploading.get("k").ContentLength).toBe(6);
  });

  test("refuses wrong parts, orders and sizes", () => {
    const uploading = new Uploading();
    const one = uploading.part(1, bytes("small"));
    const two = uploading.part(2, bytes("small"));
    expect(errorOf(() => uploading.complete([]))).toMatchObject({ code: "InvalidRequest" });
    expect(errorOf(() => uploading.complete([two, one])).code).toBe("InvalidPartOrder");
    expect(errorOf(() => uploading.complete([one, { PartNumber: 3, ETag: one.ETag }])).code).toBe("InvalidPart");
    expect(errorOf(() => uploading.complete([{ PartNumber: 3, ETag: one.ETag }])).code).toBe("InvalidPart");
    expect(errorOf(() => uploading.complete([one, two])).code).toBe("EntityTooSmall");
    for (const number of [0, -1, 10_001, 1.5]) {
      expect(errorOf(() => uploading.part(number, bytes("x"))).message).toBe(
        "Part number must be an integer between 1 and 10000, inclusive",
      );
    }
  });

  test("is ended by an abort", () => {
    const uploading = new Uploading();
    uploading.part(1, bytes("x"));
    uploading.s3.call(HERE, "AbortMultipartUpload", uploading.target);
    for (const act of [
      () => uploading.part(2, bytes("x")),
      () => uploading.s3.call(HERE, "ListParts", uploading.target),
      () => uploading.s3.call(HERE, "AbortMultipartUpload", uploading.target),
    ]) {
      expect(errorOf(act)).toMatchObject({ code: "NoSuchUpload", statusCode: 404 });
    }
  });

  test("belongs to its key", () => {
    const uploading = new Uploading();
    const input = { ...uploading.target, Key: "other" };
    expect(errorOf(() => uploading.s3.call(HERE, "ListParts", input)).code).toBe("NoSuchUpload");
  });

  test("lists its parts in pages", () => {
    const uploading = new Uploading();
    for (const number of [3, 1, 2]) {
      uploading.part(number, bytes("x".repeat(number)));
    }
    const first = uploading.s3.call(HERE, "ListParts", { ...uploading.target, MaxParts: 2 });
    expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: "2" });
    expect(first.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    const marker = { ...uploading.target, PartNumberMarker: first.NextPartNumberMarker };
    const second = uploading.s3.call(HERE, "ListParts", marker);
    expect(second.Parts?.map((part) => part.PartNumber)).toEqual([3]);
    expect(second.IsTruncated).toBe(false);
  });

  test("honours the conditions of a write", () => {
    const uploading = new Uploading();
    uploading.put("k", "there");
    const part = uploading.part(1, bytes("x"));
    expect(errorOf(() => uploading.complete([part], { IfNoneMatch: "*" }))).toMatchObject({ statusCode: 412 });
    expect(uploading.complete([part]).ETag).toBeTruthy();
  });
});

describe("the checksum of a multipart object", () => {
  test("a part is answered with the checksum that came with it, whatever the upload will be composed of", () => {
    const uploading = new Uploading();
    expect(uploading.part(1, bytes("x"), { ChecksumCRC32: "jNwWgw==" })).toMatchObject({ ChecksumCRC32: "jNwWgw==" });
    expect(uploading.part(2, bytes("x"), { ChecksumCRC32: "jNwWgw==" })).not.toHaveProperty("ChecksumCRC64NVME");
  });

  test("is composed of those of the parts", () => {
    const uploading = new Uploading({ ChecksumAlgorithm: "SHA256" });
    const body = bytes("part");
    const expected = sha256(body).toString("base64");
    expect(errorOf(() => uploading.part(1, bytes("other"), { ChecksumSHA256: expected })).code).toBe("BadDigest");
    const part = uploading.part(1, body, { ChecksumSHA256: expected });
    const completed = uploading.complete([part]);
    expect(completed.ChecksumSHA256).toBe(`${sha256(sha256(body)).toString("base64")}-1`);
    expect(uploading.get("k", { ChecksumMode: "ENABLED" })).toMatchObject({
      ChecksumSHA256: completed.ChecksumSHA256,
      ChecksumType: "COMPOSITE",
    });
  });

  test("is that of the whole with FULL_OBJECT, which is what S3 does unasked", () => {
    const whole = new Uploading();
    const part = whole.part(1, bytes("123456789"));
    const expected = Buffer.from("ae8b14860a799888", "hex").toString("base64");
    expect(errorOf(() => whole.complete([part], { ChecksumCRC64NVME: "AAAAAAAAAAA=" })).code).toBe("BadDigest");
    expect(whole.complete([part], { ChecksumCRC64NVME: expected })).toMatchObject({
      ChecksumCRC64NVME: expected,
      ChecksumType: "FULL_OBJECT",
    });
  });

  test("refuses types that the algorithm does not have", () => {
    const message = (input: object) => errorOf(() => new Uploading(input)).message;
    expect(message({ ChecksumAlgorithm: "CRC64NVME", ChecksumType: "COMPOSITE" })).toBe(
      "The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm.",
    );
    expect(message({ ChecksumAlgorithm: "SHA1", ChecksumType: "FULL_OBJECT" })).toBe(
      "The FULL_OBJECT checksum type cannot be used with the sha1 checksum algorithm.",
    );
    const composite = new Uploading({ ChecksumAlgorithm: "CRC32" });
    const part = composite.part(1, bytes("x"));
    expect(errorOf(() => composite.complete([part], { ChecksumType: "FULL_OBJECT" })).code).toBe("InvalidRequest");
    const wrong = { ...part, ChecksumCRC32: "AAAAAA==" };
    expect(errorOf(() => composite.complete([wrong])).message).toContain("for part 1 did not match");
  });
});
