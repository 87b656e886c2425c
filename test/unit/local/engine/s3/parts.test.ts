import { describe, expect, test } from "vitest";
import { BUCKET, errorOf, HERE, S3Fixture, textOf } from "./fixture.ts";

const MIB = 1024 * 1024;
const CopySource = `/${BUCKET}/source`;

function start({ s3 }: S3Fixture, Key: string) {
  return s3.call(HERE, "CreateMultipartUpload", { Bucket: BUCKET, Key, ChecksumAlgorithm: "SHA256" }).UploadId ?? "";
}

/** An object of 12 MiB, copied from another in parts of 8 MiB and 4 MiB. */
function copied() {
  const fixture = new S3Fixture();
  const { s3 } = fixture;
  const Body = new Uint8Array(12 * MIB).map((_, index) => index % 251);
  s3.call(HERE, "PutObject", { Bucket: BUCKET, Key: "source", Body });
  const UploadId = start(fixture, "target");
  const Parts = [`bytes=0-${8 * MIB - 1}`, `bytes=${8 * MIB}-${12 * MIB - 1}`].map((CopySourceRange, index) => {
    const PartNumber = index + 1;
    const input = { Bucket: BUCKET, Key: "target", UploadId, PartNumber, CopySource, CopySourceRange };
    const { ETag, ChecksumSHA256 } = s3.call(HERE, "UploadPartCopy", input).CopyPartResult ?? {};
    return { PartNumber, ETag, ChecksumSHA256 };
  });
  const done = s3.call(HERE, "CompleteMultipartUpload", {
    Bucket: BUCKET,
    Key: "target",
    UploadId,
    MultipartUpload: { Parts },
  });
  return { fixture, Body, Parts, done };
}

describe("an object that was copied in parts", () => {
  test("has the bytes of its source", () => {
    const { fixture, Body, done } = copied();
    expect(Buffer.compare(fixture.get("target").Body, Body)).toBe(0);
    expect(done.ETag).toMatch(/^"[\da-f]{32}-2"$/);
  });

  test("is read by part", () => {
    const { fixture } = copied();
    const second = fixture.get("target", { PartNumber: 2 });
    expect(second).toMatchObject({
      ContentLength: 4 * MIB,
      ContentRange: `bytes ${8 * MIB}-${12 * MIB - 1}/${12 * MIB}`,
      PartsCount: 2,
    });
    expect(fixture.head("target", { PartNumber: 1 })).toMatchObject({ ContentLength: 8 * MIB, PartsCount: 2 });
    expect(errorOf(() => fixture.get("target", { PartNumber: 3 }))).toMatchObject({
      code: "InvalidPartNumber",
      statusCode: 416,
    });
    expect(errorOf(() => fixture.get("target", { PartNumber: 1, Range: "bytes=0-1" })).code).toBe("InvalidRequest");
  });

  test("tells its attributes", () => {
    const { fixture, Parts, done } = copied();
    const attributes = fixture.s3.call(HERE, "GetObjectAttributes", {
      Bucket: BUCKET,
      Key: "target",
      ObjectAttributes: ["Checksum", "ETag", "ObjectParts", "ObjectSize", "StorageClass"],
      MaxParts: 1,
    });
    expect(attributes).toMatchObject({
      ETag: done.ETag?.replaceAll('"', ""),
      Checksum: { ChecksumSHA256: done.ChecksumSHA256, ChecksumType: "COMPOSITE" },
      ObjectSize: 12 * MIB,
      StorageClass: "STANDARD",
      ObjectParts: {
        TotalPartsCount: 2,
        IsTruncated: true,
        NextPartNumberMarker: "1",
        Parts: [{ PartNumber: 1, Size: 8 * MIB, ChecksumSHA256: Parts[0]?.ChecksumSHA256 }],
      },
    });
  });
});

describe("an object that was put at once", () => {
  test("is its own first part and has no parts to tell", () => {
    const fixture = new S3Fixture();
    fixture.put("k", "hello");
    expect(textOf(fixture.get("k", { PartNumber: 1 }).Body)).toBe("hello");
    const about = (...ObjectAttributes: ("ETag" | "ObjectParts")[]) =>
      fixture.s3.call(HERE, "GetObjectAttributes", { Bucket: BUCKET, Key: "k", ObjectAttributes });
    expect(about("ObjectParts")).toEqual({ LastModified: expect.any(Date) });
    expect(about("ETag").ETag).toBe("5d41402abc4b2a76b9719d911017c592");
    expect(errorOf(() => about()).code).toBe("InvalidArgument");
    expect(errorOf(() => about("Nothing" as "ETag")).code).toBe("InvalidArgument");
  });
});

