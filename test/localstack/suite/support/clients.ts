import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

/** SDK clients of one target. */
export interface Clients {
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
}

/** Where a target answers. Without endpoints: AWS itself, with the credentials of the environment. */
export interface Endpoints {
  readonly region: string;
  readonly endpoint: string | undefined;
  readonly dynamoDbEndpoint: string | undefined;
}

/** Makes the clients of a target. */
export function createClients({ region, endpoint, dynamoDbEndpoint }: Endpoints): Clients {
  if (endpoint === undefined) {
    return {
      sqs: new SQSClient({ region }),
      sns: new SNSClient({ region }),
      s3: new S3Client({ region }),
      dynamodb: new DynamoDBClient({ region }),
    };
  }
  const common = { region, endpoint, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  return {
    // Emulators give queue URLs with host names that may not resolve.
    sqs: new SQSClient({ ...common, useQueueUrlAsEndpoint: false }),
    sns: new SNSClient(common),
    s3: new S3Client({ ...common, forcePathStyle: true }),
    dynamodb: new DynamoDBClient({ ...common, endpoint: dynamoDbEndpoint ?? endpoint }),
  };
}

/** Closes the clients' sockets. */
export function closeClients({ sqs, sns, s3, dynamodb }: Clients): void {
  for (const client of [sqs, sns, s3, dynamodb]) {
    client.destroy();
  }
}
