import {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteItemCommand,
  DeleteTableCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { INDEX, TABLE } from "./arbitraries.ts";
import type { Answer, Operation } from "./operation.ts";

/** One of the two DynamoDBs that are compared. */
export interface Side {
  readonly name: string;
  /** An empty table in the place of the one before. */
  reset(): Promise<void>;
  call(operation: Operation): Promise<Answer>;
  close(): void;
}

const DEFINITION: CreateTableCommandInput = {
  TableName: TABLE,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: "id", AttributeType: "S" },
    { AttributeName: "at", AttributeType: "N" },
    { AttributeName: "color", AttributeType: "S" },
  ],
  KeySchema: [
    { AttributeName: "id", KeyType: "HASH" },
    { AttributeName: "at", KeyType: "RANGE" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: INDEX,
      KeySchema: [
        { AttributeName: "color", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "ALL" },
    },
  ],
};

/** A DynamoDB behind an endpoint, called by the SDK. */
export function sideAt(name: string, endpoint: string): Side {
  const client = new DynamoDBClient({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  return {
    name,
    async reset() {
      await client.send(new DeleteTableCommand({ TableName: TABLE })).catch(() => {});
      await client.send(new CreateTableCommand(DEFINITION));
    },
    async call(operation) {
      try {
        const { $metadata: _, ...output } = await send(client, operation);
        return { status: "succeeded", output };
      } catch (error) {
        return { status: "failed", error: nameOf(error), message: error instanceof Error ? error.message : "" };
      }
    },
    close: () => client.destroy(),
  };
}

function send(client: DynamoDBClient, { name, input }: Operation) {
  switch (name) {
    case "PutItem":
      return client.send(new PutItemCommand(input));
    case "UpdateItem":
      return client.send(new UpdateItemCommand(input));
    case "DeleteItem":
      return client.send(new DeleteItemCommand(input));
    case "GetItem":
      return client.send(new GetItemCommand(input));
    case "Query":
      return client.send(new QueryCommand(input));
    case "Scan":
      return client.send(new ScanCommand(input));
    case "BatchGetItem":
      return client.send(new BatchGetItemCommand(input));
    case "BatchWriteItem":
      return client.send(new BatchWriteItemCommand(input));
    case "TransactWriteItems":
      return client.send(new TransactWriteItemsCommand(input));
    case "TransactGetItems":
      return client.send(new TransactGetItemsCommand(input));
    case "ExecuteStatement":
      return client.send(new ExecuteStatementCommand(input));
    case "BatchExecuteStatement":
      return client.send(new BatchExecuteStatementCommand(input));
  }
}

/** The error's name, and the codes of the reasons of a canceled transaction. Texts differ between emulators. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const reasons =
    "CancellationReasons" in error && Array.isArray(error.CancellationReasons) ? error.CancellationReasons : [];
  return [error.name, ...reasons.map((reason: { Code?: string }) => reason.Code ?? "None")].join(" ");
}
