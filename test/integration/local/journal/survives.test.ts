import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, PutBucketTaggingCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateTopicCommand,
  ListTopicsCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
} from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  ListQueueTagsCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
} from "@aws-sdk/client-sqs";
import { describe, expect, it, onTestFinished } from "vitest";
import { ACCOUNT, type Harness, REGION, raw, startHarness } from "../server/support/harness.ts";

/** Names that every plain object inherits. */
const NAMES = ["__proto__", "toString", "constructor", "hasOwnProperty", "valueOf"];

const OPEN_POLICY = JSON.stringify({
  Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" }],
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "fanfare-survives-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The folder as a killed process leaves it: copied while the server runs. */
function killed(folder: string): string {
  cpSync(join(folder, "data"), join(folder, "killed"), { recursive: true });
  return join(folder, "killed");
}

interface Place {
  readonly harness: Harness;
  readonly topic: string;
  readonly queue: string;
}

async function setUp(harness: Harness): Promise<Place> {
  const { sqs, sns, s3 } = harness;
  const { TopicArn: topic = "" } = await sns.send(new CreateTopicCommand({ Name: "topic" }));
  const Attributes = { Policy: OPEN_POLICY };
  const { QueueUrl: queue = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "queue", Attributes }));
  await s3.send(new CreateBucketCommand({ Bucket: "bucket" }));
  return { harness, topic, queue };
}

const object = (name: string, value: string) => Object.fromEntries([[name, value]]);

/** Every call in which a caller chooses a name. */
const CALLS: readonly (readonly [string, (place: Place, name: string) => Promise<unknown>])[] = [
  [
    "attributes of CreateTopic",
    ({ harness: { sns } }, name) => sns.send(new CreateTopicCommand({ Name: "other", Attributes: object(name, "x") })),
  ],
  [
    "the attribute of SetTopicAttributes",
    ({ harness: { sns }, topic: TopicArn }, AttributeName) =>
      sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue: "x" })),
  ],
  [
    "attributes of Subscribe",
    ({ harness: { sns }, topic: TopicArn }, name) =>
      sns.send(
        new SubscribeCommand({
          TopicArn,
          Protocol: "sqs",
          Endpoint: `arn:aws:sqs:${REGION}:${ACCOUNT}:queue`,
          Attributes: object(name, "x"),
        }),
      ),
  ],
  [
    "the attribute of SetSubscriptionAttributes",
    ({ harness: { sns }, topic }, AttributeName) =>
      sns.send(
        new SetSubscriptionAttributesCommand({
          SubscriptionArn: `${topic}:12345678-1234-1234-1234-123456789012`,
          AttributeName,
          AttributeValue: "x",
        }),
      ),
  ],
  [
    "attributes of CreateQueue",
    ({ harness: { sqs } }, name) =>
      sqs.send(new CreateQueueCommand({ QueueName: "other", Attributes: object(name, "x") })),
  ],
  [
    "attributes of SetQueueAttributes",
    ({ harness: { sqs }, queue: QueueUrl }, name) =>
      sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: object(name, "x") })),
  ],
  [
    "the operator of a policy's condition",
    ({ harness: { sqs }, queue: QueueUrl }, name) => {
      const Condition = Object.fromEntries([[name, object("aws:SourceArn", "x")]]);
      const Statement = { ...JSON.parse(OPEN_POLICY).Statement[0], Condition };
      const Policy = JSON.stringify({ Statement });
      return sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    },
  ],
  ["the name of a queue", ({ harness: { sqs } }, QueueUrl) => sqs.send(new ReceiveMessageCommand({ QueueUrl }))],
  [
    "tags of a queue",
    ({ harness: { sqs }, queue: QueueUrl }, name) =>
      sqs.send(new TagQueueCommand({ QueueUrl, Tags: object(name, "x") })),
  ],
  [
    "tags of a topic",
    ({ harness: { sns }, topic }, Key) =>
      sns.send(new TagResourceCommand({ ResourceArn: topic, Tags: [{ Key, Value: "x" }] })),
  ],
  [
    "tags of a bucket",
    ({ harness: { s3 } }, Key) =>
      s3.send(new PutBucketTaggingCommand({ Bucket: "bucket", Tagging: { TagSet: [{ Key, Value: "x" }] } })),
  ],
  [
    "metadata and key of an object",
    ({ harness: { s3 } }, Key) =>
      s3.send(new PutObjectCommand({ Bucket: "bucket", Key, Body: "x", Metadata: object(Key, "x") })),
  ],
  [
    "message attributes of Publish",
    ({ harness: { sns }, topic: TopicArn }, name) =>
      sns.send(
        new PublishCommand({
          TopicArn,
          Message: "x",
          MessageAttributes: Object.fromEntries([[name, { DataType: "String", StringValue: "x" }]]),
        }),
      ),
  ],
];

