import type { CallContext } from "../../kernel/index.ts";
import { detailedError, s3Error } from "../errors.ts";
import { S3_LIMITS } from "../limits.ts";
import { findBucket, findBucketForHead } from "../lookup.ts";
import type { S3Handler, S3Operations } from "../operations.ts";
import { emptyBucket } from "../state.ts";

/** Source: User Guide, "General purpose bucket naming rules". */
const RESERVED_PREFIXES = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_SUFFIXES = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/** The Region without a LocationConstraint. */
const FIRST_REGION = "us-east-1";

/**
 * Creates a bucket.
 *
 * @throws AwsError InvalidBucketName; BucketAlreadyOwnedByYou (except in us-east-1, where creating it again succeeds, as in
 * AWS); BucketAlreadyExists for another account's; IllegalLocationConstraintException, InvalidLocationConstraint
 */
export const createBucket: S3Handler<"CreateBucket"> = (state, context, input) => {
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
    throw detailedError("InvalidBucketName", { BucketName: name });
  }
  checkLocation(context, input.CreateBucketConfiguration?.LocationConstraint);
  const existing = state.buckets.get(name);
  if (existing !== undefined) {
    if (existing.accountId !== context.accountId) {
      throw detailedError("BucketAlreadyExists", { BucketName: name });
    }
    if (context.region === FIRST_REGION && existing.region === FIRST_REGION) {
      return { Location: `/${name}` };
    }
    throw detailedError("BucketAlreadyOwnedByYou", { BucketName: name });
  }
  const { region, accountId } = context;
  state.buckets.set(name, emptyBucket({ name, region, accountId, createdAt: state.now() }));
  return { Location: `/${name}` };
};

export const headBucket: S3Handler<"HeadBucket"> = (state, _context, input) => {
  const bucket = findBucketForHead(state, input);
  return { BucketRegion: bucket.region, BucketArn: `arn:aws:s3:::${bucket.name}` };
};

/** @throws AwsError BucketNotEmpty */
export const deleteBucket: S3Handler<"DeleteBucket"> = (state, _context, input) => {
  const bucket = findBucket(state, input);
  if (bucket.objects.size > 0) {
    throw detailedError("BucketNotEmpty", { BucketName: bucket.name });
  }
  state.buckets.delete(bucket.name);
  return {};
};

export const listBuckets: S3Handler<"ListBuckets"> = (state, context, input) => ({
  Owner: { ID: context.accountId },
  Buckets: [...state.buckets.values()]
    .filter((bucket) => bucket.accountId === context.accountId && bucket.name.startsWith(input.Prefix ?? ""))
    .filter((bucket) => input.BucketRegion === undefined || bucket.region === input.BucketRegion)
    .sort((first, second) => (first.name < second.name ? -1 : 1))
    .map(({ name, region, createdAt }) => ({ Name: name, BucketRegion: region, CreationDate: new Date(createdAt) })),
});

/** Returns nothing for us-east-1. */
export const getBucketLocation: S3Handler<"GetBucketLocation"> = (state, _context, input) => {
  const { region } = findBucket(state, input);
  // The SDK's model lists the Regions that it knows; the engine has all of them.
  return region === FIRST_REGION ? {} : ({ LocationConstraint: region } as S3Operations["GetBucketLocation"]["output"]);
};

function checkLocation(context: CallContext, constraint: string | undefined): void {
  if (constraint === undefined || constraint === "") {
    // AWS requires the constraint; a client of the local engine may omit it and gets its own Region.
    return;
  }
  if (constraint === FIRST_REGION) {
    throw detailedError("InvalidLocationConstraint", { LocationConstraint: constraint });
  }
  if (constraint !== context.region) {
    throw s3Error(
      "IllegalLocationConstraintException",
      `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
}