describe("UploadPartCopy is refused", () => {
  const fixture = new S3Fixture();
  fixture.put("source", "0123456789");
  const UploadId = start(fixture, "target");
  const refused = (more: object) =>
    errorOf(() =>
      fixture.s3.call(HERE, "UploadPartCopy", {
        Bucket: BUCKET,
        Key: "target",
        UploadId,
        PartNumber: 1,
        CopySource,
        ...more,
      }),
    ).code;

  test.each([
    ["without the upload", { UploadId: "none" }, "NoSuchUpload"],
    ["without the source", { CopySource: `${BUCKET}/none` }, "NoSuchKey"],
    ["without the source's bucket", { CopySource: "nowhere/none" }, "NoSuchBucket"],
    ["for a range that is open", { CopySourceRange: "bytes=1-" }, "InvalidArgument"],
    ["for a range that is backwards", { CopySourceRange: "bytes=2-1" }, "InvalidArgument"],
    ["for a range beyond the source", { CopySourceRange: "bytes=0-10" }, "InvalidArgument"],
    ["for a number of a part that cannot be", { PartNumber: 0 }, "InvalidArgument"],
    ["for a condition that does not hold", { CopySourceIfMatch: "other" }, "PreconditionFailed"],
  ])("%s", (_, more, code) => {
    expect(refused(more)).toBe(code);
  });
});

describe("ListMultipartUploads", () => {
  test("goes through the uploads page by page, and folds common prefixes", () => {
    const fixture = new S3Fixture();
    const { s3, environment } = fixture;
    const first = start(fixture, "b/1");
    environment.time++;
    const second = start(fixture, "b/1");
    start(fixture, "a");
    start(fixture, "b/2");
    const pages: string[] = [];
    let markers = {};
    for (let more = true; more; ) {
      const page = s3.call(HERE, "ListMultipartUploads", { Bucket: BUCKET, MaxUploads: 1, ...markers });
      pages.push(...(page.Uploads ?? []).map(({ Key, UploadId }) => `${Key} ${UploadId}`));
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      more = page.IsTruncated === true;
    }
    expect(pages.map((line) => line.split(" ")[0])).toEqual(["a", "b/1", "b/1", "b/2"]);
    expect(pages.slice(1, 3)).toEqual([`b/1 ${first}`, `b/1 ${second}`]);
    const folded = s3.call(HERE, "ListMultipartUploads", { Bucket: BUCKET, Delimiter: "/" });
    expect(folded.Uploads?.map(({ Key }) => Key)).toEqual(["a"]);
    expect(folded.CommonPrefixes).toEqual([{ Prefix: "b/" }]);
    expect(errorOf(() => s3.call(HERE, "ListMultipartUploads", { Bucket: BUCKET, MaxUploads: 0 })).code).toBe(
      "InvalidArgument",
    );
  });
});

describe("ListObjects", () => {
  test("goes on behind the marker; it names the next one only with a delimiter", () => {
    const fixture = new S3Fixture();
    for (const key of ["a/1", "a/2", "b", "c"]) {
      fixture.put(key);
    }
    const list = (more: object) => fixture.s3.call(HERE, "ListObjects", { Bucket: BUCKET, ...more });
    const keys = (more: object) => list(more).Contents?.map(({ Key }) => Key);
    expect(keys({ MaxKeys: 2 })).toEqual(["a/1", "a/2"]);
    expect(list({ MaxKeys: 2 }).NextMarker).toBeUndefined();
    expect(keys({ Marker: "a/2" })).toEqual(["b", "c"]);
    const folded = list({ MaxKeys: 1, Delimiter: "/" });
    expect(folded).toMatchObject({ CommonPrefixes: [{ Prefix: "a/" }], NextMarker: "a/", IsTruncated: true });
    expect(keys({ Marker: folded.NextMarker, Delimiter: "/" })).toEqual(["b", "c"]);
    expect(list({}).Contents?.[0]?.Owner).toEqual({ ID: HERE.accountId });
  });
});
