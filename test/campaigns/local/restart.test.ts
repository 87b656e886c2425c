import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startLocalRuntime } from "../../../lib/local/index.ts";
import { RuntimeProcess } from "../../chaos/runtime/index.ts";
import {
  allowService,
  getAtt,
  mapping,
  nodeFunction,
  queue,
  ref,
  type StackFixture,
  writeAssembly,
} from "../../integration/local/runtime/assembly.ts";
import { until } from "../../integration/local/runtime/harness.ts";

/** Writes down each message, one after the other, and takes its time: a kill finds it at work. */
const HANDLER = `import { appendFileSync } from "node:fs";
export const handler = async ({ Records }) => {
  for (const { body } of Records) {
    appendFileSync(process.env.SEEN, body + "\\n");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { batchItemFailures: [] };
};`;

const MESSAGES = 200;
const GROUPS = 10;
const place = { region: "eu-central-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };

let folder: string;
let runtime: RuntimeProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fanfare-restart-"));
});

afterEach(async () => {
  await runtime?.kill();
  runtime = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const seen = (name: string): string[] => {
  try {
    return readFileSync(join(folder, name), "utf8").trimEnd().split("\n");
  } catch {
    return [];
  }
};

function app(): Record<string, StackFixture> {
  const consumer = (name: string) =>
    nodeFunction("code", { Timeout: 2, Environment: { Variables: { SEEN: join(folder, name) } } });
  const once = { ScalingConfig: { MaximumConcurrency: 2 } };
  return {
    App: {
      bundles: { code: HANDLER },
      resources: {
        Topic: { Type: "AWS::SNS::Topic", Properties: { TopicName: "news.fifo", FifoTopic: true } },
        Ordered: queue({ QueueName: "ordered.fifo", FifoQueue: true, VisibilityTimeout: 3 }),
        Allow: allowService("Ordered", "sns.amazonaws.com", ref("Topic")),
        Subscription: {
          Type: "AWS::SNS::Subscription",
          Properties: {
            TopicArn: ref("Topic"),
            Protocol: "sqs",
            Endpoint: getAtt("Ordered"),
            RawMessageDelivery: true,
          },
        },
        Any: queue({ QueueName: "any", VisibilityTimeout: 3 }),
        OrderedFunction: consumer("ordered"),
        AnyFunction: consumer("any"),
        OrderedMapping: mapping("Ordered", "OrderedFunction", once),
        AnyMapping: mapping("Any", "AnyFunction", once),
        Table: {
          Type: "AWS::DynamoDB::Table",
          Properties: {
            TableName: "table",
            BillingMode: "PAY_PER_REQUEST",
            AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
            KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          },
        },
      },
    },
  };
}

test("a runtime killed in the middle of its work goes on where it was", async () => {
  const assembly = writeAssembly(app(), folder);
  runtime = new RuntimeProcess({ assembly, data: join(folder, "data"), folder });
  await runtime.start();
  const { endpoint } = runtime;
  const sqs = new SQSClient({ ...place, endpoint, useQueueUrlAsEndpoint: false });
  const sns = new SNSClient({ ...place, endpoint });
  const s3 = new S3Client({ ...place, endpoint, forcePathStyle: true });
  const dynamodb = new DynamoDBClient({ ...place, endpoint });
  const Body = Buffer.alloc(100_000, "x");
  await s3.send(new CreateBucketCommand({ Bucket: "bucket" }));
  await s3.send(new PutObjectCommand({ Bucket: "bucket", Key: "large", Body }));
  await dynamodb.send(new PutItemCommand({ TableName: "table", Item: { id: { S: "kept" } } }));
  for (let start = 0; start < MESSAGES; start += 10) {
    const numbers = Array.from({ length: 10 }, (_unused, index) => start + index);
    await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: `${endpoint}/000000000000/any`,
        Entries: numbers.map((number) => ({ Id: String(number), MessageBody: String(number) })),
      }),
    );
    await sns.send(
      new PublishBatchCommand({
        TopicArn: "arn:aws:sns:eu-central-1:000000000000:news.fifo",
        PublishBatchRequestEntries: numbers.map((number) => ({
          Id: String(number),
          Message: String(number),
          MessageGroupId: `group-${number % GROUPS}`,
          MessageDeduplicationId: String(number),
        })),
      }),
    );
  }
  await until(() => seen("ordered").length > 20 && seen("any").length > 20, "something was handled");
  expect(await runtime.kill(), "nothing of it stays behind").toEqual([]);
  expect(seen("any").length, "the kill came in the middle").toBeLessThan(MESSAGES);
  await runtime.start();

  const all = Array.from({ length: MESSAGES }, (_unused, number) => String(number));
  for (const name of ["ordered", "any"]) {
    await until(() => new Set(seen(name)).size === MESSAGES, `all were handled by ${name}`, 40_000);
    expect(new Set(seen(name))).toEqual(new Set(all));
  }
  // Those in hand at the kill come twice, and their groups start again with them: nobody overtakes.
  for (let group = 0; group < GROUPS; group++) {
    const first = [...new Set(seen("ordered").filter((body) => Number(body) % GROUPS === group))].map(Number);
    expect(first).toEqual(first.toSorted((left, right) => left - right));
  }
  const object = await s3.send(new GetObjectCommand({ Bucket: "bucket", Key: "large" }));
  expect(Buffer.from((await object.Body?.transformToByteArray()) ?? [])).toEqual(Body);
  const item = await dynamodb.send(new GetItemCommand({ TableName: "table", Key: { id: { S: "kept" } } }));
  expect(item.Item).toEqual({ id: { S: "kept" } });
  expect(await runtime.stop()).toEqual([]);
  for (const client of [sqs, sns, s3, dynamodb]) {
    client.destroy();
  }
}, 120_000);

test("a data folder in use is refused with the process that uses it, and free again afterwards", async () => {
  const assembly = writeAssembly(app(), folder);
  const options = { assembly, dataDirectory: join(folder, "data") };
  const first = await startLocalRuntime(options);
  await expect(startLocalRuntime(options)).rejects.toMatchObject({
    code: "DataInUse",
    message: expect.stringContaining(String(process.pid)),
  });
  await first.close();
  const second = await startLocalRuntime(options);
  await second.close();
});

test("handlers and pollers go through the client endpoint, DynamoDB included", async () => {
  const assembly = writeAssembly(
    {
      App: {
        bundles: {
          code: "export const handler = async () => [process.env.AWS_ENDPOINT_URL, process.env.AWS_ENDPOINT_URL_DYNAMODB];",
        },
        resources: { Function: nodeFunction("code") },
      },
    },
    folder,
  );
  const clientEndpoint = "http://127.0.0.1:9";
  const local = await startLocalRuntime({ assembly, clientEndpoint });
  expect(local.endpoint).toBe(clientEndpoint);
  expect(local.serverEndpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(local.serverEndpoint).not.toBe(clientEndpoint);
  expect(await local.invoke("Function", {})).toMatchObject({ payload: [clientEndpoint, clientEndpoint] });
  await local.close();
});
