import { RemovalPolicy } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import type { Construct, IConstruct } from "constructs";
import { IDEMPOTENCY_ITEM } from "../../lib/names/index.ts";
import { configurationInvalid } from "./validation.ts";

/** What {@link IdempotencyTable} takes. */
export interface IdempotencyTableProps {
  /**
   * Customer managed key.
   * @default encryption with a key that DynamoDB owns
   */
  readonly encryptionKey?: kms.IKey | undefined;
  /**
   * What happens to the table when it leaves the stack. Losing it means that redelivered messages are processed again.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy | undefined;
  /**
   * Whether DynamoDB refuses to delete the table.
   * @default false
   */
  readonly deletionProtection?: boolean | undefined;
}

/**
 * The table of idempotency records: pay per request, point-in-time recovery, records expire by themselves. One table serves any
 * number of consumers, in any number of topics: the consumer's name is part of each key.
 */
export class IdempotencyTable extends dynamodb.Table {
  constructor(scope: Construct, id: string, props: IdempotencyTableProps = {}) {
    super(scope, id, {
      partitionKey: { name: IDEMPOTENCY_ITEM.key, type: dynamodb.AttributeType.STRING },
      timeToLiveAttribute: IDEMPOTENCY_ITEM.expiry,
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      ...(props.encryptionKey === undefined
        ? { encryption: dynamodb.TableEncryption.DEFAULT }
        : { encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED, encryptionKey: props.encryptionKey }),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
      deletionProtection: props.deletionProtection ?? false,
    });
  }
}

/**
 * What the store calls: single records, batches in PartiQL, and the transaction that writes an effect and its completion.
 * PartiQL statements are allowed by actions of their own (DynamoDB Developer Guide, "IAM security policies with PartiQL").
 */
const STORE_ACTIONS = [
  "dynamodb:PartiQLInsert",
  "dynamodb:PartiQLUpdate",
  "dynamodb:PartiQLDelete",
  "dynamodb:BatchGetItem",
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:UpdateItem",
  "dynamodb:DeleteItem",
  "dynamodb:ConditionCheckItem",
];

/** Allows exactly what the idempotency store calls, on the table and nothing else. */
export function grantIdempotency(table: dynamodb.ITable, grantee: iam.IGrantable): iam.Grant[] {
  const grant = iam.Grant.addToPrincipal({ grantee, actions: STORE_ACTIONS, resourceArns: [table.tableArn] });
  return table.encryptionKey === undefined ? [grant] : [grant, table.encryptionKey.grantEncryptDecrypt(grantee)];
}

/** Checks that a table of the user's own has the key that the store writes. Imported tables cannot be looked into. */
export function checkIdempotencyTable(scope: IConstruct, table: dynamodb.ITable): void {
  if (!(table instanceof dynamodb.Table)) return;
  const { partitionKeys, sortKeys } = table.schemaV2();
  const describe = (keys: readonly dynamodb.Attribute[]) =>
    keys.map(({ name, type }) => `${name} (${type})`).join(", ");
  const key = describe(partitionKeys);
  if (key === `${IDEMPOTENCY_ITEM.key} (S)` && sortKeys.length === 0) return;
  throw configurationInvalid(scope, {
    field: "idempotencyTable",
    message: `idempotencyTable has the key ${key}${sortKeys.length === 0 ? "" : ` and the sort key ${describe(sortKeys)}`}, but the store needs the partition key ${IDEMPOTENCY_ITEM.key} (S) alone`,
    remedy: "use new IdempotencyTable(this, ...), or leave idempotencyTable out",
  });
}
