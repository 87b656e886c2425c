import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type AwsClient, type DebugLogger, dynamoDbLoader, tableAddress } from "../aws/index.ts";
import { type Clock, systemClock } from "../clock/index.ts";
import { describeError } from "../errors/index.ts";
import type { CircuitRecord, CircuitStore } from "./circuit-store.ts";

/** Options of {@link dynamoDbCircuitStore}. */
export interface DynamoDbCircuitStoreOptions {
  /** Name of a table with the partition key `id` (S), or its ARN if it is in another Region. The idempotency table can be used: circuits have their own keys. */
  readonly table: string;
  /** @default made at the first use from the environment, as the SDK does, with a timeout of 3 seconds per request */
  readonly client?: DynamoDBClient | undefined;
  /** Which client is made where none is given. @default as for `consume` */
  readonly awsClient?: AwsClient | undefined;
  /** Is told at debug level which client was made. @default nobody */
  readonly logger?: DebugLogger | undefined;
  /** @default the system's clock */
  readonly clock?: Clock;
}

/** Stores circuits as items of a DynamoDB table. */
export function dynamoDbCircuitStore(options: DynamoDbCircuitStoreOptions): CircuitStore {
  const { name: TableName, region } = tableAddress(options.table);
  const load = dynamoDbLoader({ ...options, client: options.client, clock: options.clock ?? systemClock }, region);
  const keyOf = (name: string) => ({ S: `circuit#${name}` });

  return {
    async read(name) {
      const dynamodb = await load();
      // Consistent: a worker that was not first must see what the first one wrote.
      const response = await dynamodb.getItem({
        TableName,
        Key: { id: keyOf(name) },
        ConsistentRead: true,
      });
      const item = response.Item;
      return item === undefined
        ? undefined
        : {
            generation: Number(item.generation?.N ?? 0),
            openUntil: Number(item.openUntil?.N ?? 0),
            opened: Number(item.opened?.N ?? 0),
          };
    },

    async replace(name, record: CircuitRecord, seen) {
      const dynamodb = await load();
      const input = {
        TableName,
        Item: {
          id: keyOf(name),
          generation: { N: String(record.generation) },
          openUntil: { N: String(Math.ceil(record.openUntil)) },
          opened: { N: String(record.opened) },
        },
        ...(seen === undefined
          ? { ConditionExpression: "attribute_not_exists(id)" }
          : {
              ConditionExpression: "generation = :seen",
              ExpressionAttributeValues: { ":seen": { N: String(seen) } },
            }),
      };
      try {
        await dynamodb.putItem(input);
        return true;
      } catch (error) {
        if (describeError(error).name === "ConditionalCheckFailedException") {
          return false;
        }
        throw error;
      }
    },
  };
}
