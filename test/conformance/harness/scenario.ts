import { CreateTableCommand, DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  ChangeMessageVisibilityBatchCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { sqsRecordOf } from "../../../lib/std/index.ts";
import type { Endpoints } from "./endpoints.ts";
import { type Outgoing, unique } from "./events.ts";
import { type Result, Worker } from "./worker.ts";
import type { ConsumerSpec, Wrapper } from "./wrapper.ts";

/** A queue of the scenario. */
export interface Queue {
  readonly url: string;
  readonly arn: string;
  readonly fifo: boolean;
}

/** Records that were received from a queue, and the names of their messages. */
export interface Batch {
  readonly queue: Queue;
  readonly records: readonly SQSRecord[];
  /** Names of messages by message id. */
  readonly names: ReadonlyMap<string, string>;
}

const REGION = "eu-central-1";

/** What one property does with one wrapper: queues, tables and workers of its own, on shared servers. */
export class Scenario {
  readonly wrapper: Wrapper;
  readonly #endpoints: Endpoints;
  readonly #workers: Worker[] = [];
  readonly #names = new Map<string, string>();
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;

  constructor(wrapper: Wrapper, endpoints: Endpoints) {
    this.wrapper = wrapper;
    this.#endpoints = endpoints;
    const common = { region: REGION, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
    this.sqs = new SQSClient({ ...common, endpoint: endpoints.server, useQueueUrlAsEndpoint: false });
    this.s3 = new S3Client({ ...common, endpoint: endpoints.server, forcePathStyle: true });
    this.dynamodb = new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb });
  }

  async queue(options: { fifo?: boolean; attributes?: Record<string, string> } = {}): Promise<Queue> {
    const { fifo = false, attributes = {} } = options;
    const answer = await this.sqs.send(
      new CreateQueueCommand({
        QueueName: `q-${unique()}${fifo ? ".fifo" : ""}`,
        Attributes: { VisibilityTimeout: "120", ...(fifo ? { FifoQueue: "true" } : {}), ...attributes },
      }),
    );
    const url = answer.QueueUrl ?? "";
    const { Attributes } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }),
    );
    return { url, arn: Attributes?.QueueArn ?? "", fifo };
  }

  /** A table of idempotency records, as Fanfare and Powertools both use it: the key is `id`. */
  async table(): Promise<string> {
    const TableName = `t-${unique()}`;
    await this.dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      }),
    );
    return TableName;
  }

  async bucket(): Promise<string> {
    const Bucket = `b-${unique()}`;
    await this.s3.send(new CreateBucketCommand({ Bucket }));
    return Bucket;
  }

  async object(Bucket: string, Key: string, Body: string | Uint8Array): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket, Key, Body, ChecksumAlgorithm: "SHA256" }));
  }

  /** The counter that a commit of {@link addOne} has counted up. */
  async counter(table: string, id: string): Promise<number> {
    const { Item } = await this.dynamodb.send(
      new GetItemCommand({ TableName: table, Key: { id: { S: id } }, ConsistentRead: true }),
    );
    return Number(Item?.n?.N ?? 0);
  }

  worker(spec: ConsumerSpec): Worker {
    const worker = new Worker(this.wrapper, spec, this.#endpoints);
    this.#workers.push(worker);
    return worker;
  }

  async send(queue: Queue, messages: readonly Outgoing[]): Promise<void> {
    for (let at = 0; at < messages.length; at += 10) {
      const some = messages.slice(at, at + 10);
      const answer = await this.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: queue.url,
          Entries: some.map((message, index) => ({
            Id: String(index),
            MessageBody: message.body,
            MessageAttributes: message.attributes,
            ...(queue.fifo ? { MessageGroupId: message.group, MessageDeduplicationId: unique() } : {}),
          })),
        }),
      );
      for (const entry of answer.Successful ?? []) {
        this.#names.set(entry.MessageId ?? "", some[Number(entry.Id)]?.id ?? "");
      }
      if (answer.Failed?.length) {
        throw new Error(`not sent: ${answer.Failed[0]?.Message}`);
      }
    }
  }

  /** Receives as Lambda's poller does, until there are so many records. */
  async receive(queue: Queue, count: number): Promise<Batch> {
    const records: SQSRecord[] = [];
    const deadline = performance.now() + 5_000;
    while (records.length < count && performance.now() < deadline) {
      for (const message of await this.messages(queue, Math.min(10, count - records.length))) {
        records.push(lambdaRecord(message, queue));
      }
    }
    if (records.length < count) {
      throw new Error(`only ${records.length} of ${count} messages could be received`);
    }
    // In the order in which they were sent, so that properties can speak of first and last.
    const order = [...this.#names.keys()];
    const place = (record: SQSRecord) => order.indexOf(record.messageId);
    if (!queue.fifo) {
      records.sort((a, b) => place(a) - place(b));
    }
    return { queue, records, names: this.#names };
  }

  async messages(queue: Queue, max = 10): Promise<readonly Message[]> {
    const answer = await this.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.url,
        MaxNumberOfMessages: max,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
    );
    return answer.Messages ?? [];
  }

  /** The reasons of the messages in a dead-letter queue, sorted. */
  async reasons(queue: Queue): Promise<string[]> {
    const reasons = (await this.messages(queue)).map((deadLetter) => {
      const text = deadLetter.MessageAttributes?.fanfareFailure?.StringValue ?? '{"error":"no reason"}';
      const reason: { error?: string } = JSON.parse(text);
      return reason.error ?? "no error";
    });
    return reasons.sort();
  }

  /** A new queue with the messages, received. */
  async deliver(
    messages: readonly Outgoing[],
    options: { fifo?: boolean; attributes?: Record<string, string> } = {},
  ): Promise<Batch> {
    const queue = await this.queue(options);
    await this.send(queue, messages);
    return await this.receive(queue, messages.length);
  }

  /** Deletes what was acknowledged and makes the rest visible now, so that properties need not wait out a backoff. */
  async settle(batch: Batch, result: Result): Promise<void> {
    const failed = new Set(result.failed);
    const QueueUrl = batch.queue.url;
    for (let at = 0; at < batch.records.length; at += 10) {
      const some = batch.records.slice(at, at + 10).map((record, index) => ({ record, Id: String(index) }));
      const gone = some.filter(({ record }) => !failed.has(record.messageId));
      const back = some.filter(({ record }) => failed.has(record.messageId));
      if (gone.length > 0) {
        const Entries = gone.map(({ record, Id }) => ({ Id, ReceiptHandle: record.receiptHandle }));
        await this.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
      if (back.length > 0) {
        const Entries = back.map(({ record, Id }) => ({
          Id,
          ReceiptHandle: record.receiptHandle,
          VisibilityTimeout: 0,
        }));
        await this.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
      }
    }
  }

  /** Settles an invocation and receives what is redelivered. */
  async again(batch: Batch, result: Result): Promise<Batch> {
    await this.settle(batch, result);
    return await this.receive(batch.queue, result.failed.length);
  }

  /** Names of the messages that an invocation gave back, in its order. */
  failed(batch: Batch, result: Result): string[] {
    return result.failed.map((id) => batch.names.get(id) ?? id);
  }

  close(): void {
    for (const worker of this.#workers) {
      worker.close();
    }
    for (const client of [this.sqs, this.s3, this.dynamodb]) {
      client.destroy();
    }
  }
}

function lambdaRecord(message: Message, queue: Queue): SQSRecord {
  const record = sqsRecordOf(message, queue.arn);
  // JSON, as Lambda hands it over; the shape is the one of @types/aws-lambda.
  return JSON.parse(JSON.stringify(record));
}

/** A write that shows how often it happened. */
export function addOne(table: string, id: string) {
  return {
    Update: {
      TableName: table,
      Key: { id: { S: id } },
      UpdateExpression: "ADD n :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
    },
  };
}
