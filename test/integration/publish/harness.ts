import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { defineContract, event, type PayloadStore, type Publisher, s3PayloadStore } from "../../../lib/index.ts";
import { type LocalServer, type RequestLogEntry, startServer } from "../../../lib/local/server/index.ts";

export const BUCKET = "payloads";

export const orders = defineContract("orders", {
  Placed: event({
    schema: z.object({ id: z.string(), text: z.string().default("") }),
    attributes: { region: () => "eu", total: () => 5, express: () => true, tags: () => ["a", "b"] },
    group: (order) => order.id.slice(0, 1),
  }),
});

export type OrdersPublisher = Publisher<typeof orders>;

export interface Harness {
  readonly server: LocalServer;
  readonly clients: { readonly sns: SNSClient; readonly sqs: SQSClient; readonly s3: S3Client };
  readonly payloads: PayloadStore;
  /** Requests that the server answered. */
  readonly log: RequestLogEntry[];
  /** A topic with a queue subscribed to it. */
  topic(options?: { fifo?: boolean; raw?: boolean; maxBytes?: number }): Promise<{ arn: string; queueUrl: string }>;
  queue(fifo?: boolean): Promise<string>;
  /** Receives and deletes until that many messages have come. */
  receive(queueUrl: string, count: number): Promise<Message[]>;
}

/** The local server over HTTP, and real SDK clients for it, closed when the test ends. */
export async function startHarness(): Promise<Harness> {
  const log: RequestLogEntry[] = [];
  const server = await startServer({ onRequest: (entry) => log.push(entry) });
  const config = {
    endpoint: server.endpoint,
    region: "eu-central-1",
    maxAttempts: 2,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const sns = new SNSClient(config);
  const sqs = new SQSClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  onTestFinished(async () => {
    for (const client of [sns, sqs, s3]) {
      client.destroy();
    }
    await server.close();
  });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));

  const queue = async (fifo = false) => {
    const { QueueUrl = "" } = await sqs.send(
      new CreateQueueCommand({
        QueueName: fifo ? "orders.fifo" : "orders",
        Attributes: fifo ? { FifoQueue: "true" } : {},
      }),
    );
    return QueueUrl;
  };

  return {
    server,
    clients: { sns, sqs, s3 },
    payloads: s3PayloadStore({ client: s3, location: { bucket: BUCKET, prefix: "orders/" } }),
    log,
    queue,
    async topic({ fifo = false, raw = true, maxBytes } = {}) {
      const name = fifo ? "orders.fifo" : "orders";
      const { TopicArn = "" } = await sns.send(
        new CreateTopicCommand({ Name: name, Attributes: fifo ? { FifoTopic: "true" } : {} }),
      );
      if (maxBytes !== undefined) {
        await sns.send(
          new SetTopicAttributesCommand({
            TopicArn,
            AttributeName: "MaximumMessageSize",
            AttributeValue: String(maxBytes),
          }),
        );
      }
      const queueUrl = await queue(fifo);
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["QueueArn"] }),
      );
      const policy = {
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "sns.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: Attributes?.QueueArn,
            Condition: { ArnEquals: { "aws:SourceArn": TopicArn } },
          },
        ],
      };
      await sqs.send(
        new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: { Policy: JSON.stringify(policy) } }),
      );
      await sns.send(
        new SubscribeCommand({
          TopicArn,
          Protocol: "sqs",
          Endpoint: Attributes?.QueueArn,
          Attributes: { RawMessageDelivery: String(raw) },
        }),
      );
      return { arn: TopicArn, queueUrl };
    },
    async receive(queueUrl, count) {
      const received: Message[] = [];
      const deadline = Date.now() + 10_000;
      while (received.length < count) {
        if (Date.now() > deadline) {
          throw new Error(`${received.length} of ${count} messages came`);
        }
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: queueUrl,
            MaxNumberOfMessages: 10,
            WaitTimeSeconds: 1,
            MessageAttributeNames: ["All"],
            MessageSystemAttributeNames: ["All"],
          }),
        );
        received.push(...Messages);
        if (Messages.length === 0) {
          continue;
        }
        await sqs.send(
          new DeleteMessageBatchCommand({
            QueueUrl: queueUrl,
            Entries: Messages.map((message, at) => ({ Id: String(at), ReceiptHandle: message.ReceiptHandle })),
          }),
        );
      }
      return received;
    },
  };
}
