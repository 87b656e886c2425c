import { createHash } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { Answer } from "../answer.ts";
import type { World } from "../world.ts";
import type { Condition, S3Operation } from "./operation.ts";

/** Makes the calls of one step. */
export async function runS3(world: World, step: S3Operation): Promise<Answer[]> {
  const { s3 } = world.side;
  switch (step.kind) {
    case "s3.createBucket":
      world.buckets.add(step.bucket);
      return [
        await world.call(
          () =>
            s3.send(
              new CreateBucketCommand({
                ...bucket(world, step),
                CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
              }),
            ),
          () => null,
        ),
      ];
    case "s3.headBucket":
      return [
        await world.call(
          () => s3.send(new HeadBucketCommand(bucket(world, step))),
          () => null,
        ),
      ];
    case "s3.deleteBucket":
      return [await world.call(() => s3.send(new DeleteBucketCommand(bucket(world, step))))];
    case "s3.put":
      return [
        await world.call(async () =>
          s3.send(
            new PutObjectCommand({
              ...object(world, step),
              Body: Buffer.from(step.body),
              ContentType: step.type,
              Metadata: { ...step.metadata },
              ...(await condition(world, step)),
            }),
          ),
        ),
      ];
    case "s3.get":
      return [
        await world.call(
          async () =>
            s3.send(
              new GetObjectCommand({
                ...object(world, step),
                ...(step.range === "" ? {} : { Range: step.range }),
                ...(await condition(world, step)),
              }),
            ),
          async ({ Body, ...head }) => ({ ...head, Body: await Body?.transformToString() }),
        ),
      ];
    case "s3.head":
      return [
        await world.call(async () =>
          s3.send(new HeadObjectCommand({ ...object(world, step), ...(await condition(world, step)) })),
        ),
      ];
    case "s3.delete":
      return [await world.call(() => s3.send(new DeleteObjectCommand(object(world, step))))];
    case "s3.deleteMany":
      return [
        await world.call(
          () =>
            s3.send(
              new DeleteObjectsCommand({
                ...bucket(world, step),
                Delete: { Objects: step.keys.map((Key) => ({ Key })), Quiet: step.quiet },
              }),
            ),
          ({ Deleted, Errors }) => ({
            Deleted: (Deleted ?? []).map(({ Key }) => Key).sort(),
            Errors: (Errors ?? []).map(({ Key, Code }) => ({ Key, Code })),
          }),
        ),
      ];
    case "s3.list":
      return [
        await world.call(
          () =>
            s3.send(
              new ListObjectsV2Command({
                ...bucket(world, step),
                Prefix: step.prefix,
                MaxKeys: step.maximum,
                ...(step.delimiter === "" ? {} : { Delimiter: step.delimiter }),
                ...(step.startAfter === "" ? {} : { StartAfter: step.startAfter }),
              }),
            ),
          ({ NextContinuationToken, ...output }) => ({ ...output, more: NextContinuationToken !== undefined }),
        ),
      ];
    case "s3.copy":
      return [
        await world.call(() =>
          s3.send(
            new CopyObjectCommand({
              ...bucket(world, step),
              Key: step.to,
              CopySource: `${world.named(step.bucket)}/${encodeURIComponent(step.from)}`,
              ...(step.replace
                ? { MetadataDirective: "REPLACE", Metadata: { copied: "yes" }, ContentType: "text/x-copy" }
                : {}),
            }),
          ),
        ),
      ];
    case "s3.begin":
      return [
        await world.call(
          () => s3.send(new CreateMultipartUploadCommand({ ...object(world, step), ContentType: "text/plain" })),
          (output) => {
            world.uploads.push(output.UploadId ?? "");
            return output;
          },
        ),
      ];
    case "s3.part":
      return [
        await world.call(() =>
          s3.send(
            new UploadPartCommand({ ...upload(world, step), PartNumber: step.part, Body: Buffer.from(step.body) }),
          ),
        ),
      ];
    case "s3.listParts":
      return [
        await world.call(
          () => s3.send(new ListPartsCommand(upload(world, step))),
          ({ Parts }) => Parts ?? [],
        ),
      ];
    case "s3.complete":
      return [
        await world.call(async () => {
          const { Parts = [] } = await s3.send(new ListPartsCommand(upload(world, step)));
          const known = Parts.map(({ PartNumber, ETag, ChecksumCRC32 }) => ({ PartNumber, ETag, ChecksumCRC32 }));
          const parts = {
            all: known,
            none: [],
            wrongTag: known.map((part) => ({ ...part, ETag: '"00000000000000000000000000000000"' })),
            missing: [...known, { PartNumber: 9_999, ETag: '"00000000000000000000000000000000"' }],
            unsorted: known.toReversed(),
          }[step.parts];
          return s3.send(
            new CompleteMultipartUploadCommand({ ...upload(world, step), MultipartUpload: { Parts: parts } }),
          );
        }),
      ];
    case "s3.abort":
      return [await world.call(() => s3.send(new AbortMultipartUploadCommand(upload(world, step))))];
  }
}

function bucket(world: World, step: { readonly bucket: string }): { Bucket: string } {
  return { Bucket: world.named(step.bucket) };
}

function object(
  world: World,
  step: { readonly bucket: string; readonly key: string },
): { Bucket: string; Key: string } {
  return { ...bucket(world, step), Key: step.key };
}

function upload(world: World, step: { readonly bucket: string; readonly key: string; readonly upload: number }) {
  const known = world.uploads[step.upload % Math.max(1, world.uploads.length)];
  return { ...object(world, step), UploadId: known ?? "absent-upload-id" };
}

/** The headers of a condition; right and wrong as things stand on this side. */
async function condition(
  world: World,
  step: { readonly bucket: string; readonly key: string; readonly condition: Condition },
) {
  if (step.condition === "none") {
    return {};
  }
  if (step.condition === "ifNoneMatchAny") {
    return { IfNoneMatch: "*" };
  }
  const wrong = `"${createHash("md5").update("something else").digest("hex")}"`;
  if (step.condition === "ifMatchWrong") {
    return { IfMatch: wrong };
  }
  if (step.condition === "ifNoneMatchWrong") {
    return { IfNoneMatch: wrong };
  }
  const head = await world.side.s3.send(new HeadObjectCommand(object(world, step))).catch(() => undefined);
  const right = head?.ETag ?? wrong;
  return step.condition === "ifMatchRight" ? { IfMatch: right } : { IfNoneMatch: right };
}
