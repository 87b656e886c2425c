import { PhysicalName, RemovalPolicy, Token } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { encodedKeyPart, HASHED_CONSUMER_CHARACTERS, IDEMPOTENCY_ITEM } from "../../../lib/names/index.ts";
import { grantKey } from "../access/index.ts";
import { refuseSnapshot } from "../checks/index.ts";
import { shareEnvironment } from "../places/index.ts";
import type { StoreOptions } from "./store-options.ts";
import { checkIdempotencyTable } from "./table-checks.ts";

/** What {@link IdempotencyTable} takes. */
export interface IdempotencyTableProps {
  /**
   * Customer managed key.
   * @default none: DynamoDB encrypts the table with a key that it owns
   */
  readonly encryptionKey?: kms.IKey | undefined;
  /**
   * What happens to the table when it leaves the stack. If it is lost, redelivered messages are processed again.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy | undefined;
  /**
   * Whether DynamoDB refuses to delete the table.
   * @default false
   */
  readonly deletionProtection?: boolean | undefined;
  /**
   * Whether the table can be restored to any second of the last 35 days.
   * @default true
   */
  readonly pointInTimeRecovery?: boolean | undefined;
  /**
   * Table class.
   * @default dynamodb.TableClass.STANDARD
   */
  readonly tableClass?: dynamodb.TableClass | undefined;
}

/**
 * The table of idempotency records: pay per request, with point-in-time recovery; expired records are deleted by DynamoDB. One
 * table serves any number of consumers of any number of topics, because the consumer's name is part of each key.
 */
export class IdempotencyTable extends dynamodb.Table {
  constructor(scope: Construct, id: string, props: IdempotencyTableProps = {}) {
    refuseSnapshot(scope, "removalPolicy", props.removalPolicy);
    super(scope, id, {
      // A name is generated only if a handler in another Region uses the table.
      tableName: PhysicalName.GENERATE_IF_NEEDED,
      partitionKey: { name: IDEMPOTENCY_ITEM.key, type: dynamodb.AttributeType.STRING },
      timeToLiveAttribute: IDEMPOTENCY_ITEM.expiry,
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: props.pointInTimeRecovery ?? true },
      ...(props.encryptionKey === undefined
        ? { encryption: dynamodb.TableEncryption.DEFAULT }
        : { encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED, encryptionKey: props.encryptionKey }),
      tableClass: props.tableClass,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
      deletionProtection: props.deletionProtection ?? false,
    });
  }
}

/** The idempotency table of a topic or work queue: the user's own, or one that is created when it is first needed. */
export class LazyIdempotencyTable {
  /** The table, if there is one yet. */
  table: dynamodb.ITable | undefined;
  private readonly scope: Construct;
  private readonly options: StoreOptions;

  constructor(scope: Construct, options: StoreOptions) {
    this.scope = scope;
    this.options = options;
    this.table = options.idempotencyTable;
    if (this.table !== undefined) {
      checkIdempotencyTable(scope, this.table);
    }
  }

  /**
   * Returns the table for a consumer, and creates it if there is none. A consumer in another Region or account gets its own table,
   * unless the user gave one: the table must be beside the handler. So does one of which it is known only at deployment, because CDK does
   * not let it refer to a table without a name.
   *
   * @param encryptionKey key of the consumer's own table
   */
  beside(consumer: Construct, encryptionKey?: kms.IKey): dynamodb.ITable {
    return this.options.idempotencyTable === undefined && !shareEnvironment(consumer, this.scope)
      ? this.create(consumer, encryptionKey)
      : this.get();
  }

  /** Returns the table of the topic or work queue, and creates it if there is none. */
  get(): dynamodb.ITable {
    this.table ??= this.create(this.scope, this.options.encryptionKey);
    return this.table;
  }

  private create(scope: Construct, encryptionKey: kms.IKey | undefined): IdempotencyTable {
    const { removalPolicy, deletionProtection, pointInTimeRecovery, tableClass } = this.options;
    return new IdempotencyTable(scope, "Idempotency", {
      encryptionKey,
      removalPolicy,
      deletionProtection,
      pointInTimeRecovery,
      tableClass,
    });
  }
}

/**
 * What the store calls: single records, batches in PartiQL, and the transaction that writes an effect and its completion.
 * PartiQL statements have their own actions (DynamoDB Developer Guide, "IAM security policies with PartiQL").
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

/** What DynamoDB does with the key of a table in the name of the caller. Source: DynamoDB Developer Guide, "DynamoDB encryption at rest: How it works". */
const TABLE_KEY_ACTIONS = ["kms:Decrypt", "kms:Encrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"];

/**
 * Grants exactly what the idempotency store calls, on this table only, and there on the consumer's own records only: consumers of
 * one table cannot touch each other's claims. Every action that is granted knows the condition key `dynamodb:LeadingKeys`
 * (Service Authorization Reference, "Actions, resources, and condition keys for Amazon DynamoDB").
 */
export function grantIdempotency(table: dynamodb.ITable, grantee: iam.IGrantable, consumer: string): iam.Grant[] {
  const calls = iam.Grant.addToPrincipal({
    grantee,
    actions: STORE_ACTIONS,
    resourceArns: [table.tableArn],
    // A name that is known only at deployment cannot be encoded here.
    ...(Token.isUnresolved(consumer) ? {} : { conditions: ownRecordsOf(consumer) }),
  });
  return [calls, ...grantKey(table.encryptionKey, grantee, ...TABLE_KEY_ACTIONS)];
}

/** The keys that a consumer writes: its claims, the state of its circuit, and the key that preloading reads. */
function ownRecordsOf(consumer: string): Record<string, Record<string, string[]>> {
  const encoded = encodedKeyPart(consumer);
  const hashed = encoded.slice(0, HASHED_CONSUMER_CHARACTERS);
  const claims = [...new Set([encoded, hashed])].map((prefix) => `${literal(prefix)}#*`);
  const keys = [...claims, `circuit#${literal(consumer)}`, "preload"];
  return { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys } };
}

/** Escapes what IAM would take for a wildcard or a variable. Source: IAM User Guide, "Policy variables". */
function literal(text: string): string {
  return text.replaceAll(/[*?$]/g, (character) => `\${${character}}`);
}
