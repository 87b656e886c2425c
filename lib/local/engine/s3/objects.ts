import { md5, verifyChecksums } from "./checksums.ts";
import { checkRead, checkWrite } from "./conditions.ts";
import { s3Error } from "./errors.ts";
import { encryptionOf, headersToStore } from "./headers.ts";
import { applyLifecycle, expirationHeader } from "./lifecycle.ts";
import { S3_LIMITS } from "./limits.ts";
import type { S3Operations } from "./operations.ts";
import { parseRange } from "./range.ts";
import type { Bucket, StoredObject } from "./state.ts";

type PutObject = S3Operations["PutObject"];
type GetObject = S3Operations["GetObject"];
type HeadObject = S3Operations["HeadObject"];

/**
 * Stores an object; the bytes are copied.
 *
 * @throws AwsError PreconditionFailed, BadDigest, InvalidDigest, InvalidRequest, KeyTooLongError, MetadataTooLarge,
 * NotImplemented
 */
export function putObject(bucket: Bucket, now: number, input: PutObject["input"]): PutObject["output"] {
  const key = checkKey(input.Key);
  checkWrite(bucket.objects.get(key), { ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch });
  const body = (input.Body ?? new Uint8Array()).slice();
  const checksums = verifyChecksums(body, input);
  const object: StoredObject = {
    body,
    etag: `"${md5(body)}"`,
    lastModified: now,
    headers: headersToStore(bucket, input),
    checksums,
    checksumType: "FULL_OBJECT",
  };
  storeObject(bucket, key, object);
  return {
    ETag: object.etag,
    ...checksums,
    ChecksumType: "FULL_OBJECT",
    ...encryptionOf(object.headers),
    ...expiration(bucket, key, object),
  };
}

/** Puts an object under the key, in place of the one that is there. */
export function storeObject(bucket: Bucket, key: string, object: StoredObject): void {
  if (!bucket.objects.has(key)) {
    bucket.keys.add(key);
  }
  bucket.objects.set(key, object);
}

/**
 * Reads an object, or a range of it: then the answer has `ContentRange`. The bytes are a copy.
 *
 * @throws AwsError NoSuchKey, NoSuchVersion, PreconditionFailed, NotModified, InvalidRange, NotImplemented
 */
export function getObject(bucket: Bucket, input: GetObject["input"]): GetObject["output"] {
  const key = checkKey(input.Key);
  const object = findObject(bucket, key, input);
  const range = parseRange(input.Range, object.body.byteLength);
  const body = range === undefined ? object.body.slice() : object.body.slice(range.start, range.end + 1);
  return {
    ...describe(bucket, key, object, input),
    Body: body,
    ContentLength: body.byteLength,
    ...(range === undefined ? {} : { ContentRange: `bytes ${range.start}-${range.end}/${object.body.byteLength}` }),
    // A checksum of the whole says nothing of a part.
    ...(input.ChecksumMode === "ENABLED" && range === undefined
      ? { ...object.checksums, ChecksumType: object.checksumType }
      : {}),
  };
}

/** Like {@link getObject}, without the bytes. @throws AwsError NotFound in place of NoSuchKey */
export function headObject(bucket: Bucket, input: HeadObject["input"]): HeadObject["output"] {
  const key = checkKey(input.Key);
  if (!bucket.objects.has(key)) {
    throw s3Error("NotFound");
  }
  const object = findObject(bucket, key, input);
  const size = object.body.byteLength;
  const range = parseRange(input.Range, size);
  return {
    ...describe(bucket, key, object, input),
    ContentLength: range === undefined ? size : range.end - range.start + 1,
    ...(range === undefined ? {} : { ContentRange: `bytes ${range.start}-${range.end}/${size}` }),
    ...(input.ChecksumMode === "ENABLED" ? { ...object.checksums, ChecksumType: object.checksumType } : {}),
  };
}

/** @returns false when there was no such object, which is no error */
export function removeObject(bucket: Bucket, key: string): boolean {
  if (!bucket.objects.delete(key)) {
    return false;
  }
  bucket.keys.remove(key);
  return true;
}

/**
 * A key: 1 to 1,024 bytes of UTF-8.
 *
 * @throws AwsError KeyTooLongError, InvalidArgument
 */
export function checkKey(key: string | undefined): string {
  if (key === undefined || key === "") {
    throw s3Error("InvalidArgument", "The key of the object must not be empty");
  }
  if (!key.isWellFormed()) {
    throw s3Error("InvalidArgument", "The key of the object is not valid UTF-8");
  }
  if (Buffer.byteLength(key) > S3_LIMITS.keyBytes) {
    throw s3Error("KeyTooLongError");
  }
  return key;
}

/** @throws AwsError NoSuchVersion for any version but "null": the engine keeps none */
export function checkVersion(versionId: string | undefined): void {
  if (versionId !== undefined && versionId !== "null") {
    throw s3Error("NoSuchVersion");
  }
}

/** The bucket as it is now: what lifecycle rules expired in the meantime is gone. */
export function current(bucket: Bucket, now: number): Bucket {
  applyLifecycle(bucket, now);
  return bucket;
}

function findObject(
  bucket: Bucket,
  key: string,
  input: Pick<
    GetObject["input"],
    "VersionId" | "PartNumber" | "IfMatch" | "IfNoneMatch" | "IfModifiedSince" | "IfUnmodifiedSince"
  >,
): StoredObject {
  const object = bucket.objects.get(key);
  if (object === undefined) {
    throw s3Error("NoSuchKey");
  }
  checkVersion(input.VersionId);
  if (input.PartNumber !== undefined) {
    throw s3Error("NotImplemented", "The local engine does not read objects by part number; use a Range");
  }
  checkRead(object, {
    ifMatch: input.IfMatch,
    ifNoneMatch: input.IfNoneMatch,
    ifModifiedSince: input.IfModifiedSince,
    ifUnmodifiedSince: input.IfUnmodifiedSince,
  });
  return object;
}

function describe(bucket: Bucket, key: string, object: StoredObject, input: GetObject["input"] | HeadObject["input"]) {
  const overrides = {
    ContentType: input.ResponseContentType,
    ContentEncoding: input.ResponseContentEncoding,
    ContentDisposition: input.ResponseContentDisposition,
    ContentLanguage: input.ResponseContentLanguage,
    CacheControl: input.ResponseCacheControl,
  };
  return {
    AcceptRanges: "bytes",
    ETag: object.etag,
    LastModified: new Date(object.lastModified),
    ...object.headers,
    ...Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined)),
    Metadata: { ...object.headers.Metadata },
    ...expiration(bucket, key, object),
  };
}

function expiration(bucket: Bucket, key: string, object: StoredObject): { Expiration?: string } {
  const header = expirationHeader(bucket, key, object);
  return header === undefined ? {} : { Expiration: header };
}
