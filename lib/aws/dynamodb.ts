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

/** @param region the table's Region; the environment's where it is `undefined` */
export function dynamoDbLoader(options: LoaderOptions<DynamoDBClient>, region?: string): DynamoDbLoader {
  return loader(
    () => import("@aws-sdk/client-dynamodb"),
    options,
    ({ DynamoDBClient }) => new DynamoDBClient({ requestHandler: TABLE, ...(region ? { region } : {}) }),
  );
}

/** A table's name and, if it was given by its ARN, its Region. */
export interface TableAddress {
  readonly name: string;
  readonly region: string | undefined;
}

/** Reads the name or the ARN of a table. Names have no colon. */
export function tableAddress(table: string): TableAddress {
  const [, , , region, , resource] = table.split(":");
  return { name: resource?.replace(/^table\//, "") ?? table, region };
}
