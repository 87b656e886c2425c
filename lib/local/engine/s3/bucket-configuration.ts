import type {
  PublicAccessBlockConfiguration,
  PutBucketEncryptionCommandInput,
  PutBucketTaggingCommandInput,
  PutBucketVersioningCommandInput,
  ServerSideEncryptionConfiguration,
  Tag,
} from "@aws-sdk/client-s3";
import { s3Error } from "./errors.ts";
import { S3_LIMITS } from "./limits.ts";
import type { Bucket } from "./state.ts";

/** What a bucket has that was never configured. Source: User Guide, "Default settings for new S3 buckets". */
const DEFAULT_ENCRYPTION: ServerSideEncryptionConfiguration = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }],
};
const DEFAULT_PUBLIC_ACCESS_BLOCK: PublicAccessBlockConfiguration = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** Stores a policy. It is not evaluated: every caller of the local engine may read and write every bucket. */
export function putPolicy(bucket: Bucket, policy: string | undefined): void {
  const text = policy ?? "";
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw s3Error("MalformedPolicy");
  }
  if (!text.startsWith("{") || typeof document !== "object" || document === null) {
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
}

/** @throws AwsError NoSuchBucketPolicy */
export function getPolicy(bucket: Bucket): string {
  if (bucket.configuration.policy === undefined) {
    throw s3Error("NoSuchBucketPolicy");
  }
  return bucket.configuration.policy;
}

/** Stores the default encryption: it is recorded on objects, nothing is encrypted. */
export function putEncryption(bucket: Bucket, input: PutBucketEncryptionCommandInput): void {
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
}

export function getEncryption(bucket: Bucket): ServerSideEncryptionConfiguration {
  return bucket.configuration.encryption ?? DEFAULT_ENCRYPTION;
}

export function putPublicAccessBlock(bucket: Bucket, given: PublicAccessBlockConfiguration | undefined): void {
  if (given === undefined) {
    throw s3Error("MalformedXML");
  }
  bucket.configuration.publicAccessBlock = {
    BlockPublicAcls: given.BlockPublicAcls ?? false,
    IgnorePublicAcls: given.IgnorePublicAcls ?? false,
    BlockPublicPolicy: given.BlockPublicPolicy ?? false,
    RestrictPublicBuckets: given.RestrictPublicBuckets ?? false,
  };
}

export function getPublicAccessBlock(bucket: Bucket): PublicAccessBlockConfiguration {
  return bucket.configuration.publicAccessBlock ?? DEFAULT_PUBLIC_ACCESS_BLOCK;
}

/**
 * Stores the versioning state. The engine keeps no versions: an overwrite or a deletion is final.
 *
 * @returns what the user must be told, or undefined
 */
export function putVersioning(bucket: Bucket, input: PutBucketVersioningCommandInput): string | undefined {
  const status = input.VersioningConfiguration?.Status;
  if (status !== "Enabled" && status !== "Suspended") {
    throw s3Error("MalformedXML");
  }
  bucket.configuration.versioning = status;
  return status === "Enabled"
    ? `The bucket ${bucket.name} has versioning enabled, but the local engine keeps no versions: overwriting or deleting an object is final, and no answer has a VersionId.`
    : undefined;
}

/** @throws AwsError MalformedXML, InvalidArgument */
export function putTagging(bucket: Bucket, input: PutBucketTaggingCommandInput): void {
  const tags = input.Tagging?.TagSet;
  if (tags === undefined || tags.length > S3_LIMITS.bucketTags) {
    throw s3Error("MalformedXML");
  }
  const byKey = Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
  if (Object.keys(byKey).length < tags.length) {
    throw s3Error("InvalidArgument", "Cannot provide multiple Tags with the same key");
  }
  bucket.configuration.tags = byKey;
}

/** @throws AwsError NoSuchTagSet */
export function getTagging(bucket: Bucket): Tag[] {
  if (bucket.configuration.tags === undefined) {
    throw s3Error("NoSuchTagSet");
  }
  return Object.entries(bucket.configuration.tags).map(([Key, Value]) => ({ Key, Value }));
}
