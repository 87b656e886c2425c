import type { _Object, CommonPrefix } from "@aws-sdk/client-s3";
import { checksumNames } from "../checksums/index.ts";
import { encodeKey } from "../encoding.ts";
import { s3Error } from "../errors.ts";
import { S3_LIMITS } from "../limits.ts";
import { findBucket } from "../lookup.ts";
import type { S3Handler } from "../operations.ts";
import type { Bucket } from "../state.ts";

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
  const contents: _Object[] = [];
  const prefixes: CommonPrefix[] = [];
  const resumed = token === undefined ? undefined : decodeToken(token);
  const after = resumed?.last ?? startAfter;
  const keys = bucket.keys.ascending();
  let index = after === undefined ? 0 : bucket.keys.indexAfter(after, false);
  index = Math.max(index, bucket.keys.indexAfter(prefix, true));
  let last: Position | undefined;
  // A page that ended with a common prefix continues behind all of its keys.
  let skipped = resumed?.isPrefix === true ? resumed.last : undefined;
  let isTruncated = false;
  for (; index < keys.length; index++) {
    const key = keys[index] ?? "";
    if (!key.startsWith(prefix)) {
      break;
    }
    if (skipped !== undefined && key.startsWith(skipped)) {
      continue;
    }
    if (contents.length + prefixes.length >= limit) {
      isTruncated = limit > 0;
      break;
    }
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    if (end === -1) {
      contents.push(describe(bucket, key, encode, input.FetchOwner === true));
      last = { last: key, isPrefix: false };
    } else {
      skipped = key.slice(0, end + (delimiter?.length ?? 0));
      prefixes.push({ Prefix: encode(skipped) });
      last = { last: skipped, isPrefix: true };
    }
  }
  return {
    Name: bucket.name,
    Prefix: encode(prefix),
    ...(delimiter ? { Delimiter: encode(delimiter) } : {}),
    ...(startAfter === undefined ? {} : { StartAfter: encode(startAfter) }),
    ...(token === undefined ? {} : { ContinuationToken: token }),
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    MaxKeys: limit,
    KeyCount: contents.length + prefixes.length,
    IsTruncated: isTruncated,
    ...(isTruncated && last !== undefined ? { NextContinuationToken: encodeToken(last) } : {}),
    ...(contents.length > 0 ? { Contents: contents } : {}),
    ...(prefixes.length > 0 ? { CommonPrefixes: prefixes } : {}),
  };
};

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
    throw s3Error("InvalidArgument", "Argument maxKeys must be an integer between 0 and 2147483647");
  }
  return Math.min(size, S3_LIMITS.page);
}

function encoder(type: string | undefined): (text: string) => string {
  if (type === undefined) {
    return (text) => text;
  }
  if (type !== "url") {
    throw s3Error("InvalidArgument", "Invalid Encoding Method specified in Request");
  }
  return encodeKey;
}

/** Where a page ended: with a key, or with a common prefix. */
interface Position {
  readonly last: string;
  readonly isPrefix: boolean;
}

function encodeToken({ last, isPrefix }: Position): string {
  return (isPrefix ? "p" : "k") + Buffer.from(last).toString("base64url");
}

function decodeToken(token: string): Position {
  const position = { last: Buffer.from(token.slice(1), "base64url").toString(), isPrefix: token.startsWith("p") };
  if (position.last === "" || encodeToken(position) !== token) {
    throw s3Error("InvalidArgument", "The continuation token provided is incorrect");
  }
  return position;
}
