import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** What all clients have in common besides the SDK's defaults. */
export const ACCOUNT = {
  region: "eu-central-1",
  // Nobody checks these: what they reach runs on this machine.
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  // Contenders that send a thousand calls at once are told so by the SDK; here that is the point.
  requestHandler: { socketAcquisitionWarningTimeout: 600_000 },
};

/** A client of the table's process. */
export function dynamoDbAt(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ ...ACCOUNT, endpoint });
}

/** Sets the environment that a function has: keys, Region, and here the endpoints. Lambda has no configuration files. */
export function asOnLambda(
  { dynamoDb, stubs }: { readonly dynamoDb: string; readonly stubs: string },
  more: Readonly<Record<string, string>> = {},
): void {
  Object.assign(process.env, {
    AWS_REGION: ACCOUNT.region,
    AWS_ACCESS_KEY_ID: ACCOUNT.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ACCOUNT.credentials.secretAccessKey,
    AWS_CONFIG_FILE: "/nonexistent/config",
    AWS_SHARED_CREDENTIALS_FILE: "/nonexistent/credentials",
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb,
    AWS_ENDPOINT_URL_SQS: stubs,
    ...more,
  });
}
