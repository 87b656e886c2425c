const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * How much of a request the server reads into memory, in bytes. What is larger is refused before it is allocated. These
 * are the server's own bounds: each leaves room for the largest request that the service itself accepts, so that the
 * service's own error is returned for a request that is only slightly too large.
 */
export const BODY_LIMITS = {
  /**
   * SQS and SNS: 1 MiB of messages per call ("Amazon SQS message quotas"), which JSON or form escapes and base64 may
   * grow up to six times.
   */
  message: 8 * MIB,
  /** DynamoDB: a request is at most 16 MiB ("Quotas in Amazon DynamoDB"). */
  dynamoDb: 17 * MIB,
  /** S3 documents such as the list of DeleteObjects: 1,000 keys of 1,024 bytes ("DeleteObjects"), escaped. */
  s3Document: 8 * MIB,
  /** One S3 object or part. S3 itself accepts 5 GiB ("Amazon S3 multipart upload limits"); here everything is in memory. */
  s3Object: 256 * MIB,
} as const;

/** How long `close()` waits for responses that are being written before it closes their connections, in milliseconds. */
export const CLOSE_GRACE_MS = 2_000;

/** How long an idle connection is kept for the client's next request, in milliseconds. */
export const KEEP_ALIVE_MS = 65_000;

/** How long the rest of a refused body is read and discarded before the response is sent, in milliseconds. */
export const DISCARD_MS = 500;
