import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** DynamoDB as the environment describes it. */
export const dynamodb = new DynamoDBClient({});
