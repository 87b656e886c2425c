import type { RemovalPolicy } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as kms from "aws-cdk-lib/aws-kms";
import type { LargePayloadOptions } from "./payload-store.ts";

/** What a topic or work queue stores besides messages, and how. */
export interface StoreOptions {
  /**
   * Whether bodies that are too large for a message go to S3, and how.
   * @default false: publishing them fails
   */
  readonly largePayloads?: boolean | LargePayloadOptions;
  /**
   * Customer managed key for the topic, queues, payloads and idempotency records.
   * @default none: queues and payloads are encrypted with the keys of SQS and S3, the topic without KMS
   */
  readonly encryptionKey?: kms.IKey;
  /**
   * Table of idempotency records.
   * @default one is created with the first handler that needs it
   */
  readonly idempotencyTable?: dynamodb.ITable;
  /**
   * Whether DynamoDB refuses to delete the idempotency table that is created.
   * @default false
   */
  readonly deletionProtection?: boolean;
  /**
   * Whether the idempotency table that is created can be restored to any second of the last 35 days (DynamoDB Developer Guide,
   * "Point-in-time recovery").
   * @default true
   */
  readonly pointInTimeRecovery?: boolean;
  /**
   * Table class of the idempotency table that is created. Infrequent access stores for less and reads and writes for more: it rarely
   * suits records that are written for each event (DynamoDB Developer Guide, "DynamoDB table classes").
   * @default dynamodb.TableClass.STANDARD
   */
  readonly tableClass?: dynamodb.TableClass;
  /**
   * What happens to the payload bucket and the idempotency table when they leave the stack. A bucket must be empty to be
   * destroyed: see `largePayloads.autoDeleteObjects`. For queues, use `queueRemovalPolicy`. SNAPSHOT is refused: neither has one.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}
