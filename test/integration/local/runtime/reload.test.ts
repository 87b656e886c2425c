import { DescribeTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
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
