import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type * as sdk from "./dynamodb.sdk.ts";
import { type Loaded, type Loader, type LoaderOptions, loader } from "./loader.ts";
import { TABLE } from "./timeouts.ts";

/** What Fanfare uses of the DynamoDB client's package. */
export type DynamoDbSdk = typeof sdk;

/** The way to DynamoDB. */
export type DynamoDb = Loaded<DynamoDbSdk, DynamoDBClient>;

/** Loads the DynamoDB client. */
export type DynamoDbLoader = Loader<DynamoDbSdk, DynamoDBClient>;

export function dynamoDbLoader(options: LoaderOptions<DynamoDBClient>): DynamoDbLoader {
  return loader(
    () => import("@aws-sdk/client-dynamodb"),
    options,
    ({ DynamoDBClient }) => new DynamoDBClient({ requestHandler: TABLE }),
  );
}
