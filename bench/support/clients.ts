import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";

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

/** A client of the stubs' process. */
export function sqsAt(endpoint: string): SQSClient {
  return new SQSClient({ ...ACCOUNT, endpoint, useQueueUrlAsEndpoint: false });
}
