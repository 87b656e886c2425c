import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, expect, test } from "vitest";
import { getAtt, mapping, nodeFunction, queue, type Resource, ref } from "./assembly.ts";
import { type Harness, start, until } from "./harness.ts";

let harness: Harness | undefined;

afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

const PLACE = "eu-central-1:000000000000";
const queueArn = (name: string) => `arn:aws:sqs:${PLACE}:${name}`;
const topicArn = (name: string) => `arn:aws:sns:${PLACE}:${name}`;
const print = "export const handler = async (event) => { console.log(JSON.stringify(event.Records[0])); };";
const subscription = (properties: object): Resource => ({
  Type: "AWS::SNS::Subscription",
  Properties: { ...properties },
});
const notifications = (BucketName: unknown, configuration: object): Resource => ({
  Type: "Custom::S3BucketNotifications",
  Properties: { ServiceToken: "x", BucketName, NotificationConfiguration: configuration, Managed: false },
});
const allowed: Resource = {
  Type: "AWS::SQS::QueuePolicy",
  Properties: {
    Queues: [ref("Work")],
    PolicyDocument: {
      Statement: [
        {
          Effect: "Allow",
          Action: "sqs:SendMessage",
          Principal: { Service: "sns.amazonaws.com" },
          Resource: getAtt("Work"),
        },
      ],
    },
  },
};

/** An app that uses what other apps have. */
const app = (resources: Readonly<Record<string, Resource>>) => ({
  App: {
    resources: { Print: nodeFunction("print"), Work: queue(), WorkMapping: mapping("Work", "Print"), ...resources },
    bundles: { print },
  },
});

const standIns = () => harness?.runtime.deployment.leftOut.map(({ what }) => what).sort();

test("a queue of another app: messages that are sent to it reach the function", async () => {
  harness = await start(app({ Foreign: mapping("Work", "Print", { EventSourceArn: queueArn("theirs") }) }));
  const QueueUrl = `${harness.runtime.endpoint}/000000000000/theirs`;
  await harness.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
  await until(() => harness?.seen().length === 1, "one record");
  expect(harness.seen()).toMatchObject([{ body: "hello", eventSourceARN: queueArn("theirs") }]);
  expect(standIns()).toEqual([queueArn("theirs")]);
  expect(harness.runtime.deployment.warnings).toEqual([
    `${queueArn("theirs")}: an empty one stands in for what another app has (App/Foreign)`,
  ]);
});

test("topics of other apps, of another account too: what is published reaches the queue and the function", async () => {
  const theirs = "arn:aws:sns:eu-west-1:111111111111:theirs";
  harness = await start(
    app({
      Allowed: allowed,
      Own: subscription({
        TopicArn: topicArn("central"),
        Protocol: "sqs",
        Endpoint: getAtt("Work"),
        RawMessageDelivery: true,
      }),
      Same: subscription({ TopicArn: topicArn("central"), Protocol: "lambda", Endpoint: getAtt("Print") }),
      Far: subscription({ TopicArn: theirs, Region: "eu-west-1", Protocol: "lambda", Endpoint: getAtt("Print") }),
    }),
  );
  await harness.sns.send(new PublishCommand({ TopicArn: topicArn("central"), Message: "near" }));
  await until(() => harness?.seen().length === 2, "the records of the queue and of the topic");
  expect(harness.seen()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ body: "near" }),
      expect.objectContaining({ Sns: expect.objectContaining({ Message: "near" }) }),
    ]),
  );
  expect(standIns()).toEqual([topicArn("central"), theirs]);
});

test("a bucket of another app: objects reach the function", async () => {
  const Events = ["s3:ObjectCreated:*"];
  harness = await start(
    app({
      Notify: notifications("their-bucket", {
        LambdaFunctionConfigurations: [{ Events, LambdaFunctionArn: getAtt("Print") }],
      }),
    }),
  );
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const s3 = new S3Client({
    endpoint: harness.runtime.endpoint,
    region: "eu-central-1",
    credentials,
    forcePathStyle: true,
  });
  await s3.send(new PutObjectCommand({ Bucket: "their-bucket", Key: "k", Body: "x" }));
  s3.destroy();
  await until(() => harness?.seen().length === 1, "one record");
  expect(harness.seen()).toMatchObject([{ s3: { bucket: { name: "their-bucket" }, object: { key: "k" } } }]);
  expect(standIns()).toEqual(["their-bucket"]);
});

test("queues of other apps as destinations and dead-letter queues do not stop the start", async () => {
  const Events = ["s3:ObjectCreated:*"];
  harness = await start(
    app({
      Bucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: "own-bucket" } },
      Notify: notifications(ref("Bucket"), { QueueConfigurations: [{ Events, QueueArn: queueArn("inbox") }] }),
      Redriven: queue({
        QueueName: "redriven",
        RedrivePolicy: { deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 3 },
      }),
      Topic: { Type: "AWS::SNS::Topic", Properties: { TopicName: "own" } },
      Subscribed: subscription({
        TopicArn: ref("Topic"),
        Protocol: "lambda",
        Endpoint: getAtt("Print"),
        RedrivePolicy: { deadLetterTargetArn: queueArn("undelivered") },
      }),
    }),
  );
  const QueueUrl = harness.runtime.deployment.find("Redriven").physicalId;
  const { Attributes } = await harness.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["RedrivePolicy"] }),
  );
  expect(JSON.parse(Attributes?.RedrivePolicy ?? "{}").deadLetterTargetArn).toBe(queueArn("dead"));
  expect(standIns()).toEqual(expect.arrayContaining([queueArn("dead"), queueArn("inbox")]));
});

test("a queue that another stack of the app declares is the declared one", async () => {
  harness = await start({
    ...app({ Foreign: mapping("Work", "Print", { EventSourceArn: queueArn("shared") }) }),
    Shared: { resources: { Queue: queue({ QueueName: "shared", VisibilityTimeout: 40 }) } },
  });
  const QueueUrl = harness.runtime.deployment.find("Shared/Queue").physicalId;
  const { Attributes } = await harness.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["VisibilityTimeout", "Policy"] }),
  );
  expect(Attributes).toEqual({ VisibilityTimeout: "40" });
  await harness.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
  await until(() => harness?.seen().length === 1, "one record");
});
