import {
  BatchExecuteStatementCommand,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateTopicCommand, PublishBatchCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalServer, startServer } from "../../../lib/local/server/index.ts";
import { type FaultKind, FaultPlan, FaultProxy } from "../../chaos/proxy/index.ts";

/** Numbers for whoever asks for one: 0.3 chooses an entry, 0.9 leaves it. */
function numbers(...given: number[]): () => number {
  let at = 0;
  return () => given[at++ % given.length] ?? 0;
}

let server: LocalServer;
let proxy: FaultProxy;
let next: FaultKind | undefined;
let random = numbers(0.3);
let sqs: SQSClient;
let sns: SNSClient;
let s3: S3Client;
let dynamodb: DynamoDBClient;
let QueueUrl = "";

beforeEach(async () => {
  server = await startServer();
  proxy = new FaultProxy({
    plan: {
      next: () => {
        const kind = next;
        next = undefined;
        return kind === undefined ? undefined : { kind, random };
      },
    },
  });
  await proxy.start();
  proxy.connect(server.endpoint);
  proxy.active = true;
  random = numbers(0.3);
  const common = {
    endpoint: proxy.endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  sqs = new SQSClient({ ...common, useQueueUrlAsEndpoint: false });
  sns = new SNSClient(common);
  s3 = new S3Client({ ...common, forcePathStyle: true });
  dynamodb = new DynamoDBClient(common);
  ({ QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "work" })));
});

afterEach(async () => {
  next = undefined;
  for (const client of [sqs, sns, s3, dynamodb]) {
    client.destroy();
  }
  await proxy.close();
  await server.close();
});

const send = () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
const bodies = () =>
  server.engine.sqs.inspect("arn:aws:sqs:eu-central-1:000000000000:work").map((message) => message.body);

describe("whole calls", () => {
  it.each<[FaultKind, boolean]>([
    ["reset", false],
    ["throttle", false],
    ["serverError", false],
    ["lostAnswer", true],
    ["cutAnswer", true],
    ["errorAfterEffect", true],
  ])("%s: the client sees an error; done: %s", async (kind, done) => {
    next = kind;
    await expect(send()).rejects.toThrow();
    expect(bodies()).toEqual(done ? ["hello"] : []);
    expect(proxy.counts).toEqual({ [kind]: { "sqs.SendMessage": 1 } });
  });

  it("delay: late, and done", async () => {
    next = "delay";
    await send();
    expect(bodies()).toEqual(["hello"]);
    expect(proxy.counts).toEqual({ delay: { "sqs.SendMessage": 1 } });
  });

  it("errors have the names by which the SDK knows that another try may succeed", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "bucket" }));
    const calls: (() => Promise<unknown>)[] = [
      send,
      () => sns.send(new CreateTopicCommand({ Name: "topic" })),
      () => s3.send(new PutObjectCommand({ Bucket: "bucket", Key: "k", Body: "x" })),
      () => dynamodb.send(new GetItemCommand({ TableName: "none", Key: { id: { S: "x" } } })),
    ];
    const names: unknown[] = [];
    for (const call of calls) {
      next = "throttle";
      names.push(await call().catch((error: Error) => error.name));
    }
    expect(names).toEqual([
      "RequestThrottled",
      "ThrottledException",
      "SlowDown",
      "ProvisionedThroughputExceededException",
    ]);
  });

  it("an object is whole or an error, never a part", async () => {
    const Body = Buffer.alloc(300_000, "abc");
    await s3.send(new CreateBucketCommand({ Bucket: "bucket" }));
    await s3.send(new PutObjectCommand({ Bucket: "bucket", Key: "k", Body }));
    const read = async () => {
      const answer = await s3.send(new GetObjectCommand({ Bucket: "bucket", Key: "k" }));
      return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
    };
    expect(await read()).toEqual(Body);
    next = "cutAnswer";
    await expect(read()).rejects.toThrow();
  });

  it("a transaction that meets another one wrote nothing", async () => {
    const TableName = await table();
    next = "transactionConflict";
    const write = dynamodb.send(
      new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: { id: { S: "x" } } } }] }),
    );
    await expect(write).rejects.toMatchObject({
      name: "TransactionCanceledException",
      CancellationReasons: [{ Code: "TransactionConflict" }],
    });
    expect((await dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: "x" } } }))).Item).toBeUndefined();
  });
});

