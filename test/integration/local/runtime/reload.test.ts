import { DescribeTableCommand, DynamoDBClient, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { afterEach, expect, test } from "vitest";
import { startLocalRuntime } from "../../../../lib/local/index.ts";
import { getAtt, mapping, nodeFunction, queue, ref, removeAssembly, writeAssembly } from "./assembly.ts";
import { type Harness, start, until } from "./harness.ts";

let harness: Harness | undefined;

afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

function stack(version: number, more = {}, work = queue()) {
  return {
    Foreign: {
      bundles: {
        code: `export const handler = async () => { console.log(JSON.stringify({ version: ${version} })); };`,
      },
      resources: { Work: work, Function: nodeFunction("code"), Mapping: mapping("Work", "Function"), ...more },
    },
  };
}

test("after a reload the next message runs the new bundle, and queue and messages are kept", async () => {
  harness = await start(stack(1));
  await harness.send("Work", "one");
  await harness.runtime.whenQuiet();
  const url = harness.runtime.deployment.find("Work").physicalId;
  const oldPids = harness.runtime.pids;

  const deployment = await harness.runtime.reload(writeAssembly(stack(2), harness.directory));
  expect(deployment.find("Work")).toMatchObject({ physicalId: url, change: "unchanged" });
  expect(deployment.find("Function")).toMatchObject({ change: "updated" });

  await harness.send("Work", "two");
  await harness.runtime.whenQuiet();
  await until(() => harness?.seen().length === 2, "two lines");
  expect(harness.seen()).toEqual([{ version: 1 }, { version: 2 }]);
  expect(harness.runtime.pids).not.toEqual(oldPids);
});

test("a reload changes attributes, sets removed ones back, adds and removes resources", async () => {
  harness = await start(
    stack(1, { Extra: queue({ QueueName: "extra" }) }, queue({ DelaySeconds: 3, MessageRetentionPeriod: 60 })),
  );
  const attributes = async () => {
    const QueueUrl = harness?.runtime.deployment.find("Work").physicalId;
    const { Attributes } = (await harness?.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    )) ?? { Attributes: {} };
    return Attributes;
  };
  expect(await attributes()).toMatchObject({ DelaySeconds: "3", MessageRetentionPeriod: "60" });
  const next = stack(1, { Added: queue({ QueueName: "added" }) }, queue({ MessageRetentionPeriod: 120 }));
  const deployment = await harness.runtime.reload(writeAssembly(next, harness.directory));
  expect(await attributes()).toMatchObject({ DelaySeconds: "0", MessageRetentionPeriod: "120" });
  expect(deployment.find("Work").change).toBe("updated");
  await harness.sqs.send(new GetQueueUrlCommand({ QueueName: "added" }));
  await expect(harness.sqs.send(new GetQueueUrlCommand({ QueueName: "extra" }))).rejects.toMatchObject({
    name: "QueueDoesNotExist",
  });
});

test("a reload that fails leaves functions and mappings running", async () => {
  harness = await start(stack(1));
  // Lambda refuses a function that may run longer than the queue hides its message.
  const broken = stack(2);
  const slow = {
    Foreign: {
      ...broken.Foreign,
      resources: { ...broken.Foreign.resources, Function: nodeFunction("code", { Timeout: 60 }) },
    },
  };
  await expect(harness.runtime.reload(writeAssembly(slow, harness.directory))).rejects.toMatchObject({
    code: "MappingInvalid",
    message: expect.stringContaining("Queue visibility timeout: 20 seconds is less than Function timeout: 60 seconds"),
  });
  await harness.send("Work", "x");
  await harness.runtime.whenQuiet();
  await until(() => harness?.seen().length === 1, "one line");
  expect(harness.seen()).toEqual([{ version: 1 }]);
});

