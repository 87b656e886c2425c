import type { PublicAccessBlockConfiguration, ServerSideEncryptionConfiguration } from "@aws-sdk/client-s3";
import { isJsonObject, parseJson } from "../../../../std/index.ts";
import { detailedError, s3Error } from "../errors.ts";
import { checkLifecycle } from "../lifecycle.ts";
import { S3_LIMITS } from "../limits.ts";
import { findBucket } from "../lookup.ts";
import type { S3Handler } from "../operations.ts";
import { checkTags } from "../tags.ts";

/** The configuration of a new bucket. Source: User Guide, "Default settings for new S3 buckets". */
const DEFAULT_ENCRYPTION: ServerSideEncryptionConfiguration = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }],
};
const DEFAULT_PUBLIC_ACCESS_BLOCK: PublicAccessBlockConfiguration = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** Stores a policy; `checkAccess` evaluates it. */
export const putBucketPolicy: S3Handler<"PutBucketPolicy"> = (state, _context, input) => {
  const bucket = findBucket(state, input);
  const text = input.Policy ?? "";
  const document = parseJson(text);
  if (!text.startsWith("{") || !isJsonObject(document)) {
    throw s3Error("MalformedPolicy");
  }
  if (!("Statement" in document)) {
    throw s3Error("MalformedPolicy", "Missing required field Statement");
  }
  if (Buffer.byteLength(text) > S3_LIMITS.policyBytes) {
    throw s3Error(
      "MalformedPolicy",
      `Policy exceeds the maximum allowed document size of ${S3_LIMITS.policyBytes} bytes`,
    );
  }
  bucket.configuration.policy = text;
  return {};
};

/** @throws AwsError NoSuchBucketPolicy */
export const getBucketPolicy: S3Handler<"GetBucketPolicy"> = (state, _context, input) => {
  const { name, configuration } = findBucket(state, input);
  const { policy } = configuration;
  if (policy === undefined) {
    throw detailedError("NoSuchBucketPolicy", { BucketName: name });
  }
  return { Policy: policy };
};

export const deleteBucketPolicy: S3Handler<"DeleteBucketPolicy"> = (state, _context, input) => {
  delete findBucket(state, input).configuration.policy;
  return {};
};

/** Stores the default encryption. It is recorded on objects; nothing is encrypted. */
export const putBucketEncryption: S3Handler<"PutBucketEncryption"> = (state, _context, input) => {
  const bucket = findBucket(state, input);
  const configuration = input.ServerSideEncryptionConfiguration;
  const rules = configuration?.Rules ?? [];
  const [rule] = rules;
  if (configuration === undefined || rule === undefined || rules.length > 1) {
    throw s3Error("MalformedXML");
  }
  const { SSEAlgorithm: algorithm, KMSMasterKeyID: key } = rule.ApplyServerSideEncryptionByDefault ?? {};
  if (algorithm !== undefined && !["AES256", "aws:kms", "aws:kms:dsse"].includes(algorithm)) {
    throw s3Error("MalformedXML");
  }
  if (algorithm === "AES256" && key !== undefined) {
    throw s3Error(
      "InvalidArgument",
      "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
    );
  }
  bucket.configuration.encryption = configuration;
  return {};
};

export const getBucketEncryption: S3Handler<"GetBucketEncryption"> = (state, _context, input) => ({
  ServerSideEncryptionConfiguration: findBucket(state, input).configuration.encryption ?? DEFAULT_ENCRYPTION,
});

export const putPublicAccessBlock: S3Handler<"PutPublicAccessBlock"> = (state, _context, input) => {
  const bucket = findBucket(state, input);
  const given = input.PublicAccessBlockConfiguration;
  if (given === undefined) {
    throw s3Error("MalformedXML");
  }
  bucket.configuration.publicAccessBlock = {
    BlockPublicAcls: given.BlockPublicAcls ?? false,
    IgnorePublicAcls: given.IgnorePublicAcls ?? false,
    BlockPublicPolicy: given.BlockPublicPolicy ?? false,
    RestrictPublicBuckets: given.RestrictPublicBuckets ?? false,
  };
  return {};
};

export const getPublicAccessBlock: S3Handler<"GetPublicAccessBlock"> = (state, _context, input) => ({
  PublicAccessBlockConfiguration:
    findBucket(state, input).configuration.publicAccessBlock ?? DEFAULT_PUBLIC_ACCESS_BLOCK,
});

/** Stores the versioning state. The engine keeps no versions: overwriting or deleting is final. The user is warned. */
export const putBucketVersioning: S3Handler<"PutBucketVersioning"> = (state, _context, input) => {
  const bucket = findBucket(state, input);
  const status = input.VersioningConfiguration?.Status;
  if (status !== "Enabled" && status !== "Suspended") {
    throw s3Error("MalformedXML");
  }
  bucket.configuration.versioning = status;
  if (status === "Enabled") {
    state.warnings.add(
      `The bucket ${bucket.name} has versioning enabled, but the local engine keeps no versions: overwriting or deleting an object is final, and no response has a VersionId.`,
    );
  }
  return {};
};

export const getBucketVersioning: S3Handler<"GetBucketVersioning"> = (state, _context, input) => {
  const { versioning } = findBucket(state, input).configuration;
  return versioning === undefined ? {} : { Status: versioning };
};

/** @throws AwsError MalformedXML, InvalidTag */
export const putBucketTagging: S3Handler<"PutBucketTagging"> = (state, _context, input) => {
  const bucket = findBucket(state, input);
  const tags = input.Tagging?.TagSet;
  if (tags === undefined || tags.length > S3_LIMITS.bucketTags) {
    throw s3Error("MalformedXML");
  }
  const checked = checkTags(tags, S3_LIMITS.bucketTags);
  bucket.configuration.tags = Object.fromEntries(checked.map(({ Key, Value }) => [Key, Value]));
  return {};
};

/** @throws AwsError NoSuchTagSet */
export const getBucketTagging: S3Handler<"GetBucketTagging"> = (state, _context, input) => {
  const { name, configuration } = findBucket(state, input);
  const { tags } = configuration;
  if (tags === undefined) {
    throw detailedError("NoSuchTagSet", { BucketName: name });
  }
  return { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
};

export const deleteBucketTagging: S3Handler<"DeleteBucketTagging"> = (state, _context, input) => {
  delete findBucket(state, input).configuration.tags;
  return {};
};

/** @throws AwsError MalformedXML, InvalidArgument, InvalidRequest */
export const putBucketLifecycleConfiguration: S3Handler<"PutBucketLifecycleConfiguration"> = (
  state,
  _context,
  input,
) => {
  const bucket = findBucket(state, input);
  bucket.configuration.lifecycle = checkLifecycle(input.LifecycleConfiguration, state.environment);
  // New rules apply to existing objects too.
  bucket.sweptDay = -1;
  return {};
};

/** @throws AwsError NoSuchLifecycleConfiguration */
export const getBucketLifecycleConfiguration: S3Handler<"GetBucketLifecycleConfiguration"> = (
  state,
  _context,
  input,
) => {
  const { name, configuration } = findBucket(state, input);
  const { lifecycle } = configuration;
  if (lifecycle === undefined) {
    throw detailedError("NoSuchLifecycleConfiguration", { BucketName: name });
  }
  return structuredClone(lifecycle);
};

export const deleteBucketLifecycle: S3Handler<"DeleteBucketLifecycle"> = (state, _context, input) => {
  delete findBucket(state, input).configuration.lifecycle;
  return {};
};
