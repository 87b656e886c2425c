import { RemovalPolicy } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as s3 from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

/**
 * The data of the reference app is deleted with its stacks, so that a trial leaves nothing behind. Protect data that you need:
 * RemovalPolicy.RETAIN, point-in-time recovery, versioning. A bucket must be empty to be destroyed.
 */
const removalPolicy = RemovalPolicy.DESTROY;

/** Creates a table with a string as partition key, billed per request. */
export function createTable(scope: Construct, id: string, key: string): dynamodb.Table {
  return new dynamodb.Table(scope, id, {
    partitionKey: { name: key, type: dynamodb.AttributeType.STRING },
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    removalPolicy,
  });
}

/** Creates a private, encrypted bucket that accepts TLS only. */
export function createBucket(scope: Construct, id: string): s3.Bucket {
  return new s3.Bucket(scope, id, {
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    removalPolicy,
  });
}
