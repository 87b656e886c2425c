import { createHash, randomBytes } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectTaggingCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { REGION, startHarness } from "./support/harness.ts";

const MIB = 1024 * 1024;
const Bucket = "payloads";

async function withBucket() {
  const { s3 } = await startHarness();
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  return s3;
}

describe("S3 over HTTP", () => {
  it("copies an object of 12 MiB from bucket to bucket in parts, as `aws s3 cp` does", async () => {
    const s3 = await withBucket();
    const Body = randomBytes(12 * MIB);
    await s3.send(new PutObjectCommand({ Bucket, Key: "from/big file", Body, Tagging: "team=a&cost=1" }));
    const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: "from/big file" }));
    expect(TagSet).toEqual([
      { Key: "team", Value: "a" },
      { Key: "cost", Value: "1" },
    ]);
    const target = { Bucket, Key: "to/big file" };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...target, Tagging: "team=a" }));
    const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: "to/" }));
    expect(Uploads).toMatchObject([{ Key: target.Key, UploadId }]);
    const Parts = await Promise.all(
      [`bytes=0-${8 * MIB - 1}`, `bytes=${8 * MIB}-${12 * MIB - 1}`].map(async (CopySourceRange, index) => {
        const PartNumber = index + 1;
        const CopySource = `${Bucket}/${encodeURIComponent("from/big file")}`;
        const input = { ...target, UploadId, PartNumber, CopySource, CopySourceRange };
        const { CopyPartResult } = await s3.send(new UploadPartCopyCommand(input));
        return { PartNumber, ETag: CopyPartResult?.ETag };
      }),
    );
    await s3.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
    const copy = await s3.send(new GetObjectCommand(target));
    const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
    expect(digest((await copy.Body?.transformToByteArray()) ?? new Uint8Array())).toBe(digest(Body));
    expect(copy.TagCount).toBe(1);
    const part = await s3.send(new HeadObjectCommand({ ...target, PartNumber: 2 }));
    expect(part).toMatchObject({ $metadata: { httpStatusCode: 206 }, ContentLength: 4 * MIB, PartsCount: 2 });
    const attributes = await s3.send(
      new GetObjectAttributesCommand({ ...target, ObjectAttributes: ["ObjectSize", "ObjectParts", "ETag"] }),
    );
    expect(attributes).toMatchObject({
      ObjectSize: 12 * MIB,
      ETag: copy.ETag?.replaceAll('"', ""),
      ObjectParts: { TotalPartsCount: 2 },
      LastModified: expect.any(Date),
    });
  });

  it("keeps tags of objects", async () => {
    const s3 = await withBucket();
    const object = { Bucket, Key: "k" };
    await s3.send(new PutObjectCommand({ ...object, Body: "x" }));
    await s3.send(new PutObjectTaggingCommand({ ...object, Tagging: { TagSet: [{ Key: "a", Value: "1" }] } }));
    expect((await s3.send(new GetObjectTaggingCommand(object))).TagSet).toEqual([{ Key: "a", Value: "1" }]);
    const deleted = await s3.send(new DeleteObjectTaggingCommand(object));
    expect(deleted.$metadata.httpStatusCode).toBe(204);
    expect((await s3.send(new GetObjectTaggingCommand(object))).TagSet).toEqual([]);
    await expect(
      s3.send(new PutObjectTaggingCommand({ ...object, Tagging: { TagSet: [{ Key: "aws:a", Value: "1" }] } })),
    ).rejects.toMatchObject({ name: "InvalidTag", $metadata: { httpStatusCode: 400 } });
  });

  it("lists objects the older way, too", async () => {
    const s3 = await withBucket();
    for (const Key of ["a/1", "a/2", "b"]) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
    }
    const first = await s3.send(new ListObjectsCommand({ Bucket, Delimiter: "/", MaxKeys: 1 }));
    expect(first).toMatchObject({ CommonPrefixes: [{ Prefix: "a/" }], NextMarker: "a/", IsTruncated: true });
    const rest = await s3.send(new ListObjectsCommand({ Bucket, Delimiter: "/", Marker: first.NextMarker }));
    expect(rest.Contents?.map(({ Key }) => Key)).toEqual(["b"]);
  });
});
