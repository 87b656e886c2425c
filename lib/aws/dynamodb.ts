import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type * as sdk from "./dynamodb.sdk.ts";
import { type Loader, loader } from "./loader.ts";

/** What Fanfare uses of the DynamoDB client's package. */
export type DynamoDbSdk = typeof sdk;

/** Loads the DynamoDB client. */
export type DynamoDbLoader = Loader<DynamoDbSdk, DynamoDBClient>;

/**
 * Milliseconds. A request that takes longer is abandoned and sent again: the store reads and writes items of a few hundred bytes,
 * and a slower table is as good as an outage.
 */
const TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

/** @param given the user's own client */
export function dynamoDbLoader(given: DynamoDBClient | undefined): DynamoDbLoader {
  return loader(
    () => import("@aws-sdk/client-dynamodb"),
    given,
    ({ DynamoDBClient }) => new DynamoDBClient({ requestHandler: TIMEOUTS }),
  );
}
