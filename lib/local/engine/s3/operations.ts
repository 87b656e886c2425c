import type {
  AbortMultipartUploadCommandInput,
  AbortMultipartUploadCommandOutput,
  CompleteMultipartUploadCommandInput,
  CompleteMultipartUploadCommandOutput,
  CopyObjectCommandInput,
  CopyObjectCommandOutput,
  CreateBucketCommandInput,
  CreateBucketCommandOutput,
  CreateMultipartUploadCommandInput,
  CreateMultipartUploadCommandOutput,
  DeleteBucketCommandInput,
  DeleteBucketCommandOutput,
  DeleteBucketLifecycleCommandInput,
  DeleteBucketLifecycleCommandOutput,
  DeleteBucketPolicyCommandInput,
  DeleteBucketPolicyCommandOutput,
  DeleteBucketTaggingCommandInput,
  DeleteBucketTaggingCommandOutput,
  DeleteObjectCommandInput,
  DeleteObjectCommandOutput,
  DeleteObjectsCommandInput,
  DeleteObjectsCommandOutput,
  GetBucketEncryptionCommandInput,
  GetBucketEncryptionCommandOutput,
  GetBucketLifecycleConfigurationCommandInput,
  GetBucketLifecycleConfigurationCommandOutput,
  GetBucketLocationCommandInput,
  GetBucketLocationCommandOutput,
  GetBucketNotificationConfigurationCommandInput,
  GetBucketNotificationConfigurationCommandOutput,
  GetBucketPolicyCommandInput,
  GetBucketPolicyCommandOutput,
  GetBucketTaggingCommandInput,
  GetBucketTaggingCommandOutput,
  GetBucketVersioningCommandInput,
  GetBucketVersioningCommandOutput,
  GetObjectCommandInput,
  GetObjectCommandOutput,
  GetPublicAccessBlockCommandInput,
  GetPublicAccessBlockCommandOutput,
  HeadBucketCommandInput,
  HeadBucketCommandOutput,
  HeadObjectCommandInput,
  HeadObjectCommandOutput,
  ListBucketsCommandInput,
  ListBucketsCommandOutput,
  ListObjectsV2CommandInput,
  ListObjectsV2CommandOutput,
  ListPartsCommandInput,
  ListPartsCommandOutput,
  PutBucketEncryptionCommandInput,
  PutBucketEncryptionCommandOutput,
  PutBucketLifecycleConfigurationCommandInput,
  PutBucketLifecycleConfigurationCommandOutput,
  PutBucketNotificationConfigurationCommandInput,
  PutBucketNotificationConfigurationCommandOutput,
  PutBucketPolicyCommandInput,
  PutBucketPolicyCommandOutput,
  PutBucketTaggingCommandInput,
  PutBucketTaggingCommandOutput,
  PutBucketVersioningCommandInput,
  PutBucketVersioningCommandOutput,
  PutObjectCommandInput,
  PutObjectCommandOutput,
  PutPublicAccessBlockCommandInput,
  PutPublicAccessBlockCommandOutput,
  UploadPartCommandInput,
  UploadPartCommandOutput,
} from "@aws-sdk/client-s3";

/** What the SDK adds to an answer is not the engine's to give. */
type Operation<Input, Output> = { input: Input; output: Omit<Output, "$metadata"> };

/** Bodies are bytes: streams are for those who speak HTTP. */
type WithBytes<Input> = Omit<Input, "Body"> & { Body?: Uint8Array | undefined };

