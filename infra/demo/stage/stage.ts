import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { createPublisher, type Publisher, s3PayloadStore } from "fanfare";
import { orders } from "../../../lambdas/orders/contract.ts";
import { webhooks } from "../../../lambdas/webhooks/contract.ts";
import { type LocalRuntime, type LogEntry, type RuntimeEvent, startLocalRuntime } from "../../../lib/local/index.ts";
import { SUBSCRIBERS, type SubscriberName } from "./subscribers.ts";

/** SDK clients of the running app. */
export interface Clients {
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
}

/** The reference app, running on this machine. */
export interface Stage {
  readonly runtime: LocalRuntime;
  readonly clients: Clients;
  readonly publishOrder: Publisher<typeof orders>;
  readonly publishWebhook: Publisher<typeof webhooks>;
  /** Publishes straight to billing's queue, past the topic: how one event comes to a FIFO queue twice. */
  readonly redeliverToBilling: Publisher<typeof orders>;
  /** Physical name, URL or ARN of what a construct path means: `Shop/Ledger`. */
  resource(path: string): string;
  queueUrl(subscriber: SubscriberName): string;
  deadLetterQueueUrl(subscriber: SubscriberName): string;
  close(): Promise<void>;
}

/** What goes on in the running app. */
export interface StageListeners {
  readonly onLog?: (entry: LogEntry) => void;
  readonly onEvent?: (event: RuntimeEvent) => void;
}

/** Processes of one function at a time: there are eight functions, and the machine may be small. */
const MAX_ENVIRONMENTS = 2;

/** Starts a synthesised reference app, and makes publishers and clients for it. */
export async function openStage(assembly: string, listeners: StageListeners = {}): Promise<Stage> {
  const runtime = await startLocalRuntime({ assembly, maxEnvironments: MAX_ENVIRONMENTS, ...listeners });
  const clients = clientsOf(runtime);
  const resource = (path: string) => runtime.deployment.find(path).physicalId;
  const location = { bucket: resource("Webhooks/Webhooks/Payloads/Bucket"), prefix: "webhooks/" };
  const queueUrl = (subscriber: SubscriberName) => resource(`${SUBSCRIBERS[subscriber].path}/Queue`);
  const publishers = {
    publishOrder: createPublisher(orders, { target: resource("Shop/Orders/Topic"), clients }),
    publishWebhook: createPublisher(webhooks, {
      target: resource("Webhooks/Webhooks/Topic"),
      payloads: s3PayloadStore({ location, client: clients.s3 }),
      clients,
    }),
    redeliverToBilling: createPublisher(orders, { target: queueUrl("billing"), clients }),
  };
  return {
    runtime,
    clients,
    ...publishers,
    resource,
    queueUrl,
    deadLetterQueueUrl: (subscriber) => resource(`${SUBSCRIBERS[subscriber].path}/DeadLetterQueue`),
    close: async () => {
      for (const client of Object.values(clients)) client.destroy();
      await runtime.close();
    },
  };
}

function clientsOf(runtime: LocalRuntime): Clients {
  // Nobody checks these: everything that they reach runs on this machine.
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const common = { region: "eu-central-1", credentials, endpoint: runtime.endpoint };
  return {
    sqs: new SQSClient({ ...common, useQueueUrlAsEndpoint: false }),
    sns: new SNSClient(common),
    s3: new S3Client({ ...common, forcePathStyle: true }),
    dynamodb: new DynamoDBClient({ ...common, endpoint: runtime.dynamoDbEndpoint }),
  };
}
