import type { CallContext } from "../kernel/index.ts";
import { decideAccess } from "../kernel/index.ts";
import { s3Error } from "./errors.ts";
import type { Bucket, S3State } from "./state.ts";

/**
 * The actions of operations that are not named like theirs (Service Authorization Reference, "Actions, resources, and
 * condition keys for Amazon S3"). Nothing is checked for null: the operation has no bucket yet, or checks key by key.
 */
const ACTIONS: ReadonlyMap<string, string | null> = new Map([
  ["CompleteMultipartUpload", "PutObject"],
  ["CopyObject", "PutObject"],
  ["CreateBucket", null],
  ["CreateMultipartUpload", "PutObject"],
  ["DeleteBucketLifecycle", "PutLifecycleConfiguration"],
  ["DeleteBucketTagging", "PutBucketTagging"],
  ["DeleteObjects", null],
  ["GetBucketEncryption", "GetEncryptionConfiguration"],
  ["GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"],
  ["GetBucketNotificationConfiguration", "GetBucketNotification"],
  ["GetObjectAttributes", "GetObject"],
  ["GetPublicAccessBlock", "GetBucketPublicAccessBlock"],
  ["HeadBucket", "ListBucket"],
  ["HeadObject", "GetObject"],
  ["ListBuckets", null],
  ["ListMultipartUploads", "ListBucketMultipartUploads"],
  ["ListObjects", "ListBucket"],
  ["ListObjectsV2", "ListBucket"],
  ["ListParts", "ListMultipartUploadParts"],
  ["PutBucketEncryption", "PutEncryptionConfiguration"],
  ["PutBucketLifecycleConfiguration", "PutLifecycleConfiguration"],
  ["PutBucketNotificationConfiguration", "PutBucketNotification"],
  ["PutPublicAccessBlock", "PutBucketPublicAccessBlock"],
  ["UploadPart", "PutObject"],
  ["UploadPartCopy", "PutObject"],
]);

/** What the root user of the bucket's account may do against every policy (API Reference, "PutBucketPolicy"). */
const UNLOCKS: ReadonlySet<string> = new Set(["DeleteBucketPolicy", "GetBucketPolicy", "PutBucketPolicy"]);

/** Condition keys that repeat a member of the request. */
const CONDITION_KEYS: ReadonlyMap<string, string> = new Map([
  ["Prefix", "s3:prefix"],
  ["Delimiter", "s3:delimiter"],
  ["MaxKeys", "s3:max-keys"],
  ["ServerSideEncryption", "s3:x-amz-server-side-encryption"],
  ["SSEKMSKeyId", "s3:x-amz-server-side-encryption-aws-kms-key-id"],
  ["CopySource", "s3:x-amz-copy-source"],
  ["MetadataDirective", "s3:x-amz-metadata-directive"],
  ["IfNoneMatch", "s3:if-none-match"],
  ["IfMatch", "s3:if-match"],
]);

/**
 * Checks the caller of an operation against the policy of the bucket that it names.
 *
 * @throws AwsError AccessDenied
 */
export function checkAccess(state: S3State, context: CallContext, operation: string, input: object): void {
  const { Bucket: name, Key: key } = input as { readonly Bucket?: string; readonly Key?: string };
  const bucket = state.buckets.get(name ?? "");
  const action = ACTIONS.has(operation) ? ACTIONS.get(operation) : operation;
  if (bucket === undefined || action === undefined || action === null) {
    return;
  }
  requireAllowed(state, context, bucket, { action, key, input });
}

/** @throws AwsError AccessDenied where the bucket's policy does not let the caller act on the bucket, or on the key in it */
export function requireAllowed(
  state: S3State,
  { accountId }: CallContext,
  bucket: Bucket,
  { action, key, input = {} }: { readonly action: string; readonly key?: string | undefined; readonly input?: object },
): void {
  const { policy } = bucket.configuration;
  const isOwner = bucket.accountId === accountId;
  // The usual case, on every call.
  if (isOwner && (policy === undefined || UNLOCKS.has(action))) {
    return;
  }
  const bucketArn = `arn:aws:s3:::${bucket.name}`;
  const given = new Map<string, unknown>(Object.entries(input));
  const conditions = [...CONDITION_KEYS].flatMap(([member, name]): [string, string[]][] => {
    const value = given.get(member);
    return typeof value === "string" || typeof value === "number" ? [[name, [String(value)]]] : [];
  });
  const tags = bucket.objects.get(key ?? "")?.tags ?? [];
  const decision = decideAccess(policy, bucket.accountId, {
    requester: { kind: "account", accountId },
    action: `s3:${action}`,
    resource: key === undefined ? bucketArn : `${bucketArn}/${key}`,
    now: state.now(),
    conditions: new Map([
      ...conditions,
      ...tags.map(({ Key, Value }): [string, string[]] => [`s3:existingobjecttag/${Key.toLowerCase()}`, [Value]]),
    ]),
  });
  if (decision !== "allowed") {
    throw s3Error("AccessDenied");
  }
}
