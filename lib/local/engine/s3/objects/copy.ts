import { checksumNames, computeChecksum, md5, parseChecksumName } from "../checksums/index.ts";
import { s3Error } from "../errors.ts";
import { findBucket } from "../lookup.ts";
import { notify } from "../notifications/index.ts";
import type { S3Handler, S3Operations } from "../operations.ts";
import type { StoredObject } from "../state.ts";
import { checkRead, checkWrite } from "./conditions.ts";
import { encryptionOf, headersToStore } from "./headers.ts";
import { checkKey, checkVersion, storeObject } from "./objects.ts";

/**
 * Copies an object, with its headers or with new ones.
 *
 * Source: API Reference, "CopyObject".
 *
 * @throws AwsError NoSuchBucket, NoSuchKey, PreconditionFailed, InvalidArgument for a source that cannot be read,
 * InvalidRequest for a copy onto itself that changes nothing
 */
export const copyObject: S3Handler<"CopyObject"> = (state, context, input) => {
  const target = findBucket(state, input);
  const now = state.now();
  const key = checkKey(input.Key);
  const { bucket: sourceName, key: sourceKey } = parseSource(input.CopySource);
  const source = findBucket(state, { Bucket: sourceName }).objects.get(sourceKey);
  if (source === undefined) {
    throw s3Error("NoSuchKey");
  }
  checkSource(source, input);
  checkWrite(target.objects.get(key), { ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch });
  const replaces = input.MetadataDirective === "REPLACE";
  const changesEncryption = input.ServerSideEncryption !== undefined;
  if (sourceName === target.name && sourceKey === key && !replaces && !changesEncryption) {
    throw s3Error(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const headers = headersToStore(target, {
    ...(replaces ? input : source.headers),
    ServerSideEncryption: input.ServerSideEncryption,
    SSEKMSKeyId: input.SSEKMSKeyId,
    BucketKeyEnabled: input.BucketKeyEnabled,
  });
  const name = parseChecksumName(input.ChecksumAlgorithm) ?? checksumNames(source.checksums)[0] ?? "CRC64NVME";
  const body = source.body.slice();
  const object: StoredObject = {
    body,
    etag: `"${md5(body)}"`,
    lastModified: now,
    headers,
    checksums: computeChecksum(body, name),
    checksumType: "FULL_OBJECT",
  };
  storeObject(target, key, object);
  notify(state, target, context, "ObjectCreated:Copy", key);
  return {
    CopyObjectResult: {
      ETag: object.etag,
      LastModified: new Date(now),
      ...object.checksums,
      ChecksumType: "FULL_OBJECT",
    },
    ...encryptionOf(headers),
  };
};

function parseSource(source: string | undefined): { bucket: string; key: string } {
  const [path = "", query = ""] = (source ?? "").replace(/^\//, "").split("?versionId=");
  checkVersion(query === "" ? undefined : query);
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    throw s3Error("InvalidArgument", "Invalid copy source encoding.");
  }
  const slash = decoded.indexOf("/");
  if (slash < 1 || slash === decoded.length - 1) {
    throw s3Error("InvalidArgument", "Invalid copy source object key");
  }
  return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1) };
}

function checkSource(source: StoredObject, input: S3Operations["CopyObject"]["input"]): void {
  try {
    checkRead(source, {
      ifMatch: input.CopySourceIfMatch,
      ifNoneMatch: input.CopySourceIfNoneMatch,
      ifModifiedSince: input.CopySourceIfModifiedSince,
      ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    });
  } catch {
    // A copy cannot respond "not modified": both kinds of failure are 412.
    throw s3Error("PreconditionFailed");
  }
}
