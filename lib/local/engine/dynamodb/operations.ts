import type * as sdk from "@aws-sdk/client-dynamodb";
import type * as streamsSdk from "@aws-sdk/client-dynamodb-streams";
import type { Handler, Operations } from "../kernel/index.ts";
import type { DynamoDbState } from "./state.ts";

/** The operations of DynamoDB and of DynamoDB Streams with the SDK's own input and output. */
export interface DynamoDbOperations extends Operations<typeof sdk>, Operations<typeof streamsSdk> {}

/** Performs one operation. Throws `AwsError` as the service does. */
export type DynamoDbHandler<Name extends keyof DynamoDbOperations> = Handler<DynamoDbState, DynamoDbOperations[Name]>;
