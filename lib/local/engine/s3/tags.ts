import type { Tag } from "@aws-sdk/client-s3";
import { invalidArgument, s3Error } from "./errors.ts";
import { S3_LIMITS } from "./limits.ts";
import type { StoredTag } from "./state.ts";

/** What AWS keeps for itself: keys with this prefix are its own. */
const RESERVED = /^aws:/i;

/**
 * Tags as a request has them, in their order.
 *
 * Source: User Guide, "Categorizing your objects using tags" and "Using cost allocation S3 bucket tags".
 *
 * @param most how many the resource may have
 * @throws AwsError BadRequest for too many; InvalidTag for a key given twice, one of AWS, and for lengths out of range
 */
export function checkTags(tags: readonly Tag[], most: number): readonly StoredTag[] {
  const { keyCharacters, valueCharacters } = S3_LIMITS.tags;
  if (tags.length > most) {
    throw s3Error("BadRequest", `Object tags cannot be greater than ${most}`);
  }
  const checked = new Map<string, StoredTag>();
  for (const { Key: key = "", Value: value = "" } of tags) {
    if (key === "" || key.length > keyCharacters) {
      throw s3Error("InvalidTag", "The TagKey you have provided is invalid", { TagKey: key });
    }
    if (RESERVED.test(key)) {
      throw s3Error("InvalidTag", "System tags cannot be added/updated by requester");
    }
    if (value.length > valueCharacters) {
      throw s3Error("InvalidTag", "The TagValue you have provided is invalid", { TagKey: key, TagValue: value });
    }
    if (checked.has(key)) {
      throw s3Error("InvalidTag", "Cannot provide multiple Tags with the same key", { TagKey: key });
    }
    checked.set(key, { Key: key, Value: value });
  }
  return [...checked.values()];
}

/**
 * Tags of the header `x-amz-tagging`, encoded like the query of a URL.
 *
 * @throws AwsError InvalidArgument for a key given twice; as {@link checkTags}
 */
export function parseTagHeader(header: string | undefined): readonly StoredTag[] {
  const pairs = [...new URLSearchParams(header ?? "")].map(([Key, Value]) => ({ Key, Value }));
  if (new Set(pairs.map(({ Key }) => Key)).size < pairs.length) {
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      "x-amz-tagging",
      header,
    );
  }
  return checkTags(pairs, S3_LIMITS.objectTags);
}