describe("names that plain objects inherit", () => {
  it.each(CALLS)("%s: no fault, and the folder starts again", async (_what, act) => {
    const folder = newFolder();
    const harness = await startHarness({ dataDirectory: join(folder, "data") });
    const place = await setUp(harness);
    for (const name of NAMES) {
      await act(place, name).catch(() => undefined);
    }
    expect(harness.log.filter(({ status }) => status >= 500)).toEqual([]);
    const again = await startHarness({ dataDirectory: killed(folder) });
    expect(again.server.engine.snapshot()).toEqual(harness.server.engine.snapshot());
    expect((await again.sns.send(new ListTopicsCommand({}))).Topics).toHaveLength(1);
  });

  it("are message attributes like others, from SNS to SQS", async () => {
    const { sqs, sns, ...rest } = await startHarness();
    const { topic, queue } = await setUp({ sqs, sns, ...rest });
    await sns.send(
      new SubscribeCommand({
        TopicArn: topic,
        Protocol: "sqs",
        Endpoint: `arn:aws:sqs:${REGION}:${ACCOUNT}:queue`,
        Attributes: {
          RawMessageDelivery: "true",
          FilterPolicy: JSON.stringify(object("toString", "")).replace('""', '["yes"]'),
        },
      }),
    );
    const attribute = { DataType: "String", StringValue: "yes" };
    const MessageAttributes = Object.fromEntries(NAMES.map((name) => [name, attribute]));
    await sns.send(new PublishCommand({ TopicArn: topic, Message: "x", MessageAttributes }));
    await sns.send(new PublishCommand({ TopicArn: topic, Message: "filtered" }));
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] }),
    );
    expect(Messages.map(({ Body }) => Body)).toEqual(["x"]);
    expect(Object.keys(Messages[0]?.MessageAttributes ?? {}).sort()).toEqual([...NAMES].sort());
  });

  it("are tags like others", async () => {
    const harness = await startHarness();
    const { queue: QueueUrl } = await setUp(harness);
    const Tags = Object.fromEntries(NAMES.map((name) => [name, "x"]));
    await harness.sqs.send(new TagQueueCommand({ QueueUrl, Tags }));
    const listed = (await harness.sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags ?? {};
    // The SDK itself reads `__proto__` as the prototype.
    expect(Object.keys(listed)).toEqual(expect.arrayContaining(NAMES.filter((name) => name !== "__proto__")));
  });

  it.each(NAMES)("a condition operator %s lets nobody through", async (operator) => {
    const harness = await startHarness();
    const { topic, queue } = await setUp(harness);
    const Condition = Object.fromEntries([[operator, object("aws:SourceArn", topic)]]);
    const Policy = JSON.stringify({ Statement: { ...JSON.parse(OPEN_POLICY).Statement[0], Condition } });
    await harness.sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue, Attributes: { Policy } }));
    const Endpoint = `arn:aws:sqs:${REGION}:${ACCOUNT}:queue`;
    await harness.sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: "sqs", Endpoint }));
    await harness.sns.send(new PublishCommand({ TopicArn: topic, Message: "x" }));
    expect((await harness.sqs.send(new ReceiveMessageCommand({ QueueUrl: queue }))).Messages).toBeUndefined();
  });
});

describe("a full disk", () => {
  it("is named to callers, turns health red, and costs nothing that was confirmed", async () => {
    const folder = newFolder();
    const options = { dataDirectory: join(folder, "data"), maximumDataBytes: 65_536 };
    const warnings: string[] = [];
    const { server, sqs } = await startHarness({ ...options, onWarning: (message) => warnings.push(message) });
    const health = async () => {
      const { status, text } = await raw(server.endpoint, { path: "/_fanfare/health" });
      return { code: status, ...JSON.parse(text) };
    };
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "queue" }));
    expect(await health()).toMatchObject({ code: 200, status: "ok" });
    let confirmed = 0;
    const fill = async () => {
      for (; confirmed < 20; confirmed++) {
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x".repeat(10_000) }));
      }
    };
    await expect(fill()).rejects.toMatchObject({
      name: "ServiceUnavailable",
      message: expect.stringContaining("the disk is full (free disk space"),
    });
    expect(await health()).toMatchObject({
      code: 503,
      status: "failing",
      problem: expect.stringContaining("the disk is full"),
      services: { sqs: "failing" },
    });
    expect(warnings).toEqual([expect.stringContaining("the disk is full")]);
    const again = await startHarness({ dataDirectory: killed(folder) });
    expect(again.server.engine.snapshot().sqs.queues[0]?.messages).toHaveLength(confirmed);
  });
});
