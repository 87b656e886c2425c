import { AwsError, type CallContext } from "../../kernel/index.ts";
import { requireAllowed } from "../access.ts";
import { md5, verifyChecksums } from "../checksums/index.ts";
import { detailedError, invalidArgument, s3Error } from "../errors.ts";
import { expirationHeader } from "../lifecycle.ts";
import { S3_LIMITS } from "../limits.ts";
import { findBucket, findBucketForHead } from "../lookup.ts";
import { notify } from "../notifications/index.ts";
import type { S3Handler, S3Operations } from "../operations.ts";
import type { Bucket, S3State, StoredObject } from "../state.ts";
import { parseTagHeader } from "../tags.ts";
import { checkRead, checkUnchanged, checkWrite } from "./conditions.ts";
import { encryptionOf, headersToStore } from "./headers.ts";
import { rangeOf } from "./range.ts";

type GetInput = S3Operations["GetObject"]["input"];
type HeadInput = S3Operations["HeadObject"]["input"];

/**
 * Stores an object; the bytes are copied.
 *
 * @throws AwsError PreconditionFailed, BadDigest, InvalidDigest, InvalidRequest, KeyTooLongError, MetadataTooLarge,
 * NotImplemented
 */
export const putObject: S3Handler<"PutObject"> = (state, context, input) => {
  const bucket = findBucket(state, input);
  const key = checkKey(input.Key);
  checkWrite(bucket.objects.get(key), key, { ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch });
  const body = (input.Body ?? new Uint8Array()).slice();
  const checksums = verifyChecksums(body, input);
  const object: StoredObject = {
    body,
    etag: `"${md5(body)}"`,
    lastModified: state.now(),
    headers: headersToStore(bucket, input),
    checksums,
    checksumType: "FULL_OBJECT",
    tags: parseTagHeader(input.Tagging),
  };
  storeObject(bucket, key, object);
  notify(state, bucket, context, "ObjectCreated:Put", key);
  return {
    ETag: object.etag,
    ...checksums,
    ChecksumType: "FULL_OBJECT",
    ...encryptionOf(object.headers),
    ...expiration(bucket, key, object),
  };
};

/** Stores an object under the key, in place of an existing one. */
export function storeObject(bucket: Bucket, key: string, object: StoredObject): void {
  if (!bucket.objects.has(key)) {
    bucket.keys.add(key);
  }
  bucket.objects.set(key, object);
}

/**
 * Reads an object, or a range of it: then the output has `ContentRange`. The bytes are a copy.
 *
 * @throws AwsError NoSuchKey, NoSuchVersion, PreconditionFailed, NotModified, InvalidRange, InvalidPartNumber, InvalidRequest
 */
export const getObject: S3Handler<"GetObject"> = (state, _context, input) => {
  const bucket = findBucket(state, input);
  const key = checkKey(input.Key);
  const object = findObject(bucket, key, input);
  const range = rangeOf(object, input);
  const body = range === undefined ? object.body.slice() : object.body.slice(range.start, range.end + 1);
  return {
    ...describe(bucket, key, object, input),
    Body: body,
    ContentLength: body.byteLength,
    ...(range === undefined ? {} : { ContentRange: `bytes ${range.start}-${range.end}/${object.body.byteLength}` }),
    // A checksum of the whole says nothing about a part.
    ...(input.ChecksumMode === "ENABLED" && range === undefined ? checksumsOf(object) : {}),
  };
};

/** Like {@link getObject}, without the bytes. @throws AwsError NotFound in place of NoSuchKey */
export const headObject: S3Handler<"HeadObject"> = (state, _context, input) => {
  const bucket = findBucketForHead(state, input);
  const key = checkKey(input.Key);
  if (!bucket.objects.has(key)) {
    throw s3Error("NotFound");
  }
  const object = findObject(bucket, key, input);
  const size = object.body.byteLength;
  const range = rangeOf(object, input);
  return {
    ...describe(bucket, key, object, input),
    ContentLength: range === undefined ? size : range.end - range.start + 1,
    ...(range === undefined ? {} : { ContentRange: `bytes ${range.start}-${range.end}/${size}` }),
    ...(input.ChecksumMode === "ENABLED" && input.PartNumber === undefined ? checksumsOf(object) : {}),
  };
};