describe("entries of a batch", () => {
  beforeEach(() => {
    next = undefined;
    // The first and third entry of four.
    random = numbers(0.3, 0.9, 0.3, 0.9);
  });

  const ids = ["a", "b", "c", "d"];

  it("SQS: throttled ones are not sent", async () => {
    next = "throttledEntries";
    const Entries = ids.map((Id) => ({ Id, MessageBody: Id }));
    const { Successful = [], Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(Successful.map(({ Id }) => Id)).toEqual(["b", "d"]);
    expect(Failed.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault])).toEqual([
      ["a", "RequestThrottled", false],
      ["c", "RequestThrottled", false],
    ]);
    expect(bodies()).toEqual(["b", "d"]);
    expect(proxy.counts).toEqual({ throttledEntries: { "sqs.SendMessageBatch": 2 } });
  });

  it("SQS: when all are throttled, the service does not see the call", async () => {
    const { MessageId } = await send();
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(message?.MessageId).toBe(MessageId);
    next = "throttledEntries";
    const Entries = [{ Id: "only", ReceiptHandle: message?.ReceiptHandle }];
    const answer = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    expect(answer).toMatchObject({ Successful: [], Failed: [{ Id: "only" }] });
    expect(bodies()).toEqual(["hello"]);
  });

  it("SNS: throttled ones are not published", async () => {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "topic" }));
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" }],
    });
    await sqs.send(new CreateQueueCommand({ QueueName: "heard", Attributes: { Policy } }));
    const heard = "arn:aws:sqs:eu-central-1:000000000000:heard";
    const Attributes = { RawMessageDelivery: "true" };
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: heard, Attributes }));
    next = "throttledEntries";
    const MessageAttributes = { name: { DataType: "String", StringValue: "ä & ö" } };
    const PublishBatchRequestEntries = ids.map((Id) => ({ Id, Message: Id, MessageAttributes }));
    const answer = await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(["b", "d"]);
    expect(answer.Failed?.map(({ Id, SenderFault }) => [Id, SenderFault])).toEqual([
      ["a", false],
      ["c", false],
    ]);
    const messages = server.engine.sqs.inspect(heard);
    expect(messages.map(({ body }) => body)).toEqual(["b", "d"]);
    expect(messages[0]?.messageAttributes.name?.StringValue).toBe("ä & ö");
  });

  it("DynamoDB: throttled statements keep their positions and are not done", async () => {
    const TableName = await table();
    next = "throttledEntries";
    const Statements = ids.map((id) => ({
      Statement: `INSERT INTO "${TableName}" VALUE {'id': ?}`,
      Parameters: [{ S: id }],
    }));
    const { Responses = [] } = await dynamodb.send(new BatchExecuteStatementCommand({ Statements }));
    const code = "ProvisionedThroughputExceeded";
    expect(Responses.map(({ Error: error }) => error?.Code)).toEqual([code, undefined, code, undefined]);
    const there = await Promise.all(
      ids.map(
        async (id) => (await dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }))).Item?.id?.S,
      ),
    );
    expect(there).toEqual([undefined, "b", undefined, "d"]);
  });
});

describe("the plan", () => {
  const call = { service: "sqs", operation: "SendMessageBatch" } as const;
  const first = (seed: string) => {
    const plan = new FaultPlan(seed);
    return Array.from({ length: 2_000 }, () => plan.next(call, 10)?.kind);
  };

  it("is the same for the same seed and another for another", () => {
    expect(first("one")).toEqual(first("one"));
    expect(first("one")).not.toEqual(first("two"));
  });

  it("has every kind, and leaves most calls alone", () => {
    const kinds = first("one");
    expect(kinds.filter((kind) => kind === undefined).length).toBeGreaterThan(1_700);
    expect(new Set(kinds).size).toBe(9);
  });

  it("leaves alone what deploys and looks", () => {
    const plan = new FaultPlan("one");
    const kinds = Array.from({ length: 2_000 }, () => plan.next({ service: "sqs", operation: "CreateQueue" }, 0));
    expect(kinds.every((kind) => kind === undefined)).toBe(true);
  });
});

async function table(): Promise<string> {
  const TableName = `table-${crypto.randomUUID()}`;
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
  await dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: "made" } } }));
  return TableName;
}
