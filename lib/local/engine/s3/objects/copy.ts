import { checksumNames, computeChecksum, md5, parseChecksumName } from "../checksums/index.ts";
import { s3Error } from "../errors.ts";
import { findBucket } from "../lookup.ts";
import { notify } from "../notifications/index.ts";
import type { S3Handler } from "../operations.ts";
import type { StoredObject } from "../state.ts";
import { parseTagHeader } from "../tags.ts";
import { checkWrite } from "./conditions.ts";
import { findCopySource } from "./copy-source.ts";
import { encryptionOf, headersToStore } from "./headers.ts";
import { checkKey, storeObject } from "./objects.ts";

/**
 * Copies an object, with its headers and tags or with new ones.
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
  const { bucket: sourceName, key: sourceKey, object: source } = findCopySource(state, context, input);
  checkWrite(target.objects.get(key), key, { ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch });
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
    tags: input.TaggingDirective === "REPLACE" ? parseTagHeader(input.Tagging) : (source.tags ?? []),
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
