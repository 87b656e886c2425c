import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient, GetShardIteratorCommand } from "@aws-sdk/client-dynamodb-streams";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import * as s3 from "@aws-sdk/client-s3";
import * as sns from "@aws-sdk/client-sns";
import * as sqs from "@aws-sdk/client-sqs";
import { describe, expect, it, onTestFinished } from "vitest";
import { startLocalRuntime } from "../../../../lib/local/index.ts";
import { nodeFunction, queue, removeAssembly, writeAssembly } from "../runtime/assembly.ts";
import { ACCOUNT, clientConfig, REGION, raw, signed, startHarness } from "../server/support/harness.ts";

/** Names that every plain object inherits. */
const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "isPrototypeOf"];

const object = <Value>(name: string, value: Value): Record<string, Value> => Object.fromEntries([[name, value]]);
const folderOf = () => {
  const folder = mkdtempSync(join(tmpdir(), "fanfare-names-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** Waits for calls of which each may be refused. */
const tried = (calls: readonly Promise<unknown>[]) => Promise.allSettled(calls);

describe("names that plain objects inherit, in every call of DynamoDB that takes one", () => {
  it("are names like others: of tables, attributes, indexes, placeholders and tags; and survive the process", async () => {
    const folder = folderOf();
    const harness = await startHarness({ dataDirectory: join(folder, "data") });
    const db = new dynamodb.DynamoDBClient(clientConfig(harness.server.endpoint));
    const streams = new DynamoDBStreamsClient(clientConfig(harness.server.endpoint));
    onTestFinished(() => [db, streams].forEach((client) => void client.destroy()));
    for (const name of NAMES) {
      const definition: dynamodb.CreateTableCommandInput = {
        TableName: name.replaceAll("_", "-"),
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [name, "sort"].map((AttributeName) => ({ AttributeName, AttributeType: "S" as const })),
        KeySchema: [{ AttributeName: name, KeyType: "HASH" }],
        GlobalSecondaryIndexes: [
          {
            IndexName: name,
            KeySchema: [{ AttributeName: "sort", KeyType: "HASH" }],
            Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: [`${name}2`] },
          },
        ],
        StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
        Tags: [{ Key: name, Value: "x" }],
      };
      const { TableDescription } = await db.send(new dynamodb.CreateTableCommand(definition));
      const { TableName } = definition;
      const Key = object(name, { S: name });
      const other = { ...object(`${name}2`, { M: object(name, { S: "deep" }) }), sort: { S: "s" } };
      await db.send(new dynamodb.PutItemCommand({ TableName, Item: { ...Key, ...other } }));
      const values = { ExpressionAttributeValues: { ":v": { S: name } } };
      const names = { ExpressionAttributeNames: { "#n": name, "#m": `${name}2` } };
      await db.send(
        new dynamodb.UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: "SET #m.#n = :v, added = :v",
          ConditionExpression: "attribute_exists(#m.#n)",
          ...names,
          ...values,
        }),
      );
      const got = await db.send(
        new dynamodb.GetItemCommand({ TableName, Key, ProjectionExpression: "#m.#n", ...names }),
      );
      expect(Object.entries(got.Item?.[`${name}2`]?.M ?? {})).toEqual([[name, { S: name }]]);
      const { Count } = await db.send(
        new dynamodb.QueryCommand({
          TableName,
          IndexName: name,
          KeyConditionExpression: "sort = :s",
          ExpressionAttributeValues: { ":s": { S: "s" } },
        }),
      );
      expect(Count).toBe(1);
      const tokens = await tried([
        db.send(
          new dynamodb.ExecuteStatementCommand({
            Statement: `SELECT "${name}" FROM "${TableName}" WHERE "${name}" = '${name}'`,
          }),
        ),
        db.send(new dynamodb.BatchGetItemCommand({ RequestItems: object(TableName ?? "", { Keys: [Key] }) })),
      ]);
      expect(tokens.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
      // Most are refused: nothing has these names.
      await tried([
        db.send(new dynamodb.DescribeTableCommand({ TableName: `no-${name}` })),
        db.send(
          new dynamodb.QueryCommand({ TableName, IndexName: `${name}3`, KeyConditionExpression: "a = :v", ...values }),
        ),
        db.send(
          new dynamodb.UpdateTimeToLiveCommand({
            TableName,
            TimeToLiveSpecification: { Enabled: true, AttributeName: name },
          }),
        ),
        db.send(
          new dynamodb.TransactWriteItemsCommand({
            ClientRequestToken: name,
            TransactItems: [{ Put: { TableName, Item: Key } }],
          }),
        ),
        db.send(new dynamodb.PutItemCommand({ TableName, Item: object(name, { [name]: "x" } as never) })),
        db.send(new dynamodb.PutItemCommand({ TableName, Item: Key, ReturnValues: name as never })),
        db.send(new dynamodb.DeleteItemCommand({ TableName, Key: object(`${name}4`, { S: "x" }) })),
        db.send(new dynamodb.ScanCommand({ TableName, FilterExpression: `${name}(#n, :v)`, ...names, ...values })),
        db.send(
          new dynamodb.ScanCommand({
            TableName,
            FilterExpression: "#x = :y",
            ExpressionAttributeNames: object(`#${name}`, "x"),
          }),
        ),
        streams.send(
          new GetShardIteratorCommand({
            StreamArn: TableDescription?.LatestStreamArn,
            ShardId: name,
            ShardIteratorType: name as never,
          }),
        ),
      ]);
    }
    expect(harness.log.filter(({ status }) => status >= 500)).toEqual([]);
    cpSync(join(folder, "data"), join(folder, "killed"), { recursive: true });
    const again = await startHarness({ dataDirectory: join(folder, "killed") });
    expect(again.server.engine.snapshot()).toEqual(harness.server.engine.snapshot());
    const after = new dynamodb.DynamoDBClient(clientConfig(again.server.endpoint));
    onTestFinished(() => after.destroy());
    const { Items = [] } = await after.send(new dynamodb.ScanCommand({ TableName: "constructor" }));
    expect(Items.map((item) => item.constructor)).toEqual([{ S: "constructor" }]);
  });
});

describe("names that plain objects inherit, in the rest of SQS, SNS and S3", () => {
  const CALLS: readonly (readonly [string, (place: Place, name: string) => readonly Promise<unknown>[]])[] = [
    [
      "of SQS",
      ({ queueUrl: QueueUrl, ...place }, name) => [
        place.sqs.send(new sqs.CreateQueueCommand({ QueueName: name, tags: object(name, "x") })),
        place.sqs.send(new sqs.ListQueuesCommand({ QueueNamePrefix: name, NextToken: name, MaxResults: 1 })),
        place.sqs.send(new sqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name as never] })),
        place.sqs.send(new sqs.AddPermissionCommand({ QueueUrl, Label: name, AWSAccountIds: [name], Actions: [name] })),
        place.sqs.send(new sqs.RemovePermissionCommand({ QueueUrl, Label: name })),
        place.sqs.send(new sqs.UntagQueueCommand({ QueueUrl, TagKeys: [name] })),
        place.sqs.send(new sqs.SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: name, MessageBody: name }] })),
        place.sqs.send(
          new sqs.SendMessageCommand({
            QueueUrl,
            MessageBody: "x",
            MessageSystemAttributes: object(name, { DataType: name, StringValue: "x" }) as never,
          }),
        ),
        place.sqs.send(
          new sqs.SendMessageCommand({
            QueueUrl,
            MessageBody: "x",
            MessageAttributes: object(name, { DataType: name, StringValue: "x" }),
            MessageGroupId: name,
          }),
        ),
        place.sqs.send(
          new sqs.ReceiveMessageCommand({
            QueueUrl,
            MessageAttributeNames: [name],
            MessageSystemAttributeNames: [name as never],
            ReceiveRequestAttemptId: name,
          }),
        ),
        place.sqs.send(new sqs.DeleteMessageCommand({ QueueUrl, ReceiptHandle: name })),
        place.sqs.send(
          new sqs.SetQueueAttributesCommand({
            QueueUrl,
            Attributes: { RedrivePolicy: JSON.stringify(object(name, "x")) },
          }),
        ),
        place.sqs.send(
          new sqs.SetQueueAttributesCommand({
            QueueUrl,
            Attributes: { RedriveAllowPolicy: JSON.stringify({ redrivePermission: name }) },
          }),
        ),
        place.sqs.send(new sqs.StartMessageMoveTaskCommand({ SourceArn: name })),
        place.sqs.send(new sqs.CancelMessageMoveTaskCommand({ TaskHandle: name })),
      ],
    ],
    [
      "of SNS",
      ({ topicArn: TopicArn, ...place }, name) => [
        place.sns.send(new sns.CreateTopicCommand({ Name: name, Tags: [{ Key: name, Value: "x" }] })),
        place.sns.send(new sns.ListTopicsCommand({ NextToken: name })),
        place.sns.send(new sns.SubscribeCommand({ TopicArn, Protocol: name, Endpoint: name })),
        place.sns.send(
          new sns.SubscribeCommand({
            TopicArn,
            Protocol: "sqs",
            Endpoint: `arn:aws:sqs:${REGION}:${ACCOUNT}:queue`,
            Attributes: { FilterPolicyScope: name },
          }),
        ),
        place.sns.send(
          new sns.SubscribeCommand({
            TopicArn,
            Protocol: "sqs",
            Endpoint: `arn:aws:sqs:${REGION}:${ACCOUNT}:queue`,
            Attributes: { FilterPolicy: JSON.stringify(object(name, [object(name, "x")])) },
          }),
        ),
        place.sns.send(new sns.ConfirmSubscriptionCommand({ TopicArn, Token: name })),
        place.sns.send(
          new sns.AddPermissionCommand({ TopicArn, Label: name, AWSAccountId: [name], ActionName: [name] }),
        ),
        place.sns.send(new sns.UntagResourceCommand({ ResourceArn: TopicArn, TagKeys: [name] })),
        place.sns.send(
          new sns.PublishBatchCommand({
            TopicArn,
            PublishBatchRequestEntries: [
              { Id: name, Message: "x", MessageAttributes: object(name, { DataType: name, StringValue: "x" }) },
            ],
          }),
        ),
        place.sns.send(
          new sns.PublishCommand({ TopicArn, Message: JSON.stringify(object(name, "x")), MessageStructure: "json" }),
        ),
        place.sns.send(new sns.PublishCommand({ TopicArn, Message: "x", MessageStructure: name })),
        place.sns.send(
          new sns.SetTopicAttributesCommand({
            TopicArn,
            AttributeName: "DeliveryPolicy",
            AttributeValue: JSON.stringify(object(name, {})),
          }),
        ),
        place.sns.send(
          new sns.SetTopicAttributesCommand({
            TopicArn,
            AttributeName: "Policy",
            AttributeValue: JSON.stringify({ Statement: object(name, name) }),
          }),
        ),
        place.sns.send(
          new sns.PutDataProtectionPolicyCommand({
            ResourceArn: TopicArn,
            DataProtectionPolicy: JSON.stringify(object(name, {})),
          }),
        ),
      ],
    ],
    [
      "of S3",
      (place, name) => [
        place.s3.send(new s3.CreateBucketCommand({ Bucket: name.toLowerCase().replaceAll("_", "-x") })),
        place.s3.send(
          new s3.PutObjectCommand({
            Bucket: "bucket",
            Key: name,
            Body: "x",
            Metadata: object(name, "x"),
            Tagging: `${name}=x`,
            StorageClass: name as never,
          }),
        ),
        place.s3.send(
          new s3.PutObjectTaggingCommand({
            Bucket: "bucket",
            Key: "k",
            Tagging: { TagSet: [{ Key: name, Value: "x" }] },
          }),
        ),
        place.s3.send(
          new s3.ListObjectsV2Command({
            Bucket: "bucket",
            Prefix: name,
            Delimiter: name,
            ContinuationToken: name,
            StartAfter: name,
          }),
        ),
        place.s3.send(
          new s3.CopyObjectCommand({
            Bucket: "bucket",
            Key: name,
            CopySource: `bucket/${name}`,
            MetadataDirective: name as never,
          }),
        ),
        place.s3.send(
          new s3.CreateMultipartUploadCommand({
            Bucket: "bucket",
            Key: name,
            ChecksumAlgorithm: name as never,
            Metadata: object(name, "x"),
          }),
        ),
        place.s3.send(
          new s3.UploadPartCommand({ Bucket: "bucket", Key: name, UploadId: name, PartNumber: 1, Body: "x" }),
        ),
        place.s3.send(
          new s3.PutBucketPolicyCommand({
            Bucket: "bucket",
            Policy: JSON.stringify({ Statement: [object(name, name)] }),
          }),
        ),
        place.s3.send(
          new s3.PutBucketLifecycleConfigurationCommand({
            Bucket: "bucket",
            LifecycleConfiguration: {
              Rules: [{ ID: name, Status: "Enabled", Filter: { Prefix: name }, Expiration: { Days: 1 } }],
            },
          }),
        ),
        place.s3.send(
          new s3.PutBucketNotificationConfigurationCommand({
            Bucket: "bucket",
            NotificationConfiguration: { QueueConfigurations: [{ Id: name, QueueArn: name, Events: [name as never] }] },
          }),
        ),
        place.s3.send(
          new s3.DeleteObjectsCommand({ Bucket: "bucket", Delete: { Objects: [{ Key: name, VersionId: name }] } }),
        ),
        place.s3.send(
          new s3.GetObjectAttributesCommand({ Bucket: "bucket", Key: "k", ObjectAttributes: [name as never] }),
        ),
      ],
    ],
  ];

  interface Place {
    readonly sqs: sqs.SQSClient;
    readonly sns: sns.SNSClient;
    readonly s3: s3.S3Client;
    readonly queueUrl: string;
    readonly topicArn: string;
  }

  it.each(CALLS)("%s: no fault, and the folder starts again as it was", async (_what, calls) => {
    const folder = folderOf();
    const harness = await startHarness({ dataDirectory: join(folder, "data") });
    const { TopicArn: topicArn = "" } = await harness.sns.send(new sns.CreateTopicCommand({ Name: "topic" }));
    const { QueueUrl: queueUrl = "" } = await harness.sqs.send(new sqs.CreateQueueCommand({ QueueName: "queue" }));
    await harness.s3.send(new s3.CreateBucketCommand({ Bucket: "bucket" }));
    await harness.s3.send(new s3.PutObjectCommand({ Bucket: "bucket", Key: "k", Body: "x" }));
    for (const name of NAMES) {
      await tried(calls({ ...harness, queueUrl, topicArn }, name));
    }
    expect(new Set(harness.log.map(({ operation }) => operation)).size).toBeGreaterThan(10);
    expect(harness.log.filter(({ status }) => status >= 500)).toEqual([]);
    cpSync(join(folder, "data"), join(folder, "killed"), { recursive: true });
    const again = await startHarness({ dataDirectory: join(folder, "killed") });
    expect(again.server.engine.snapshot()).toEqual(harness.server.engine.snapshot());
  });
});

