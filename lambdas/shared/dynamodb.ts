import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** The DynamoDB client, configured by the environment. */
export const dynamodb = new DynamoDBClient({});