test("a start that fails leaves nothing running and names the mapping", async () => {
  const directory = writeAssembly(stack(1, { Mapping: mapping("Work", "Function", { BatchSize: 11 }) }));
  await expect(startLocalRuntime({ assembly: directory })).rejects.toMatchObject({
    code: "MappingInvalid",
    message: expect.stringContaining("MaximumBatchingWindowInSeconds must be at least 1"),
  });
  removeAssembly(directory);
});

test("a table of the template is there, with its keys, index and time to live, and its name reaches the function", async () => {
  harness = await start({
    Foreign: {
      bundles: { names: "export const handler = async () => process.env.TABLE;" },
      resources: {
        Table: {
          Type: "AWS::DynamoDB::Table",
          Properties: {
            AttributeDefinitions: [
              { AttributeName: "id", AttributeType: "S" },
              { AttributeName: "kind", AttributeType: "S" },
            ],
            KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
            BillingMode: "PROVISIONED",
            ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: "5" },
            GlobalSecondaryIndexes: [
              {
                IndexName: "byKind",
                KeySchema: [{ AttributeName: "kind", KeyType: "HASH" }],
                Projection: { ProjectionType: "KEYS_ONLY" },
              },
            ],
            TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
          },
        },
        Function: nodeFunction("names", { Environment: { Variables: { TABLE: ref("Table"), ARN: getAtt("Table") } } }),
      },
    },
  });
  const { payload: TableName } = { payload: "", ...(await harness.runtime.invoke("Function", null)) };
  const client = new DynamoDBClient({
    endpoint: harness.runtime.dynamoDbEndpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const { Table } = await client.send(new DescribeTableCommand({ TableName: String(TableName) }));
  expect(Table).toMatchObject({
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    GlobalSecondaryIndexes: [{ IndexName: "byKind" }],
  });
  await client.send(new PutItemCommand({ TableName: String(TableName), Item: { id: { S: "1" } } }));
  client.destroy();
});

test("a reload gives a table the indexes of the template, and keeps its items", async () => {
  const index = (IndexName: string, key: string, ProjectionType = "ALL") => ({
    IndexName,
    KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
    Projection: { ProjectionType },
  });
  const table = (...indexes: readonly ReturnType<typeof index>[]) => ({
    App: {
      resources: {
        Table: {
          Type: "AWS::DynamoDB::Table",
          Properties: {
            TableName: "indexed",
            BillingMode: "PAY_PER_REQUEST",
            KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
            AttributeDefinitions: ["id", ...new Set(indexes.map(({ KeySchema }) => KeySchema[0]?.AttributeName))].map(
              (AttributeName) => ({ AttributeName, AttributeType: "S" }),
            ),
            ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes: indexes }),
          },
        },
      },
    },
  });
  harness = await start(table(index("by-a", "a"), index("same", "a")));
  const { dynamoDbEndpoint: endpoint } = harness.runtime;
  const client = new DynamoDBClient({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  await client.send(
    new PutItemCommand({ TableName: "indexed", Item: { id: { S: "1" }, a: { S: "x" }, b: { S: "y" } } }),
  );
  writeAssembly(table(index("by-b", "b"), index("same", "a", "KEYS_ONLY")), harness.directory);
  await harness.runtime.reload();
  const query = async (IndexName: string, key: string, value: string) => {
    const { Items } = await client.send(
      new QueryCommand({
        TableName: "indexed",
        IndexName,
        KeyConditionExpression: "#k = :v",
        ExpressionAttributeNames: { "#k": key },
        ExpressionAttributeValues: { ":v": { S: value } },
      }),
    );
    return Items;
  };
  expect(await query("by-b", "b", "y")).toEqual([{ id: { S: "1" }, a: { S: "x" }, b: { S: "y" } }]);
  expect(await query("same", "a", "x")).toEqual([{ id: { S: "1" }, a: { S: "x" } }]);
  await expect(query("by-a", "a", "x")).rejects.toThrow(/index/);
  writeAssembly(table(), harness.directory);
  await harness.runtime.reload();
  await expect(query("by-b", "b", "y")).rejects.toThrow(/index/);
  client.destroy();
});