describe("names that plain objects inherit, where a request is routed", () => {
  it.each(NAMES)("%s is no service, no operation and no action", async (name) => {
    const { server, log } = await startHarness();
    const post = (service: string, headers: Record<string, string>, body = "{}") =>
      raw(server.endpoint, { method: "POST", headers: { authorization: signed(service), ...headers }, body });
    const replies = [
      await post(name, {}),
      await post("sqs", { "x-amz-target": `AmazonSQS.${name}` }),
      await post("dynamodb", { "x-amz-target": `DynamoDB_20120810.${name}` }),
      await post("events", { "x-amz-target": `AWSEvents.${name}` }),
      await post("states", { "x-amz-target": `AWSStepFunctions.${name}` }),
      await post("sns", { "content-type": "application/x-www-form-urlencoded" }, `Action=${name}`),
      await post("sts", { "content-type": "application/x-www-form-urlencoded" }, `Action=${name}`),
      await raw(server.endpoint, { path: `/bucket?${name}`, headers: { authorization: signed("s3") } }),
      await raw(server.endpoint, { path: `/_fanfare/${name}` }),
      await raw(server.endpoint, { path: `/_fanfare/apis/${name}` }),
    ];
    for (const { status, text } of replies) {
      expect(status, text).toBeGreaterThanOrEqual(400);
      // 501 is what S3 answers where it does not know an operation.
      expect([500, 502, 503], text).not.toContain(status);
    }
    expect(log.filter(({ status }) => status === 500)).toEqual([]);
  });

  it("are names of functions, buses, details, schedules and groups like others", async () => {
    const directory = writeAssembly({
      Names: {
        resources: { Queue: queue({ QueueName: "queue" }), Fn: nodeFunction("fn") },
        bundles: { fn: "export const handler = async (event) => event;" },
      },
    });
    const runtime = await startLocalRuntime({ assembly: directory });
    const lambda = new LambdaClient(clientConfig(runtime.endpoint));
    onTestFinished(async () => {
      lambda.destroy();
      await runtime.close();
      removeAssembly(directory);
    });
    const call = (service: string, method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
      raw(runtime.endpoint, {
        method,
        path,
        headers: { authorization: signed(service), ...headers },
        body: JSON.stringify(body),
      });
    const events = { "x-amz-target": "AWSEvents.PutEvents", "content-type": "application/x-amz-json-1.1" };
    const Target = { Arn: runtime.deployment.find("Queue").arn, RoleArn: "r", Input: "x" };
    for (const name of NAMES) {
      await expect(lambda.send(new InvokeCommand({ FunctionName: name }))).rejects.toMatchObject({
        name: "ResourceNotFoundException",
      });
      const { Payload } = await lambda.send(
        new InvokeCommand({
          FunctionName: runtime.deployment.find("Fn").physicalId,
          Payload: JSON.stringify(object(name, name)),
        }),
      );
      expect(Buffer.from(Payload ?? []).toString()).toBe(JSON.stringify(object(name, name)));
      const entry = { Source: name, DetailType: name, Detail: JSON.stringify(object(name, name)), EventBusName: name };
      expect(
        (await call("events", "POST", "/", { Entries: [entry, { ...entry, EventBusName: "default" }] }, events)).status,
      ).toBe(200);
      const schedule = { ScheduleExpression: "rate(1 minute)", FlexibleTimeWindow: { Mode: "OFF" }, Target };
      const made = await call("scheduler", "POST", `/schedules/${name}`, schedule);
      expect([made.status, made.text]).toEqual([200, expect.stringContaining(`schedule/default/${name}`)]);
      expect((await call("scheduler", "GET", `/schedules/${name}`, undefined)).text).toContain(`"Name":"${name}"`);
      const wrong = await call("scheduler", "POST", `/schedules/a${name}`, {
        ...schedule,
        FlexibleTimeWindow: { Mode: name },
        GroupName: name,
      });
      expect(wrong.status).toBeLessThan(500);
      expect((await call("scheduler", "DELETE", `/schedules/${name}`, undefined)).status).toBe(200);
      expect((await call("scheduler", "GET", `/schedules/${name}`, undefined)).status).toBe(404);
    }
  });
});
