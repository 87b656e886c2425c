import { RemovalPolicy } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as s3 from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

/**
 * What the reference app keeps goes with its stacks, so that trying it out leaves nothing behind. Keep data that somebody needs:
 * RemovalPolicy.RETAIN, point-in-time recovery, versions. A bucket must be empty to be destroyed.
 */
const removalPolicy = RemovalPolicy.DESTROY;

/** A table with one text key, paid by the request. */
export function createTable(scope: Construct, id: string, key: string): dynamodb.Table {
  return new dynamodb.Table(scope, id, {
    partitionKey: { name: key, type: dynamodb.AttributeType.STRING },
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    removalPolicy,
  });
}

/** A private bucket, encrypted, TLS only. */
export function createBucket(scope: Construct, id: string): s3.Bucket {
  return new s3.Bucket(scope, id, {
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    removalPolicy,
  });
}
