import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { credentialsFor, type Place, type QueueCalls } from "../common/index.ts";
import { queueCallsBy } from "./queue-calls.ts";

/** One set of SDK clients, all bound to the same place. */
export interface AwsClients {
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly s3: S3Client;
  readonly dynamoDb: DynamoDBClient;
  readonly dynamoDbStreams: DynamoDBStreamsClient;
}

/** SDK clients for one pair of endpoints, made once per region and account and shared by all callers. */
export class ClientPool {
  readonly endpoint: string;
  readonly dynamoDbEndpoint: string;
  readonly #directCalls: ((place: Place) => QueueCalls) | undefined;
  readonly #clients = new Map<string, AwsClients>();

  /** @param directCalls calls of the engine in this process. @default they go through the SDK */
  constructor(
    { endpoint, dynamoDbEndpoint }: { endpoint: string; dynamoDbEndpoint: string },
    directCalls?: (place: Place) => QueueCalls,
  ) {
    this.endpoint = endpoint;
    this.dynamoDbEndpoint = dynamoDbEndpoint;
    this.#directCalls = directCalls;
  }

  /** The calls that mappings make to the queues of a place. */
  queueCalls(place: Place): QueueCalls {
    return this.#directCalls?.(place) ?? queueCallsBy(this.for(place).sqs);
  }

  /** The clients of a place. */
  for(place: Place): AwsClients {
    const key = `${place.accountId}/${place.region}`;
    const known = this.#clients.get(key);
    if (known !== undefined) {
      return known;
    }
    const common = {
      region: place.region,
      credentials: credentialsFor(place.accountId),
      // Every mapping holds one connection in a long poll; the default of 50 would starve all other calls.
      requestHandler: { httpAgent: { keepAlive: true, maxSockets: 500 } },
    };
    const clients: AwsClients = {
      // Emulators return queue URLs with host names that may not resolve here, so the endpoint always wins.
      sqs: new SQSClient({ ...common, endpoint: this.endpoint, useQueueUrlAsEndpoint: false }),
      sns: new SNSClient({ ...common, endpoint: this.endpoint }),
      s3: new S3Client({ ...common, endpoint: this.endpoint, forcePathStyle: true }),
      dynamoDb: new DynamoDBClient({ ...common, endpoint: this.dynamoDbEndpoint }),
      dynamoDbStreams: new DynamoDBStreamsClient({ ...common, endpoint: this.dynamoDbEndpoint }),
    };
    this.#clients.set(key, clients);
    return clients;
  }

  /** Closes the sockets of all clients. */
  close(): void {
    for (const clients of this.#clients.values()) {
      for (const client of Object.values(clients)) {
        client.destroy();
      }
    }
    this.#clients.clear();
  }
}
