import type { CreateBucketCommandInput } from "@aws-sdk/client-s3";
import type { CallContext } from "../kernel/index.ts";
import { s3Error } from "./errors.ts";
import { S3_LIMITS } from "./limits.ts";
import { type Bucket, emptyBucket, type S3State } from "./state.ts";

/** Source: User Guide, "General purpose bucket naming rules". */
const RESERVED_PREFIXES = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_SUFFIXES = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/** The region without a LocationConstraint. */
const FIRST_REGION = "us-east-1";

/**
 * Makes a bucket.
 *
 * @throws AwsError InvalidBucketName; BucketAlreadyOwnedByYou (except in us-east-1, where making it again succeeds, as at
 * AWS); BucketAlreadyExists for another account's; IllegalLocationConstraintException, InvalidLocationConstraint
 */
export function createBucket(state: S3State, context: CallContext, now: number, input: CreateBucketCommandInput): void {
  const name = input.Bucket ?? "";
  const { minimum, maximum } = S3_LIMITS.bucketName;
  const isValid =
    name.length >= minimum &&
    name.length <= maximum &&
    /^[a-z\d](?:[a-z\d.-]*[a-z\d])$/.test(name) &&
    !name.includes("..") &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix)) &&
    !RESERVED_SUFFIXES.some((suffix) => name.endsWith(suffix));
  if (!isValid) {
    throw s3Error("InvalidBucketName");
  }
  checkLocation(context, input.CreateBucketConfiguration?.LocationConstraint);
  const existing = state.buckets.get(name);
  if (existing !== undefined) {
    if (existing.accountId !== context.accountId) {
      throw s3Error("BucketAlreadyExists");
    }
    if (context.region === FIRST_REGION && existing.region === FIRST_REGION) {
      return;
    }
    throw s3Error("BucketAlreadyOwnedByYou");
  }
  state.buckets.set(
    name,
    emptyBucket({ name, region: context.region, accountId: context.accountId, createdAt: now }, {}),
  );
}

/** @throws AwsError BucketNotEmpty */
export function deleteBucket(state: S3State, bucket: Bucket): void {
  if (bucket.objects.size > 0) {
    throw s3Error("BucketNotEmpty");
  }
  state.buckets.delete(bucket.name);
}

/** The location as GetBucketLocation answers it: nothing for us-east-1. */
export function locationOf(bucket: Bucket): string | undefined {
  return bucket.region === FIRST_REGION ? undefined : bucket.region;
}

function checkLocation(context: CallContext, constraint: string | undefined): void {
  if (constraint === undefined || constraint === "") {
    // AWS insists on the constraint; a client of the local engine may leave it out and gets its own region.
    return;
  }
  if (constraint === FIRST_REGION) {
    throw s3Error("InvalidLocationConstraint");
  }
  if (constraint !== context.region) {
    throw s3Error(
      "IllegalLocationConstraintException",
      `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
}