/** @throws AwsError PreconditionFailed, NoSuchKey for a condition that does not hold */
export const deleteObject: S3Handler<"DeleteObject"> = (state, context, input) => {
  const key = checkKey(input.Key);
  checkVersion(input.VersionId);
  const bucket = findBucket(state, input);
  checkUnchanged(bucket.objects.get(key), key, input.IfMatch);
  remove(state, bucket, context, key);
  return {};
};

/** @throws AwsError MalformedXML for no keys or more than 1,000 */
export const deleteObjects: S3Handler<"DeleteObjects"> = (state, context, input) => {
  const bucket = findBucket(state, input);
  const named = input.Delete?.Objects ?? [];
  if (named.length === 0 || named.length > S3_LIMITS.page) {
    throw s3Error("MalformedXML");
  }
  const Deleted: { Key: string }[] = [];
  const Errors: { Key: string | undefined; Code: string; Message: string }[] = [];
  for (const { Key, VersionId, ETag } of named) {
    try {
      const key = checkKey(Key);
      checkVersion(VersionId);
      requireAllowed(state, context, bucket, { action: "DeleteObject", key });
      checkUnchanged(bucket.objects.get(key), key, ETag);
      remove(state, bucket, context, key);
      if (input.Delete?.Quiet !== true) {
        Deleted.push({ Key: key });
      }
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      Errors.push({ Key, Code: error.code, Message: error.message });
    }
  }
  return { Deleted, Errors };
};

/**
 * A key: 1 to 1,024 bytes of UTF-8.
 *
 * @throws AwsError KeyTooLongError, InvalidArgument
 */
export function checkKey(key: string | undefined): string {
  if (key === undefined || key === "") {
    throw invalidArgument("The key of the object must not be empty", "key", key);
  }
  if (!key.isWellFormed()) {
    throw invalidArgument("The key of the object is not valid UTF-8", "key", key);
  }
  const size = Buffer.byteLength(key);
  if (size > S3_LIMITS.keyBytes) {
    throw detailedError("KeyTooLongError", { Size: size, MaxSizeAllowed: S3_LIMITS.keyBytes });
  }
  return key;
}

/** @throws AwsError NoSuchVersion for any version but "null": the engine keeps none */
export function checkVersion(versionId: string | undefined): void {
  if (versionId !== undefined && versionId !== "null") {
    throw detailedError("NoSuchVersion", { VersionId: versionId });
  }
}

/** An object that does not exist is not an error, and not an event. */
function remove(state: S3State, bucket: Bucket, context: CallContext, key: string): void {
  if (bucket.objects.delete(key)) {
    bucket.keys.remove(key);
    notify(state, bucket, context, "ObjectRemoved:Delete", key);
  }
}

function findObject(
  bucket: Bucket,
  key: string,
  input: Pick<GetInput, "VersionId" | "IfMatch" | "IfNoneMatch" | "IfModifiedSince" | "IfUnmodifiedSince">,
): StoredObject {
  const object = bucket.objects.get(key);
  if (object === undefined) {
    throw detailedError("NoSuchKey", { Key: key });
  }
  checkVersion(input.VersionId);
  checkRead(object, {
    ifMatch: input.IfMatch,
    ifNoneMatch: input.IfNoneMatch,
    ifModifiedSince: input.IfModifiedSince,
    ifUnmodifiedSince: input.IfUnmodifiedSince,
  });
  return object;
}

function checksumsOf({ checksums, checksumType }: StoredObject) {
  return { ...checksums, ChecksumType: checksumType };
}

function describe(bucket: Bucket, key: string, object: StoredObject, input: GetInput | HeadInput) {
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
    ...(object.tags === undefined || object.tags.length === 0 ? {} : { TagCount: object.tags.length }),
    ...(input.PartNumber === undefined || object.parts === undefined ? {} : { PartsCount: object.parts.length }),
    ...expiration(bucket, key, object),
  };
}

function expiration(bucket: Bucket, key: string, object: StoredObject): { Expiration?: string } {
  const header = expirationHeader(bucket, key, object);
  return header === undefined ? {} : { Expiration: header };
}
