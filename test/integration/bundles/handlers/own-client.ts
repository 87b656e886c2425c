import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { consume } from "fanfare";
import { contract } from "./contract.ts";

export const handler = consume(
  contract,
  { Placed: async () => {} },
  { clients: { dynamodb: new DynamoDBClient({ maxAttempts: 2 }) } },
);
