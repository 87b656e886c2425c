import { randomUUID } from "node:crypto";
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { systemClock } from "../../../lib/clock/index.ts";
import { type ClaimRequest, dynamoDbStore, type IdempotencyStore } from "../../../lib/index.ts";
import { startServer } from "../../../lib/local/server/index.ts";

/** The local server with a client and a way to make tables. */
export interface Database {
  readonly client: DynamoDBClient;
  readonly endpoint: string;
  table(): Promise<string>;
  close(): Promise<void>;
}

export function clientFor(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
}

export async function startDatabase(): Promise<Database> {
  const server = await startServer();
  const client = clientFor(server.endpoint);
  return {
    client,
    endpoint: server.endpoint,
    table: async () => {
      const TableName = `t-${randomUUID()}`;
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        }),
      );
      return TableName;
    },
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
}

/** A store on a clock that is ahead by some milliseconds. */
export function storeOn(client: DynamoDBClient, table: string, aheadMs = 0, more: object = {}): IdempotencyStore {
  return dynamoDbStore({ table, client, clock: { ...systemClock, now: () => Date.now() + aheadMs }, ...more });
}

export function request(key: string, owner: string, leaseMs = 10_000): ClaimRequest {
  return { key, owner, leaseUntil: Date.now() + leaseMs };
}

export async function itemOf(client: DynamoDBClient, table: string, id: string) {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: { id: { S: id } }, ConsistentRead: true }),
  );
  return Item;
}

export async function put(client: DynamoDBClient, table: string, item: Record<string, string | number>): Promise<void> {
  const Item = Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      typeof value === "number" ? { N: String(value) } : { S: value },
    ]),
  );
  await client.send(new PutItemCommand({ TableName: table, Item }));
}
