import type * as s3 from "aws-cdk-lib/aws-s3";
import type { IConstruct } from "constructs";
import { refuseIf } from "../checks/index.ts";
import { isElsewhere, placeOf } from "../places/index.ts";

/** Where S3 writes the access logs of a bucket. */
export interface AccessLogOptions {
  /** The bucket for the logs, in the account and Region of the payload bucket, encrypted with Amazon S3 managed keys (SSE-S3). */
  readonly bucket: s3.IBucket;
  /**
   * Prefix of the logs' keys.
   * @default none
   */
  readonly prefix?: string;
}

/**
 * Checks that S3 can deliver access logs to a bucket.
 * Source: Amazon S3 User Guide, "Enabling Amazon S3 server access logging".
 *
 * @throws FanfareError `ConfigurationInvalid`
 */
export function checkAccessLogs(scope: IConstruct, logs: AccessLogOptions | undefined): void {
  const bucket = logs?.bucket;
  const fails = bucket !== undefined && (bucket.encryptionKey !== undefined || isElsewhere(bucket.env, placeOf(scope)));
  refuseIf(scope, fails, {
    field: "largePayloads.accessLogs",
    message:
      "largePayloads.accessLogs.bucket is in another account or Region, or is encrypted with a KMS key; S3 delivers no access logs there",
    remedy:
      "use a bucket in the account and Region of the payload bucket, encrypted with SSE-S3 (s3.BucketEncryption.S3_MANAGED)",
  });
}
