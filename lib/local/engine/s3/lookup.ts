import { detailedError, s3Error } from "./errors.ts";
import { applyLifecycle } from "./lifecycle.ts";
import type { Bucket, S3State } from "./state.ts";

/** The parts of every request about a bucket. */
interface BucketInput {
  readonly Bucket?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/**
 * The bucket that a request names, without what its lifecycle rules have expired by now.
 *
 * @throws AwsError NoSuchBucket; AccessDenied where the bucket does not belong to the expected owner
 */
export function findBucket(state: S3State, { Bucket: name, ExpectedBucketOwner: owner }: BucketInput): Bucket {
  const bucket = state.buckets.get(name ?? "");
  if (bucket === undefined) {
    throw detailedError("NoSuchBucket", { BucketName: name ?? "" });
  }
  if (owner !== undefined && owner !== bucket.accountId) {
    throw s3Error("AccessDenied");
  }
  applyLifecycle(bucket, state.now());
  return bucket;
}

/** As {@link findBucket}. @throws AwsError NotFound in place of NoSuchBucket: HEAD requests have no body */
export function findBucketForHead(state: S3State, input: BucketInput): Bucket {
  if (!state.buckets.has(input.Bucket ?? "")) {
    throw s3Error("NotFound");
  }
  return findBucket(state, input);
}
