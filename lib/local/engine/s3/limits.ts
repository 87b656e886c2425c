/** Limits of Amazon S3, each with the AWS page that states it. Sizes in bytes. */
export const S3_LIMITS = {
  /** Characters of a bucket's name (User Guide, "General purpose bucket naming rules"). */
  bucketName: { minimum: 3, maximum: 63 },
  /** Bytes of a key in UTF-8 (User Guide, "Naming Amazon S3 objects"). */
  keyBytes: 1_024,
  /** Bytes of all user metadata, names and values (User Guide, "Working with object metadata"). */
  metadataBytes: 2_048,
  /** Keys of one page of a list, and of one DeleteObjects (API Reference, "ListObjectsV2", "DeleteObjects"). */
  page: 1_000,
  /** Numbers of the parts of a multipart upload (User Guide, "Amazon S3 multipart upload limits"). */
  partNumber: { minimum: 1, maximum: 10_000 },
  /** Bytes of each part but the last (User Guide, "Amazon S3 multipart upload limits"). */
  minimumPartBytes: 5_242_880,
  /** Bytes of a bucket policy (User Guide, "Bucket policies for Amazon S3"). */
  policyBytes: 20_480,
  /** Tags of a bucket (User Guide, "Using cost allocation S3 bucket tags"). */
  bucketTags: 50,
  /** Tags of an object, and characters of a tag (User Guide, "Categorizing your objects using tags"). */
  objectTags: 10,
  tags: { keyCharacters: 128, valueCharacters: 256 },
  /** Rules of a lifecycle configuration (User Guide, "Managing the lifecycle of objects"). */
  lifecycleRules: 1_000,
} as const;
