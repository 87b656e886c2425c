import type { GlobalSecondaryIndexUpdate, UpdateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { resourceInUse, validation } from "../errors.ts";
import type { IndexDefinition, TableDefinition } from "../model/index.ts";
import type { DynamoDbHandler } from "../operations.ts";
import type { DynamoDbState } from "../state.ts";
import { checkThroughput, globalIndex } from "./check-table.ts";
import { checkBillingMode, encryptionOf } from "./create-table.ts";
import { describe } from "./describe.ts";
import { closeStream, openStream, streamView } from "./streams.ts";

/**
 * Changes billing, indexes, stream, protection, class and encryption of a table. Everything is done at once.
 *
 * @throws AwsError `ValidationException`, `ResourceNotFoundException`, `ResourceInUseException`
 */
export const updateTable: DynamoDbHandler<"UpdateTable"> = (state, context, input) => {
  const table = state.require(context, input.TableName, (name) => `Table: ${name} not found`);
  const { definition } = table;
  const attributes = mergedAttributes(definition, input);
  const billingMode = input.BillingMode === undefined ? definition.billingMode : checkBillingMode(input.BillingMode);
  const throughput =
    input.ProvisionedThroughput === undefined && billingMode === definition.billingMode
      ? definition.throughput
      : checkThroughput(billingMode, input.ProvisionedThroughput);
  const indexes = (input.GlobalSecondaryIndexUpdates ?? []).reduce(
    (all, update) => changedIndexes(all, update, attributes, billingMode),
    definition.indexes,
  );
  const used = new Set(
    [definition.keySchema, ...indexes.map(({ keySchema }) => keySchema)].flatMap((schema) =>
      schema.map(({ AttributeName }) => AttributeName),
    ),
  );
  // Last, as it is the only part that changes something outside of the definition.
  const stream = changedStream(state, definition, input);
  table.redefine({
    attributes: attributes.filter(({ AttributeName }) => used.has(AttributeName)),
    billingMode,
    throughput,
    indexes,
    stream,
    ...(input.DeletionProtectionEnabled === undefined ? {} : { deletionProtection: input.DeletionProtectionEnabled }),
    ...(input.TableClass === undefined ? {} : { tableClass: input.TableClass }),
    ...(input.SSESpecification === undefined ? {} : { encryption: encryptionOf(input.SSESpecification) }),
  });
  return { TableDescription: describe(table) };
};

function mergedAttributes(definition: TableDefinition, { AttributeDefinitions = [] }: UpdateTableCommandInput) {
  const merged = new Map(definition.attributes.map((each) => [each.AttributeName, each]));
  for (const { AttributeName, AttributeType } of AttributeDefinitions) {
    merged.set(AttributeName, { AttributeName, AttributeType });
  }
  return [...merged.values()];
}

function changedIndexes(
  indexes: readonly IndexDefinition[],
  { Create, Update, Delete }: GlobalSecondaryIndexUpdate,
  attributes: TableDefinition["attributes"],
  billingMode: TableDefinition["billingMode"],
): readonly IndexDefinition[] {
  if (Create !== undefined) {
    const created = globalIndex(Create, attributes, billingMode);
    if (indexes.some(({ name }) => name === created.name)) {
      throw validation(`Attempting to create an index which already exists: ${created.name}`);
    }
    return [...indexes, created];
  }
  const name = (Update ?? Delete)?.IndexName;
  const known = indexes.find((index) => index.kind === "global" && index.name === name);
  if (known === undefined) {
    throw validation(`The table does not have the specified index: ${name ?? "null"}`);
  }
  if (Delete !== undefined) {
    return indexes.filter((index) => index !== known);
  }
  const throughput = checkThroughput(billingMode, Update?.ProvisionedThroughput, name);
  return indexes.map((index) => (index === known ? { ...index, throughput } : index));
}

function changedStream(
  state: DynamoDbState,
  definition: TableDefinition,
  { StreamSpecification }: UpdateTableCommandInput,
): TableDefinition["stream"] {
  if (StreamSpecification === undefined) {
    return definition.stream;
  }
  const view = streamView(StreamSpecification);
  if (view === undefined) {
    if (definition.stream === undefined) {
      throw validation("Table already has a disabled stream: the request changes nothing");
    }
    closeStream(state, definition);
    return undefined;
  }
  if (definition.stream !== undefined) {
    throw resourceInUse(`Table already has an enabled stream: TableName: ${definition.name}`);
  }
  return openStream(state, definition, view);
}
