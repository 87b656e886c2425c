import { randomUUID } from "node:crypto";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { AwsClient } from "../../lib/index.ts";
import { startServer } from "../../lib/local/server/index.ts";
import { ACCOUNT, clientEnvironment, REGION } from "./environment.ts";

/** Where messages go in and come out. */
export interface Channel {
  /** ARN of the topic or URL of the queue to send to. */
  readonly target: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly fifo: boolean;
  /** URL of a second queue that is subscribed to the topic, where one was asked for. */
  readonly otherQueueUrl: string | undefined;
}

export interface ChannelOptions {
  /** `wrapped`: a topic whose subscription has no raw delivery. */
  readonly via: "queue" | "topic" | "wrapped";
  readonly fifo: boolean;
  /** A second subscriber. */
  readonly other?: boolean;
}

/** SQS, SNS, S3 and DynamoDB on loopback, with one bucket for payloads and one idempotency table. Every row has separate queues and topics. */
export interface World {
  readonly endpoint: string;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly s3: S3Client;
  readonly bucket: string;
  /** The idempotency table of Fanfare's consumer. */
  readonly table: string;
  /** The client that Fanfare's consumer claims and settles with. */
  readonly awsClient: AwsClient;
  channel(options: ChannelOptions): Promise<Channel>;
  readObject(key: string): Promise<string>;
  /** The keys of the bucket that begin so. At most 1,000. */
  keys(prefix: string): Promise<readonly string[]>;
  /** Messages of a queue, visible or in flight: 0 once everything has been acknowledged. */
  countMessages(queueUrl: string): Promise<number>;
  close(): Promise<void>;
}

export async function startWorld(awsClient: AwsClient = "lean"): Promise<World> {
  const server = await startServer();
  // As in a function: both of Fanfare's clients find everything in the environment.
  const before = { ...process.env };
  Object.assign(process.env, clientEnvironment(server.endpoint));
  const config = {
    endpoint: server.endpoint,
    region: REGION,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 2,
  };
  const sqs = new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
  const sns = new SNSClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const bucket = "interop-payloads";
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const table = "interop-events";
  await createTable(table, config);
  const makeQueue = (fifo: boolean) => createQueue(sqs, fifo);

  return {
    endpoint: server.endpoint,
    sqs,
    sns,
    s3,
    bucket,
    table,
    awsClient,
    async channel({ via, fifo, other = false }) {
      const queue = await makeQueue(fifo);
      const channel = { queueUrl: queue.url, queueArn: queue.arn, fifo, otherQueueUrl: undefined };
      if (via === "queue") {
        return { ...channel, target: queue.url };
      }
      const name = `topic-${randomUUID()}${fifo ? ".fifo" : ""}`;
      const { TopicArn = "" } = await sns.send(
        new CreateTopicCommand({ Name: name, ...(fifo ? { Attributes: { FifoTopic: "true" } } : {}) }),
      );
      const subscribe = async (queueArn: string) =>
        await sns.send(
          new SubscribeCommand({
            TopicArn,
            Protocol: "sqs",
            Endpoint: queueArn,
            Attributes: { RawMessageDelivery: String(via === "topic") },
          }),
        );
      await subscribe(queue.arn);
      if (!other) {
        return { ...channel, target: TopicArn };
      }
      const second = await makeQueue(fifo);
      await subscribe(second.arn);
      return { ...channel, target: TopicArn, otherQueueUrl: second.url };
    },
    async readObject(key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToString("utf8")) ?? "";
    },
    async keys(prefix) {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
      return Contents.map(({ Key = "" }) => Key);
    },
    async countMessages(queueUrl) {
      const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
      const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] });
      const { Attributes } = await sqs.send(command);
      return names.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
    },
    async close() {
      for (const client of [sqs, sns, s3]) {
        client.destroy();
      }
      for (const name of Object.keys(clientEnvironment(""))) {
        if (before[name] === undefined) {
          delete process.env[name];
        } else {
          process.env[name] = before[name];
        }
      }
      await server.close();
    },
  };
}

async function createTable(
  TableName: string,
  config: { readonly endpoint: string; readonly region: string },
): Promise<void> {
  const client = new DynamoDBClient(config);
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  client.destroy();
}

async function createQueue(sqs: SQSClient, fifo: boolean): Promise<{ url: string; arn: string }> {
  const name = `queue-${randomUUID()}${fifo ? ".fifo" : ""}`;
  const arn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
  const statement = {
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: arn,
  };
  const { QueueUrl = "" } = await sqs.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: {
        Policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
        ...(fifo ? { FifoQueue: "true" } : {}),
      },
    }),
  );
  return { url: QueueUrl, arn };
}
