import type { TableDescription } from "@aws-sdk/client-dynamodb";
import type { IndexDefinition, Table, Throughput } from "../model/index.ts";
import { itemSize } from "../values/index.ts";

/** A table as `DescribeTable` and the calls that change it return it. */
export function describe(table: Table, status: "ACTIVE" | "DELETING" = "ACTIVE"): TableDescription {
  const { definition } = table;
  const indexes = (kind: IndexDefinition["kind"]) =>
    definition.indexes.filter((each) => each.kind === kind).map((index) => describeIndex(table, index));
  const [global, local] = [indexes("global"), indexes("local")];
  const { stream, encryption } = definition;
  return {
    AttributeDefinitions: [...definition.attributes],
    TableName: definition.name,
    KeySchema: [...definition.keySchema],
    TableStatus: status,
    CreationDateTime: new Date(definition.createdAt),
    ProvisionedThroughput: throughput(definition.throughput),
    TableSizeBytes: table.bytes,
    ItemCount: table.itemCount,
    TableArn: definition.arn,
    TableId: definition.id,
    ...(definition.billingMode === "PAY_PER_REQUEST"
      ? {
          BillingModeSummary: {
            BillingMode: "PAY_PER_REQUEST",
            LastUpdateToPayPerRequestDateTime: new Date(definition.createdAt),
          },
        }
      : {}),
    ...(global.length > 0
      ? { GlobalSecondaryIndexes: global.map((index) => ({ ...index, IndexStatus: "ACTIVE" })) }
      : {}),
    ...(local.length > 0
      ? { LocalSecondaryIndexes: local.map(({ ProvisionedThroughput: _, ...index }) => index) }
      : {}),
    ...(stream === undefined
      ? {}
      : {
          StreamSpecification: { StreamEnabled: true, StreamViewType: stream.view },
          LatestStreamLabel: stream.label,
          LatestStreamArn: stream.arn,
        }),
    ...(encryption === undefined
      ? {}
      : {
          SSEDescription: {
            Status: "ENABLED",
            SSEType: "KMS",
            ...(encryption.keyArn === undefined ? {} : { KMSMasterKeyArn: encryption.keyArn }),
          },
        }),
    ...(definition.tableClass === "STANDARD"
      ? {}
      : { TableClassSummary: { TableClass: "STANDARD_INFREQUENT_ACCESS" } }),
    DeletionProtectionEnabled: definition.deletionProtection,
  };
}

function describeIndex(table: Table, { name, keySchema, projection, throughput: units }: IndexDefinition) {
  const index = table.indexes.get(name);
  const items = index === undefined ? [] : [...index.collection.all()].map(({ item }) => index.contentOf(item) ?? {});
  return {
    IndexName: name,
    KeySchema: [...keySchema],
    Projection: projection,
    IndexSizeBytes: items.reduce((sum, item) => sum + itemSize(item), 0),
    ItemCount: items.length,
    IndexArn: `${table.definition.arn}/index/${name}`,
    ProvisionedThroughput: throughput(units),
  };
}

function throughput({ read, write }: Throughput) {
  return { NumberOfDecreasesToday: 0, ReadCapacityUnits: read, WriteCapacityUnits: write };
}
