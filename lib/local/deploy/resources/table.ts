import { setTimeout as delay } from "node:timers/promises";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  ProjectionType,
  ResourceInUseException,
  ScalarAttributeType,
  StreamViewType,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { describeError, LocalError } from "../../common/index.ts";
import { NAME_RULES } from "../names.ts";
import type { PropertyReader } from "../properties.ts";
import { arn, type ResourceRequest, type ResourceType } from "./resource-type.ts";
import { matchIndexes } from "./table-indexes.ts";

/** Emulators make tables at once; this is for those that imitate the wait. */
const ACTIVE_DEADLINE_MS = 10_000;

export const table: ResourceType = {
  types: ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"],
  treatment: "created",

  async deploy(request) {
    const { properties, clients, place, previous } = request;
    const TableName = request.physicalName("TableName", NAME_RULES.table);
    const replicas = properties.objects("Replicas").filter((replica) => replica.text("Region") !== place.region);
    if (replicas.length > 0) {
      request.leaveOut("Replicas of global tables", "there is one table, in the Region of the stack");
    }
    const input = toInput(properties, TableName);
    if (previous?.physicalId === TableName || !(await create(clients.dynamoDb, input))) {
      await matchIndexes(clients.dynamoDb, input);
    }
    const timeToLive = properties.object("TimeToLiveSpecification");
    if (timeToLive?.flag("Enabled") === true) {
      await enableTimeToLive(request, TableName, timeToLive.requiredText("AttributeName"));
    }
    const view = viewOf(properties);
    const StreamArn = view === undefined ? undefined : await streamOf(clients.dynamoDb, TableName, view);
    return {
      physicalId: TableName,
      attributes: {
        Arn: arn("dynamodb", place, `table/${TableName}`),
        TableId: TableName,
        ...(StreamArn === undefined ? {} : { StreamArn }),
      },
    };
  },

  async remove({ physicalId }, { dynamoDb }) {
    await dynamoDb.send(new DeleteTableCommand({ TableName: physicalId }));
  },
};

function toInput(properties: PropertyReader, TableName: string): CreateTableCommandInput {
  // Capacity has no effect here, so that every table is on demand: it spares the settings of each index.
  const indexes = properties.objects("GlobalSecondaryIndexes").map(toIndex);
  const localIndexes = properties.objects("LocalSecondaryIndexes").map(toIndex);
  const StreamView = viewOf(properties);
  return {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: properties.objects("AttributeDefinitions").map((definition) => ({
      AttributeName: definition.requiredText("AttributeName"),
      AttributeType: oneOf(ScalarAttributeType, definition.requiredText("AttributeType")),
    })),
    KeySchema: toKeys(properties),
    ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {}),
    ...(localIndexes.length > 0 ? { LocalSecondaryIndexes: localIndexes } : {}),
    ...(StreamView === undefined ? {} : { StreamSpecification: { StreamEnabled: true, StreamViewType: StreamView } }),
  };
}

/** The view of the table's stream; a global table has one of its own. */
function viewOf(properties: PropertyReader): StreamViewType | undefined {
  const view = properties.object("StreamSpecification")?.text("StreamViewType");
  return Object.values(StreamViewType).find((value) => value === view);
}

/** The ARN of the table's stream. A table from before the template asked for one gets it. */
async function streamOf(
  client: DynamoDBClient,
  TableName: string,
  StreamViewType: StreamViewType,
): Promise<string | undefined> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  if (Table?.LatestStreamArn !== undefined) {
    return Table.LatestStreamArn;
  }
  const StreamSpecification = { StreamEnabled: true, StreamViewType };
  const { TableDescription } = await client.send(new UpdateTableCommand({ TableName, StreamSpecification }));
  return TableDescription?.LatestStreamArn;
}

function toIndex(index: PropertyReader) {
  const projection = index.object("Projection");
  const attributes = projection?.texts("NonKeyAttributes") ?? [];
  return {
    IndexName: index.requiredText("IndexName"),
    KeySchema: toKeys(index),
    Projection: {
      ProjectionType: oneOf(ProjectionType, projection?.text("ProjectionType") ?? "ALL"),
      ...(attributes.length > 0 ? { NonKeyAttributes: [...attributes] } : {}),
    },
  };
}

function toKeys(properties: PropertyReader): KeySchemaElement[] {
  return properties.objects("KeySchema").map((key) => ({
    AttributeName: key.requiredText("AttributeName"),
    KeyType: key.requiredText("KeyType") === "RANGE" ? "RANGE" : "HASH",
  }));
}

function oneOf<T extends string>(values: Readonly<Record<string, T>>, given: string): T {
  const found = Object.values(values).find((value) => value === given);
  if (found === undefined) {
    throw new LocalError(
      "TemplateInvalid",
      `${given} is not supported; use one of ${Object.values(values).join(", ")}`,
    );
  }
  return found;
}

/** Returns false where the table was there before. */
async function create(client: DynamoDBClient, input: CreateTableCommandInput): Promise<boolean> {
  let isNew = true;
  try {
    const { TableDescription } = await client.send(new CreateTableCommand(input));
    if (TableDescription?.TableStatus === "ACTIVE") {
      return true;
    }
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) {
      throw error;
    }
    // The table is there from an earlier run. Its keys cannot be changed, and its items are worth keeping.
    isNew = false;
  }
  const deadline = Date.now() + ACTIVE_DEADLINE_MS;
  while (Date.now() < deadline) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: input.TableName }));
    if (Table?.TableStatus === "ACTIVE") {
      return isNew;
    }
    await delay(20);
  }
  throw new LocalError(
    "EmulatorFailed",
    `the table ${input.TableName} did not become ACTIVE in ${ACTIVE_DEADLINE_MS} ms`,
  );
}

async function enableTimeToLive(request: ResourceRequest, TableName: string, AttributeName: string): Promise<void> {
  try {
    await request.clients.dynamoDb.send(
      new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName } }),
    );
  } catch (error) {
    // Without it items stay longer. That breaks no promise: DynamoDB itself may delete them days later.
    if (!describeError(error).includes("already enabled")) {
      request.leaveOut("Time to live of tables", `items do not expire in this emulator (${describeError(error)})`);
    }
  }
}
