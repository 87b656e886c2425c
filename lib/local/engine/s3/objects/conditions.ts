import { s3Error } from "../errors.ts";
import type { StoredObject } from "../state.ts";

/** The conditional headers of a read, or those of the source of a copy. */
export interface ReadConditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: Date | undefined;
  readonly ifUnmodifiedSince?: Date | undefined;
}

/**
 * Checks a read. If-Match outweighs If-Unmodified-Since, If-None-Match outweighs If-Modified-Since.
 *
 * Source: API Reference, "GetObject".
 *
 * @throws AwsError PreconditionFailed (412), NotModified (304)
 */
export function checkRead(object: StoredObject, conditions: ReadConditions): void {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object)) {
      throw s3Error("PreconditionFailed");
    }
  } else if (ifUnmodifiedSince !== undefined && seconds(object.lastModified) > seconds(ifUnmodifiedSince.getTime())) {
    throw s3Error("PreconditionFailed");
  }
  if (ifNoneMatch !== undefined) {
    if (matches(ifNoneMatch, object)) {
      throw s3Error("NotModified");
    }
  } else if (ifModifiedSince !== undefined && seconds(object.lastModified) <= seconds(ifModifiedSince.getTime())) {
    throw s3Error("NotModified");
  }
}

/**
 * Checks a write: `If-None-Match: *` wants no object with the key, `If-Match` wants the one with the ETag.
 *
 * Source: User Guide, "How to prevent object overwrites with conditional writes".
 *
 * @throws AwsError PreconditionFailed, NoSuchKey, NotImplemented
 */
export function checkWrite(
  existing: StoredObject | undefined,
  conditions: { readonly ifMatch?: string | undefined; readonly ifNoneMatch?: string | undefined },
): void {
  const { ifMatch, ifNoneMatch } = conditions;
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== "*") {
      throw s3Error("NotImplemented");
    }
    if (existing !== undefined) {
      throw s3Error("PreconditionFailed");
    }
  }
  if (ifMatch !== undefined) {
    if (existing === undefined) {
      throw s3Error("NoSuchKey");
    }
    if (!matches(ifMatch, existing)) {
      throw s3Error("PreconditionFailed");
    }
  }
}

/** ETags are equal with and without quotation marks; `*` is any. */
function matches(header: string, object: StoredObject): boolean {
  return header
    .split(",")
    .map((etag) => etag.trim().replaceAll('"', ""))
    .some((etag) => etag === "*" || etag === object.etag.replaceAll('"', ""));
}

/** HTTP dates have no fractions of a second. */
function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000);
}
