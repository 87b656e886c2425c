import { detailedError } from "../errors.ts";
import { S3_LIMITS } from "../limits.ts";
import { findBucket } from "../lookup.ts";
import { notify } from "../notifications/index.ts";
import type { S3Handler } from "../operations.ts";
import type { Bucket, StoredObject } from "../state.ts";
import { checkTags } from "../tags.ts";
import { checkKey, checkVersion } from "./objects.ts";

/** @throws AwsError NoSuchKey, InvalidTag, BadRequest */
export const putObjectTagging: S3Handler<"PutObjectTagging"> = (state, context, input) => {
  const bucket = findBucket(state, input);
  const { key, object } = find(bucket, input);
  const tags = checkTags(input.Tagging?.TagSet ?? [], S3_LIMITS.objectTags);
  bucket.objects.set(key, { ...object, tags });
  notify(state, bucket, context, "ObjectTagging:Put", key);
  return {};
};

/** An object without tags has an empty set. @throws AwsError NoSuchKey */
export const getObjectTagging: S3Handler<"GetObjectTagging"> = (state, _context, input) => ({
  TagSet: [...(find(findBucket(state, input), input).object.tags ?? [])],
});

/** @throws AwsError NoSuchKey */
export const deleteObjectTagging: S3Handler<"DeleteObjectTagging"> = (state, context, input) => {
  const bucket = findBucket(state, input);
  const { key, object } = find(bucket, input);
  bucket.objects.set(key, { ...object, tags: [] });
  notify(state, bucket, context, "ObjectTagging:Delete", key);
  return {};
};

function find(
  bucket: Bucket,
  input: { readonly Key?: string | undefined; readonly VersionId?: string | undefined },
): { key: string; object: StoredObject } {
  const key = checkKey(input.Key);
  const object = bucket.objects.get(key);
  if (object === undefined) {
    throw detailedError("NoSuchKey", { Key: key });
  }
  checkVersion(input.VersionId);
  return { key, object };
}
