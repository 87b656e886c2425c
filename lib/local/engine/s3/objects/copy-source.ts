import type { CallContext } from "../../kernel/index.ts";
import { requireAllowed } from "../access.ts";
import { detailedError, invalidArgument } from "../errors.ts";
import { findBucket } from "../lookup.ts";
import type { S3Operations } from "../operations.ts";
import type { S3State, StoredObject } from "../state.ts";
import { failedCondition } from "./conditions.ts";
import { checkVersion } from "./objects.ts";

/** The parts of CopyObject and UploadPartCopy that name the source and say under which conditions it is copied. */
type SourceInput = Pick<
  S3Operations["CopyObject"]["input"] | S3Operations["UploadPartCopy"]["input"],
  | "CopySource"
  | "CopySourceIfMatch"
  | "CopySourceIfNoneMatch"
  | "CopySourceIfModifiedSince"
  | "CopySourceIfUnmodifiedSince"
>;

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly object: StoredObject;
}

/**
 * The object that a copy reads.
 *
 * @throws AwsError InvalidArgument for a source that cannot be read, NoSuchBucket, AccessDenied, NoSuchKey,
 * PreconditionFailed
 */
export function findCopySource(state: S3State, context: CallContext, input: SourceInput): CopySource {
  const { bucket, key } = parseSource(input.CopySource);
  const source = findBucket(state, { Bucket: bucket });
  requireAllowed(state, context, source, { action: "GetObject", key });
  const object = source.objects.get(key);
  if (object === undefined) {
    throw detailedError("NoSuchKey", { Key: key });
  }
  checkSource(object, input);
  return { bucket, key, object };
}

/** The bucket and key of `/bucket/key?versionId=...`, percent-encoded. @throws AwsError InvalidArgument, NoSuchVersion */
export function parseSource(source: string | undefined): { bucket: string; key: string } {
  const [path = "", query = ""] = (source ?? "").replace(/^\//, "").split("?versionId=");
  checkVersion(query === "" ? undefined : query);
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    throw invalidArgument("Invalid copy source encoding.", "x-amz-copy-source", source);
  }
  const slash = decoded.indexOf("/");
  if (slash < 1 || slash === decoded.length - 1) {
    throw invalidArgument("Invalid copy source object key", "x-amz-copy-source", source);
  }
  return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1) };
}

/** A copy cannot respond "not modified": each condition that fails is 412. */
function checkSource(object: StoredObject, input: SourceInput): void {
  const failed = failedCondition(object, {
    ifMatch: input.CopySourceIfMatch,
    ifNoneMatch: input.CopySourceIfNoneMatch,
    ifModifiedSince: input.CopySourceIfModifiedSince,
    ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  });
  if (failed !== undefined) {
    throw detailedError("PreconditionFailed", { Condition: `x-amz-copy-source-${failed}` });
  }
}
