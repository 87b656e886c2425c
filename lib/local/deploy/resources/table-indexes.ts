import {
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  type GlobalSecondaryIndexDescription,
  type GlobalSecondaryIndexUpdate,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { canonicalJson } from "../../common/index.ts";

/**
 * Gives a table that is there already the global secondary indexes of the template. An index whose keys or projection are others is made
 * anew. DynamoDB takes one change a call.
 */
export async function matchIndexes(client: DynamoDBClient, input: CreateTableCommandInput): Promise<void> {
  const { TableName, AttributeDefinitions, GlobalSecondaryIndexes: wanted = [] } = input;
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  for (const update of indexUpdates(Table?.GlobalSecondaryIndexes ?? [], wanted)) {
    await client.send(
      new UpdateTableCommand({ TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates: [update] }),
    );
  }
}

/** Deletions first, so that the number of indexes stays within its limit. */
function indexUpdates(
  existing: readonly GlobalSecondaryIndexDescription[],
  wanted: readonly GlobalSecondaryIndex[],
): readonly GlobalSecondaryIndexUpdate[] {
  const before = new Map(existing.map((index) => [index.IndexName, shapeOf(index)]));
  const after = new Map(wanted.map((index) => [index.IndexName, shapeOf(index)]));
  const obsolete = [...before].filter(([name, shape]) => after.get(name) !== shape);
  const missing = wanted.filter(({ IndexName }) => before.get(IndexName) !== after.get(IndexName));
  return [
    ...obsolete.map(([IndexName]) => ({ Delete: { IndexName } })),
    ...missing.map(({ IndexName, KeySchema, Projection }) => ({ Create: { IndexName, KeySchema, Projection } })),
  ];
}

/** What of an index cannot be changed. */
function shapeOf({
  KeySchema = [],
  Projection,
}: Pick<GlobalSecondaryIndexDescription, "KeySchema" | "Projection">): string {
  return canonicalJson({
    keys: KeySchema.map(({ AttributeName = "", KeyType = "" }) => `${KeyType} ${AttributeName}`),
    projection: Projection?.ProjectionType ?? "ALL",
    attributes: [...(Projection?.NonKeyAttributes ?? [])].sort(),
  });
}
