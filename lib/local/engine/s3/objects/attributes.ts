import type { ObjectAttributes } from "@aws-sdk/client-s3";
import { detailedError, invalidArgument } from "../errors.ts";
import { S3_LIMITS } from "../limits.ts";
import { findBucket } from "../lookup.ts";
import type { S3Handler } from "../operations.ts";
import type { StoredObject } from "../state.ts";
import { checkKey, checkVersion } from "./objects.ts";

const NAMES: ReadonlySet<string> = new Set<ObjectAttributes>([
  "Checksum",
  "ETag",
  "ObjectParts",
  "ObjectSize",
  "StorageClass",
]);

/**
 * What the caller asks for of an object, without its bytes. The ETag has no quotation marks here.
 *
 * Source: API Reference, "GetObjectAttributes".
 *
 * @throws AwsError NoSuchKey, InvalidArgument for an attribute that does not exist
 */
export const getObjectAttributes: S3Handler<"GetObjectAttributes"> = (state, _context, input) => {
  const bucket = findBucket(state, input);
  const key = checkKey(input.Key);
  const object = bucket.objects.get(key);
  if (object === undefined) {
    throw detailedError("NoSuchKey", { Key: key });
  }
  checkVersion(input.VersionId);
  const wanted: readonly string[] = input.ObjectAttributes ?? [];
  if (wanted.length === 0 || !wanted.every((name) => NAMES.has(name))) {
    throw invalidArgument("Invalid attribute name specified.", "x-amz-object-attributes", wanted.join(","));
  }
  const has = (name: ObjectAttributes) => wanted.includes(name);
  const parts = has("ObjectParts") ? partsOf(object, input) : undefined;
  return {
    LastModified: new Date(object.lastModified),
    ...(has("ETag") ? { ETag: object.etag.replaceAll('"', "") } : {}),
    ...(has("Checksum") ? { Checksum: { ...object.checksums, ChecksumType: object.checksumType } } : {}),
    ...(parts === undefined ? {} : { ObjectParts: parts }),
    ...(has("StorageClass") ? { StorageClass: "STANDARD" as const } : {}),
    ...(has("ObjectSize") ? { ObjectSize: object.body.byteLength } : {}),
  };
};

/** Only an object of several parts has them; its parts are listed when it was uploaded with a composite checksum. */
function partsOf(
  { parts, checksumType }: StoredObject,
  input: { readonly MaxParts?: number | undefined; readonly PartNumberMarker?: string | undefined },
) {
  if (parts === undefined) {
    return undefined;
  }
  if (checksumType !== "COMPOSITE") {
    return { TotalPartsCount: parts.length };
  }
  const limit = Math.min(input.MaxParts ?? S3_LIMITS.page, S3_LIMITS.page);
  const marker = Number(input.PartNumberMarker ?? 0);
  const later = parts.map((part, index) => ({ part, number: index + 1 })).filter(({ number }) => number > marker);
  const page = later.slice(0, limit);
  const last = page.at(-1)?.number;
  return {
    TotalPartsCount: parts.length,
    PartNumberMarker: String(marker),
    ...(last === undefined ? {} : { NextPartNumberMarker: String(last) }),
    MaxParts: limit,
    IsTruncated: later.length > page.length,
    Parts: page.map(({ part, number }) => ({ PartNumber: number, Size: part.size, ...part.checksums })),
  };
}
