import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { afterEach, expect, test } from "vitest";
import { getAtt, nodeFunction, queue, type Resource, ref } from "./assembly.ts";
import { type Harness, start, until } from "./harness.ts";

/** Prints the batch as `[name of the event, id]` pairs, and fails on ids that start with `bad`. */
const RECORDER = `export const handler = async (event) => {
  const ids = event.Records.map(({ dynamodb }) => dynamodb.Keys.id.S);
  console.log(JSON.stringify({ batch: event.Records.map(({ eventName }, index) => eventName + " " + ids[index]) }));
  if (process.env.FULL) console.log(JSON.stringify({ full: event }));
  const failed = event.Records.filter((_, index) => ids[index].startsWith("bad"));
  if (process.env.PARTIAL) return { batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })) };
  if (failed.length > 0) throw new RangeError("bad record");
};`;

let harness: Harness | undefined;
let folder: string | undefined;
const open: { destroy(): void }[] = [];

afterEach(async () => {
  for (const client of open.splice(0)) {
    client.destroy();
  }
  await harness?.close();
  harness = undefined;
  if (folder !== undefined) {
    rmSync(folder, { recursive: true });
    folder = undefined;
  }
});

const TABLE: Resource = {
  Type: "AWS::DynamoDB::Table",
  Properties: {
    TableName: "orders",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
    StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
  },
};

function streamMapping(properties: Readonly<Record<string, unknown>> = {}): Resource {
  return {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: {
      EventSourceArn: getAtt("Table", "StreamArn"),
      FunctionName: ref("Reader"),
      StartingPosition: "TRIM_HORIZON",
      ...properties,
    },
  };
}

/** A table, a function and a mapping between them. */
const app = (
  properties: Readonly<Record<string, unknown>> = {},
  variables: Readonly<Record<string, string>> = {},
  more: Readonly<Record<string, Resource>> = {},
) => ({
  App: {
    bundles: { reader: RECORDER },
    resources: {
      Table: TABLE,
      Reader: nodeFunction("reader", { Environment: { Variables: variables } }),
      Mapping: streamMapping(properties),
      ...more,
    },
  },
});

const TEST = { region: "eu-central-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };

function table(running: Harness) {
  const client = new DynamoDBClient({ ...TEST, endpoint: running.runtime.dynamoDbEndpoint });
  open.push(client);
  return {
    client,
    put: (id: string, more: Record<string, AttributeValue> = {}) =>
      client.send(new PutItemCommand({ TableName: "orders", Item: { id: { S: id }, ...more } })),
  };
}

/** The batches that the function has got, in order. */
const batches = () =>
  (harness?.seen() ?? []).flatMap((line) => {
    const { batch } = Object(line) as { batch?: string[] };
    return batch === undefined ? [] : [batch];
  });

test("a write, a change and a deletion reach the function in order, in the form of Lambda's event", async () => {
  harness = await start(app({ StartingPosition: "LATEST" }, { FULL: "1" }));
  const { client, put } = table(harness);
  const Key = { id: { S: "a" } };
  await put("a", { bytes: { B: Buffer.from("xyz") }, list: { L: [{ BS: [Buffer.from("b")] }, { NULL: true }] } });
  await client.send(
    new UpdateItemCommand({
      TableName: "orders",
      Key,
      UpdateExpression: "SET n = :n REMOVE #b, #l",
      ExpressionAttributeNames: { "#b": "bytes", "#l": "list" },
      ExpressionAttributeValues: { ":n": { N: "1.50" } },
    }),
  );
  await client.send(new DeleteItemCommand({ TableName: "orders", Key }));
  await harness.runtime.whenQuiet();
  await until(() => batches().flat().length === 3, "three records");
  expect(batches().flat()).toEqual(["INSERT a", "MODIFY a", "REMOVE a"]);
  const records = harness.seen().flatMap((line) => (Object(line).full?.Records ?? []) as Record<string, unknown>[]);
  expect(records[0]).toEqual({
    eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
    eventName: "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "eu-central-1",
    eventSourceARN: harness.runtime.deployment.find("Table").attributes.StreamArn,
    dynamodb: {
      ApproximateCreationDateTime: expect.any(Number),
      Keys: { id: { S: "a" } },
      NewImage: {
        id: { S: "a" },
        bytes: { B: "eHl6" },
        list: { L: [{ BS: ["Yg=="] }, { NULL: true }] },
      },
      SequenceNumber: expect.stringMatching(/^\d{21,}$/),
      SizeBytes: expect.any(Number),
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  });
  expect(records[1]).toMatchObject({ dynamodb: { NewImage: { n: { N: "1.5" } }, OldImage: { bytes: { B: "eHl6" } } } });
  expect(records[2]).not.toHaveProperty("dynamodb.NewImage");
  expect(harness.runtime.deployment.leftOut).toEqual([]);
  expect(harness.runtime.stats).toMatchObject([{ received: 3, succeeded: 3, inFlight: 0 }]);
});

test("a batching window gathers writes, and filters pass over what does not match", async () => {
  const Pattern = JSON.stringify({
    eventName: ["INSERT"],
    dynamodb: { NewImage: { kind: { S: [{ prefix: "or" }] } } },
  });
  harness = await start(
    app({ MaximumBatchingWindowInSeconds: 2, BatchSize: 3, FilterCriteria: { Filters: [{ Pattern }] } }),
  );
  const { put } = table(harness);
  for (const [id, kind] of [
    ["a", "order"],
    ["x", "other"],
    ["b", "order"],
    ["c", "origin"],
    ["d", "order"],
  ] as const) {
    await put(id, { kind: { S: kind } });
  }
  await harness.runtime.whenQuiet();
  await until(() => batches().length === 2, "two batches");
  expect(batches()).toEqual([["INSERT a", "INSERT b", "INSERT c"], ["INSERT d"]]);
  expect(harness.runtime.stats).toMatchObject([{ received: 5, filtered: 1, succeeded: 4 }]);
  expect(harness.events.filter(({ type }) => type === "filtered")).toMatchObject([{ messages: 1, filters: [Pattern] }]);
});

test("splits isolate the bad record, whose retries end in a description at the destination", async () => {
  harness = await start(
    app(
      {
        MaximumBatchingWindowInSeconds: 1,
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 1,
        DestinationConfig: { OnFailure: { Destination: getAtt("Failed") } },
      },
      {},
      { Failed: queue() },
    ),
  );
  const { put } = table(harness);
  for (const id of ["a", "b", "bad", "c"]) {
    await put(id);
  }
  await harness.runtime.whenQuiet();
  expect(harness.runtime.stats).toMatchObject([{ succeeded: 3, inFlight: 0 }]);
  const [text = "", ...others] = await harness.peek("Failed");
  expect(others).toEqual([]);
  await until(() => batches().filter(([first]) => first === "INSERT bad").length >= 2, "two attempts");
  const { StreamArn } = harness.runtime.deployment.find("Table").attributes;
  const description = JSON.parse(text);
  expect(description).toEqual({
    version: "1.0",
    timestamp: expect.any(String),
    requestContext: {
      requestId: expect.stringMatching(/./),
      functionArn: harness.runtime.deployment.find("Reader").arn,
      condition: "RetryAttemptsExhausted",
      approximateInvokeCount: 2,
    },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    DDBStreamBatchInfo: {
      shardId: expect.stringContaining("shardId-"),
      startSequenceNumber: expect.any(String),
      endSequenceNumber: expect.any(String),
      approximateArrivalOfFirstRecord: expect.stringMatching(/:\d\dZ$/),
      approximateArrivalOfLastRecord: expect.stringMatching(/:\d\dZ$/),
      batchSize: 1,
      streamArn: StreamArn,
    },
  });
});

test("a partial response commits what stands before the failed record; a bucket gets the rest with its records", async () => {
  harness = await start(
    app(
      {
        MaximumBatchingWindowInSeconds: 1,
        MaximumRetryAttempts: 1,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        DestinationConfig: { OnFailure: { Destination: getAtt("Bucket") } },
      },
      { PARTIAL: "1" },
      { Bucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: "discarded" } } },
    ),
  );
  const { put } = table(harness);
  for (const id of ["a", "bad", "b"]) {
    await put(id);
  }
  await harness.runtime.whenQuiet();
  await put("later");
  await harness.runtime.whenQuiet();
  await until(() => batches().length === 3, "three batches");
  expect(batches()).toEqual([["INSERT a", "INSERT bad", "INSERT b"], ["INSERT bad", "INSERT b"], ["INSERT later"]]);
  const s3 = new S3Client({ ...TEST, endpoint: harness.runtime.endpoint, forcePathStyle: true });
  open.push(s3);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "discarded" }));
  expect(Contents.map(({ Key }) => Key)).toEqual([
    expect.stringMatching(
      /^aws\/lambda\/[\w-]+\/shardId-[\w-]+\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[\w-]+$/,
    ),
  ]);
});

