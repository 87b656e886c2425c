import { detailedError, notModified } from "../errors.ts";
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
  const failed = failedCondition(object, conditions);
  if (failed === "If-None-Match" || failed === "If-Modified-Since") {
    throw notModified(object);
  }
  if (failed !== undefined) {
    throw detailedError("PreconditionFailed", { Condition: failed });
  }
}

/** The name of the header that keeps a read from happening. */
export function failedCondition(object: StoredObject, conditions: ReadConditions): string | undefined {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object)) {
      return "If-Match";
    }
  } else if (ifUnmodifiedSince !== undefined && seconds(object.lastModified) > seconds(ifUnmodifiedSince.getTime())) {
    return "If-Unmodified-Since";
  }
  if (ifNoneMatch !== undefined) {
    return matches(ifNoneMatch, object) ? "If-None-Match" : undefined;
  }
  const isUnchanged =
    ifModifiedSince !== undefined && seconds(object.lastModified) <= seconds(ifModifiedSince.getTime());
  return isUnchanged ? "If-Modified-Since" : undefined;
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
  key: string,
  conditions: { readonly ifMatch?: string | undefined; readonly ifNoneMatch?: string | undefined },
): void {
  const { ifMatch, ifNoneMatch } = conditions;
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== "*") {
      throw detailedError("NotImplemented", {
        Header: "If-None-Match",
        additionalMessage: "We don't accept the provided value of If-None-Match header for this API",
      });
    }
    if (existing !== undefined) {
      throw detailedError("PreconditionFailed", { Condition: "If-None-Match" });
    }
  }
  checkUnchanged(existing, key, ifMatch);
}

/**
 * Checks that the object is there, and is the one with the ETag: of a write, or of a deletion.
 *
 * Source: User Guide, "How to perform conditional deletes".
 *
 * @param ifMatch an ETag, or `*` for any object
 * @throws AwsError PreconditionFailed, NoSuchKey
 */
export function checkUnchanged(existing: StoredObject | undefined, key: string, ifMatch: string | undefined): void {
  if (ifMatch === undefined) {
    return;
  }
  if (existing === undefined) {
    throw detailedError("NoSuchKey", { Key: key });
  }
  if (!matches(ifMatch, existing)) {
    throw detailedError("PreconditionFailed", { Condition: "If-Match" });
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