/** The operations that the engine answers, with the SDK's own types. */
export interface S3Operations {
  AbortMultipartUpload: Operation<AbortMultipartUploadCommandInput, AbortMultipartUploadCommandOutput>;
  CompleteMultipartUpload: Operation<CompleteMultipartUploadCommandInput, CompleteMultipartUploadCommandOutput>;
  CopyObject: Operation<CopyObjectCommandInput, CopyObjectCommandOutput>;
  CreateBucket: Operation<CreateBucketCommandInput, CreateBucketCommandOutput>;
  CreateMultipartUpload: Operation<CreateMultipartUploadCommandInput, CreateMultipartUploadCommandOutput>;
  DeleteBucket: Operation<DeleteBucketCommandInput, DeleteBucketCommandOutput>;
  DeleteBucketLifecycle: Operation<DeleteBucketLifecycleCommandInput, DeleteBucketLifecycleCommandOutput>;
  DeleteBucketPolicy: Operation<DeleteBucketPolicyCommandInput, DeleteBucketPolicyCommandOutput>;
  DeleteBucketTagging: Operation<DeleteBucketTaggingCommandInput, DeleteBucketTaggingCommandOutput>;
  DeleteObject: Operation<DeleteObjectCommandInput, DeleteObjectCommandOutput>;
  DeleteObjects: Operation<DeleteObjectsCommandInput, DeleteObjectsCommandOutput>;
  GetBucketEncryption: Operation<GetBucketEncryptionCommandInput, GetBucketEncryptionCommandOutput>;
  GetBucketLifecycleConfiguration: Operation<
    GetBucketLifecycleConfigurationCommandInput,
    GetBucketLifecycleConfigurationCommandOutput
  >;
  GetBucketLocation: Operation<GetBucketLocationCommandInput, GetBucketLocationCommandOutput>;
  GetBucketNotificationConfiguration: Operation<
    GetBucketNotificationConfigurationCommandInput,
    GetBucketNotificationConfigurationCommandOutput
  >;
  GetBucketPolicy: Operation<GetBucketPolicyCommandInput, GetBucketPolicyCommandOutput>;
  GetBucketTagging: Operation<GetBucketTaggingCommandInput, GetBucketTaggingCommandOutput>;
  GetBucketVersioning: Operation<GetBucketVersioningCommandInput, GetBucketVersioningCommandOutput>;
  GetObject: Operation<GetObjectCommandInput, Omit<GetObjectCommandOutput, "Body"> & { Body: Uint8Array }>;
  GetPublicAccessBlock: Operation<GetPublicAccessBlockCommandInput, GetPublicAccessBlockCommandOutput>;
  HeadBucket: Operation<HeadBucketCommandInput, HeadBucketCommandOutput>;
  HeadObject: Operation<HeadObjectCommandInput, HeadObjectCommandOutput>;
  ListBuckets: Operation<ListBucketsCommandInput, ListBucketsCommandOutput>;
  ListObjectsV2: Operation<ListObjectsV2CommandInput, ListObjectsV2CommandOutput>;
  ListParts: Operation<ListPartsCommandInput, ListPartsCommandOutput>;
  PutBucketEncryption: Operation<PutBucketEncryptionCommandInput, PutBucketEncryptionCommandOutput>;
  PutBucketLifecycleConfiguration: Operation<
    PutBucketLifecycleConfigurationCommandInput,
    PutBucketLifecycleConfigurationCommandOutput
  >;
  PutBucketNotificationConfiguration: Operation<
    PutBucketNotificationConfigurationCommandInput,
    PutBucketNotificationConfigurationCommandOutput
  >;
  PutBucketPolicy: Operation<PutBucketPolicyCommandInput, PutBucketPolicyCommandOutput>;
  PutBucketTagging: Operation<PutBucketTaggingCommandInput, PutBucketTaggingCommandOutput>;
  PutBucketVersioning: Operation<PutBucketVersioningCommandInput, PutBucketVersioningCommandOutput>;
  PutObject: Operation<WithBytes<PutObjectCommandInput>, PutObjectCommandOutput>;
  PutPublicAccessBlock: Operation<PutPublicAccessBlockCommandInput, PutPublicAccessBlockCommandOutput>;
  UploadPart: Operation<WithBytes<UploadPartCommandInput>, UploadPartCommandOutput>;
}

export type S3Operation = keyof S3Operations;

/** Their names, for answers about what is supported. */
export const S3_OPERATIONS: readonly S3Operation[] = [
  "AbortMultipartUpload",
  "CompleteMultipartUpload",
  "CopyObject",
  "CreateBucket",
  "CreateMultipartUpload",
  "DeleteBucket",
  "DeleteBucketLifecycle",
  "DeleteBucketPolicy",
  "DeleteBucketTagging",
  "DeleteObject",
  "DeleteObjects",
  "GetBucketEncryption",
  "GetBucketLifecycleConfiguration",
  "GetBucketLocation",
  "GetBucketNotificationConfiguration",
  "GetBucketPolicy",
  "GetBucketTagging",
  "GetBucketVersioning",
  "GetObject",
  "GetPublicAccessBlock",
  "HeadBucket",
  "HeadObject",
  "ListBuckets",
  "ListObjectsV2",
  "ListParts",
  "PutBucketEncryption",
  "PutBucketLifecycleConfiguration",
  "PutBucketNotificationConfiguration",
  "PutBucketPolicy",
  "PutBucketTagging",
  "PutBucketVersioning",
  "PutObject",
  "PutPublicAccessBlock",
  "UploadPart",
];
