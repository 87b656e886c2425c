import type { _Object, CommonPrefix } from "@aws-sdk/client-s3";
import { checksumNames } from "../checksums/index.ts";
import { encodeKey } from "../encoding.ts";
import { invalidArgument } from "../errors.ts";
import { S3_LIMITS } from "../limits.ts";
import { findBucket } from "../lookup.ts";
import type { S3Handler } from "../operations.ts";
import type { Bucket } from "../state.ts";

/** What a listing wants of a bucket's keys. */
interface Question {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** Where it goes on: behind this key, or behind all keys of this common prefix. */
  readonly after: Position | undefined;
  readonly limit: number;
}

/** Where a page ended: with a key, or with a common prefix. */
interface Position {
  readonly last: string;
  readonly isPrefix: boolean;
}

interface Page {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  readonly last: Position | undefined;
  readonly isTruncated: boolean;
}

/**
 * One page of a bucket's keys, in the order of their UTF-8 bytes. A common prefix counts as one item.
 *
 * Source: API Reference, "ListObjectsV2".
 *
 * @throws AwsError InvalidArgument for a bad token, number of keys, or encoding
 */
export const listObjectsV2: S3Handler<"ListObjectsV2"> = (state, _context, input) => {
  const bucket = findBucket(state, input);
  const { Prefix: prefix = "", Delimiter: delimiter, StartAfter: startAfter, ContinuationToken: token } = input;
  const limit = pageSize(input.MaxKeys);
  const encode = encoder(input.EncodingType);
  const start = startAfter === undefined ? undefined : { last: startAfter, isPrefix: false };
  const after = token === undefined ? start : decodeToken(token);
  const { keys, prefixes, last, isTruncated } = pageOf(bucket, { prefix, delimiter, after, limit });
  return {
    Name: bucket.name,
    Prefix: encode(prefix),
    ...(delimiter ? { Delimiter: encode(delimiter) } : {}),
    ...(startAfter === undefined ? {} : { StartAfter: encode(startAfter) }),
    ...(token === undefined ? {} : { ContinuationToken: token }),
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    MaxKeys: limit,
    KeyCount: keys.length + prefixes.length,
    IsTruncated: isTruncated,
    ...(isTruncated && last !== undefined ? { NextContinuationToken: encodeToken(last) } : {}),
    ...contents(bucket, keys, prefixes, encode, input.FetchOwner === true),
  };
};

/**
 * The older listing: it goes on behind `Marker`, a key or a common prefix. `NextMarker` comes only with a delimiter;
 * without one the last key is the next marker.
 *
 * Source: API Reference, "ListObjects".
 *
 * @throws AwsError InvalidArgument for a bad number of keys or encoding
 */
export const listObjects: S3Handler<"ListObjects"> = (state, _context, input) => {
  const bucket = findBucket(state, input);
  const { Prefix: prefix = "", Delimiter: delimiter, Marker: marker = "" } = input;
  const limit = pageSize(input.MaxKeys);
  const encode = encoder(input.EncodingType);
  const isPrefix = delimiter !== undefined && delimiter !== "" && marker.endsWith(delimiter);
  const after = marker === "" ? undefined : { last: marker, isPrefix };
  const { keys, prefixes, last, isTruncated } = pageOf(bucket, { prefix, delimiter, after, limit });
  return {
    Name: bucket.name,
    Prefix: encode(prefix),
    Marker: encode(marker),
    ...(delimiter ? { Delimiter: encode(delimiter) } : {}),
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    MaxKeys: limit,
    IsTruncated: isTruncated,
    ...(isTruncated && delimiter && last !== undefined ? { NextMarker: encode(last.last) } : {}),
    ...contents(bucket, keys, prefixes, encode, true),
  };
};

function pageOf(bucket: Bucket, { prefix, delimiter, after, limit }: Question): Page {
  const found: string[] = [];
  const prefixes: string[] = [];
  const keys = bucket.keys.ascending();
  let index = after === undefined ? 0 : bucket.keys.indexAfter(after.last, false);
  index = Math.max(index, bucket.keys.indexAfter(prefix, true));
  let last: Position | undefined;
  // A page that ended with a common prefix continues behind all of its keys.
  let skipped = after?.isPrefix === true ? after.last : undefined;
  for (; index < keys.length; index++) {
    const key = keys[index] ?? "";
    if (!key.startsWith(prefix)) {
      break;
    }
    if (skipped !== undefined && key.startsWith(skipped)) {
      continue;
    }
    if (found.length + prefixes.length >= limit) {
      return { keys: found, prefixes, last, isTruncated: limit > 0 };
    }
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    if (end === -1) {
      found.push(key);
      last = { last: key, isPrefix: false };
    } else {
      skipped = key.slice(0, end + (delimiter?.length ?? 0));
      prefixes.push(skipped);
      last = { last: skipped, isPrefix: true };
    }
  }
  return { keys: found, prefixes, last, isTruncated: false };
}

function contents(
  bucket: Bucket,
  keys: readonly string[],
  prefixes: readonly string[],
  encode: (text: string) => string,
  withOwner: boolean,
): { Contents?: _Object[]; CommonPrefixes?: CommonPrefix[] } {
  return {
    ...(keys.length > 0 ? { Contents: keys.map((key) => describe(bucket, key, encode, withOwner)) } : {}),
    ...(prefixes.length > 0 ? { CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })) } : {}),
  };
}

function describe(bucket: Bucket, key: string, encode: (text: string) => string, withOwner: boolean): _Object {
  const object = bucket.objects.get(key);
  if (object === undefined) {
    throw new Error(`the index of the bucket ${bucket.name} names the missing key ${key}`);
  }
  return {
    Key: encode(key),
    LastModified: new Date(object.lastModified),
    ETag: object.etag,
    Size: object.body.byteLength,
    StorageClass: "STANDARD",
    ChecksumAlgorithm: checksumNames(object.checksums),
    ChecksumType: object.checksumType,
    ...(withOwner ? { Owner: { ID: bucket.accountId } } : {}),
  };
}

function pageSize(requested: number | undefined): number {
  const size = requested ?? S3_LIMITS.page;
  if (!Number.isInteger(size) || size < 0) {
    throw invalidArgument("Argument maxKeys must be an integer between 0 and 2147483647", "maxKeys", size);
  }
  return Math.min(size, S3_LIMITS.page);
}

function encoder(type: string | undefined): (text: string) => string {
  if (type === undefined) {
    return (text) => text;
  }
  if (type !== "url") {
    throw invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", type);
  }
  return encodeKey;
}

function encodeToken({ last, isPrefix }: Position): string {
  return (isPrefix ? "p" : "k") + Buffer.from(last).toString("base64url");
}

function decodeToken(token: string): Position {
  const position = { last: Buffer.from(token.slice(1), "base64url").toString(), isPrefix: token.startsWith("p") };
  if (position.last === "" || encodeToken(position) !== token) {
    throw invalidArgument("The continuation token provided is incorrect", "continuation-token", token);
  }
  return position;
}
