import type { SSESpecification, Tag } from "@aws-sdk/client-dynamodb";
import { randomUuid } from "../../kernel/index.ts";
import { constraint, resourceInUse, validation } from "../errors.ts";
import { Table, type TableDefinition } from "../model/index.ts";
import type { DynamoDbHandler } from "../operations.ts";
import { checkTableName, tableArn } from "../state.ts";
import { checkDefinitions, checkIndexes, checkKeySchema, checkThroughput } from "./check-table.ts";
import { describe } from "./describe.ts";
import { closeStream, openStream, streamView } from "./streams.ts";
import { checkTags } from "./tags.ts";

/** Source: API Reference, `ListTables`. */
const MAX_TABLES_LISTED = 100;

/**
 * Creates a table, which is ACTIVE at once.
 *
 * @throws AwsError `ValidationException`; `ResourceInUseException` if it exists
 */
export const createTable: DynamoDbHandler<"CreateTable"> = (state, context, input) => {
  const given = checkTableName(input.TableName);
  const name = given.replace(/^.*:table\//, "");
  const definitions = input.AttributeDefinitions ?? [];
  const keySchema = checkKeySchema(input.KeySchema, definitions);
  const billingMode = checkBillingMode(input.BillingMode);
  const throughput = checkThroughput(billingMode, input.ProvisionedThroughput);
  const indexes = checkIndexes(input, billingMode);
  checkDefinitions(definitions, [keySchema, ...indexes.map((index) => index.keySchema)]);
  const view = streamView(input.StreamSpecification);
  const tags = tagsOf(input.Tags);
  const arn = tableArn(context, name);
  if (state.tables.has(arn)) {
    throw resourceInUse(`Table already exists: ${name}`);
  }
  const definition: TableDefinition = {
    name,
    arn,
    id: randomUuid(state.environment),
    createdAt: state.now(),
    keySchema,
    attributes: definitions.map(({ AttributeName, AttributeType }) => ({ AttributeName, AttributeType })),
    billingMode,
    throughput,
    indexes,
    tags,
    pointInTimeRecovery: false,
    deletionProtection: input.DeletionProtectionEnabled === true,
    tableClass: input.TableClass ?? "STANDARD",
    encryption: encryptionOf(input.SSESpecification),
    stream: view === undefined ? undefined : openStream(state, { name, arn }, view),
  };
  const table = new Table(definition);
  state.tables.set(arn, table);
  return { TableDescription: describe(table) };
};

/** @throws AwsError `ResourceNotFoundException`; `ValidationException` for a table with deletion protection */
export const deleteTable: DynamoDbHandler<"DeleteTable"> = (state, context, input) => {
  const table = state.require(context, input.TableName, (name) => `Table: ${name} not found`);
  const { definition } = table;
  if (definition.deletionProtection) {
    throw validation(
      "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    );
  }
  closeStream(state, definition);
  state.tables.delete(definition.arn);
  return { TableDescription: describe(table, "DELETING") };
};

/** @throws AwsError `ResourceNotFoundException` */
export const describeTable: DynamoDbHandler<"DescribeTable"> = (state, context, input) => {
  const table = state.require(context, input.TableName, (name) => `Table: ${name} not found`);
  return { Table: describe(table) };
};

/** The tables of the caller's account and Region, by name. @throws AwsError `ValidationException` */
export const listTables: DynamoDbHandler<"ListTables"> = (state, context, input) => {
  const { Limit = MAX_TABLES_LISTED, ExclusiveStartTableName: after } = input;
  if (Limit < 1 || Limit > MAX_TABLES_LISTED) {
    const rule = Limit < 1 ? "greater than or equal to 1" : `less than or equal to ${MAX_TABLES_LISTED}`;
    throw constraint("limit", Limit, `have value ${rule}`);
  }
  const prefix = tableArn(context, "");
  const names = [...state.tables.values()]
    .filter(({ definition }) => definition.arn.startsWith(prefix))
    .map(({ definition }) => definition.name)
    .sort()
    .filter((name) => after === undefined || name > after);
  const page = names.slice(0, Limit);
  const last = page.at(-1);
  return {
    TableNames: page,
    ...(page.length < names.length && last !== undefined ? { LastEvaluatedTableName: last } : {}),
  };
};

export function checkBillingMode(given: string | undefined): "PROVISIONED" | "PAY_PER_REQUEST" {
  if (given !== undefined && given !== "PROVISIONED" && given !== "PAY_PER_REQUEST") {
    throw constraint("billingMode", given, "satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]");
  }
  return given ?? "PROVISIONED";
}

export function encryptionOf(given: SSESpecification | undefined): TableDefinition["encryption"] {
  return given?.Enabled === true ? { type: given.SSEType ?? "KMS", keyArn: given.KMSMasterKeyId } : undefined;
}

function tagsOf(tags: readonly Tag[] | undefined): TableDefinition["tags"] {
  return checkTags(tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value] as const);
}