test("several batches run at a time, and the records of one key stay in order", async () => {
  harness = await start(app({ ParallelizationFactor: 4, BatchSize: 2 }));
  const { client, put } = table(harness);
  const keys = ["a", "b", "c", "d", "e", "f"];
  await Promise.all(keys.map((key) => put(key)));
  for (const id of keys) {
    await client.send(new DeleteItemCommand({ TableName: "orders", Key: { id: { S: id } } }));
  }
  await harness.runtime.whenQuiet();
  await until(() => batches().flat().length === 12, "twelve records");
  for (const key of keys) {
    expect(
      batches()
        .flat()
        .filter((line) => line.endsWith(` ${key}`)),
    ).toEqual([`INSERT ${key}`, `REMOVE ${key}`]);
  }
});

test("a restart on a data folder and a changed mapping continue behind what is finished", async () => {
  folder = mkdtempSync(join(tmpdir(), "fanfare-streams-"));
  const options = { dataDirectory: folder };
  harness = await start(app(), options);
  await table(harness).put("first");
  await harness.runtime.whenQuiet();
  await harness.close();
  harness = await start(app({ BatchSize: 7 }), options);
  await table(harness).put("second");
  await harness.runtime.whenQuiet();
  await until(() => batches().length > 0, "a batch");
  expect(batches().flat()).toEqual(["INSERT second"]);
});

test("what Lambda refuses is refused, with its limits", async () => {
  for (const [properties, text] of [
    [{ StartingPosition: undefined }, /StartingPosition is missing/],
    [{ StartingPosition: "AT_TIMESTAMP" }, /must be TRIM_HORIZON or LATEST/],
    [{ BatchSize: 10_001 }, /BatchSize is 10001, must be an integer from 1 to 10000/],
    [{ ParallelizationFactor: 11 }, /ParallelizationFactor is 11/],
    [{ MaximumRecordAgeInSeconds: 59 }, /MaximumRecordAgeInSeconds is 59, must be -1 or an integer from 60 to 604800/],
    [{ FilterCriteria: { Filters: [{ Pattern: "[]" }] } }, /not a JSON object/],
  ] as const) {
    await expect(start(app(properties))).rejects.toThrow(text);
  }
});
