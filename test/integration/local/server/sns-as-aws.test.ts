import { createVerify, X509Certificate } from "node:crypto";
import { CreateBucketCommand, PutBucketNotificationConfigurationCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { ACCOUNT, clientConfig, type Harness, REGION, raw, signed, startHarness } from "./support/harness.ts";

const TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
const queueArn = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;

/** A queue that takes what any service sends. */
async function openQueue({ sqs }: Harness, QueueName: string) {
  const Statement = { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" };
  const Attributes = {
    Policy: JSON.stringify({ Statement }),
    ...(QueueName.endsWith(".fifo") ? { FifoQueue: "true" } : {}),
  };
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
}

/** A topic with one subscribed queue. */
async function connect(harness: Harness, { name = "orders", topic = {}, subscription = {} } = {}) {
  const { sns } = harness;
  const Attributes = { ...(name.endsWith(".fifo") ? { FifoTopic: "true" } : {}), ...topic };
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: name, Attributes }));
  const QueueUrl = await openQueue(harness, name);
  const { SubscriptionArn = "" } = await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queueArn(name), Attributes: subscription }),
  );
  return { TopicArn, QueueUrl, SubscriptionArn };
}

async function receive({ sqs }: Harness, QueueUrl: string) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["AWSTraceHeader"],
    }),
  );
  return Messages;
}

/** Adds the header to every request of the client, as the tracing of Lambda does. */
function trace({ middlewareStack }: Harness["sns"] | Harness["s3"]): void {
  (middlewareStack as Harness["sns"]["middlewareStack"]).add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers["X-Amzn-Trace-Id"] = TRACE;
      return next(args);
    },
    { step: "build" },
  );
}

describe("attributes that nobody set are absent (API: GetTopicAttributes, GetSubscriptionAttributes)", () => {
  it("of a topic and of a subscription", async () => {
    const harness = await startHarness();
    const { TopicArn, SubscriptionArn } = await connect(harness);
    const topic = (await harness.sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes ?? {};
    for (const name of ["MaximumMessageSize", "SignatureVersion", "TracingConfig", "FifoTopic", "KmsMasterKeyId"]) {
      expect(topic).not.toHaveProperty(name);
    }
    const { Attributes } = await harness.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(Object.keys(Attributes ?? {}).sort()).toEqual([
      "ConfirmationWasAuthenticated",
      "Endpoint",
      "Owner",
      "PendingConfirmation",
      "Protocol",
      "RawMessageDelivery",
      "SubscriptionArn",
      "SubscriptionPrincipal",
      "TopicArn",
    ]);
  });

  it("a scope shows only with a policy", async () => {
    const harness = await startHarness();
    const { SubscriptionArn } = await connect(harness, { subscription: { FilterPolicyScope: "MessageBody" } });
    const read = async () =>
      (await harness.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes ?? {};
    expect(await read()).not.toHaveProperty("FilterPolicyScope");
    const AttributeValue = '{"a":["b"]}';
    await harness.sns.send(
      new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName: "FilterPolicy", AttributeValue }),
    );
    expect(await read()).toMatchObject({ FilterPolicy: AttributeValue, FilterPolicyScope: "MessageBody" });
  });
});

describe("the header X-Amzn-Trace-Id becomes AWSTraceHeader", () => {
  const traces = async (harness: Harness, QueueUrl: string) =>
    (await receive(harness, QueueUrl)).map(({ Attributes }) => Attributes?.AWSTraceHeader);

  it("of what a topic delivers, wrapped or raw", async () => {
    const harness = await startHarness();
    const wrapped = await connect(harness);
    const rawly = await connect(harness, { name: "raw", subscription: { RawMessageDelivery: "true" } });
    trace(harness.sns);
    for (const { TopicArn, QueueUrl } of [wrapped, rawly]) {
      await harness.sns.send(new PublishCommand({ TopicArn, Message: "x" }));
      const PublishBatchRequestEntries = [{ Id: "a", Message: "y" }];
      await harness.sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
      expect(await traces(harness, QueueUrl)).toEqual([TRACE, TRACE]);
    }
  });

  it("of what a bucket notifies, to a queue and through a topic", async () => {
    const harness = await startHarness();
    const { TopicArn, QueueUrl } = await connect(harness, {
      topic: { Policy: JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" } }) },
    });
    const direct = await openQueue(harness, "direct");
    await harness.s3.send(new CreateBucketCommand({ Bucket: "bucket" }));
    await harness.s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: "bucket",
        SkipDestinationValidation: true,
        NotificationConfiguration: {
          QueueConfigurations: [
            {
              QueueArn: queueArn("direct"),
              Events: ["s3:ObjectCreated:*"],
              Filter: { Key: { FilterRules: [{ Name: "prefix", Value: "a" }] } },
            },
          ],
          TopicConfigurations: [
            {
              TopicArn,
              Events: ["s3:ObjectCreated:*"],
              Filter: { Key: { FilterRules: [{ Name: "prefix", Value: "b" }] } },
            },
          ],
        },
      }),
    );
    trace(harness.s3);
    for (const Key of ["a", "b"]) {
      await harness.s3.send(new PutObjectCommand({ Bucket: "bucket", Key, Body: "x" }));
    }
    expect(await traces(harness, direct)).toEqual([TRACE]);
    expect(await traces(harness, QueueUrl)).toEqual([TRACE]);
  });
});

describe("signatures verify with the certificate that the server serves", () => {
  it.each(["1", "2"])(
    "in version %s (Developer Guide, Verifying the signatures of Amazon SNS messages)",
    async (version) => {
      const harness = await startHarness();
      const { TopicArn, QueueUrl } = await connect(harness, { topic: { SignatureVersion: version } });
      await harness.sns.send(new PublishCommand({ TopicArn, Message: "ä\n😀", Subject: "s" }));
      const [message] = await receive(harness, QueueUrl);
      const notification = JSON.parse(message?.Body ?? "{}");
      expect(notification.SignatureVersion).toBe(version);
      const pem = await (await fetch(notification.SigningCertURL)).text();
      const signedText = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
        .map((name) => `${name}\n${notification[name]}\n`)
        .join("");
      const verifier = createVerify(version === "1" ? "RSA-SHA1" : "RSA-SHA256").update(signedText);
      expect(verifier.verify(new X509Certificate(pem).publicKey, notification.Signature, "base64")).toBe(true);
    },
  );

  it("a FIFO topic signs nothing, as on AWS", async () => {
    const harness = await startHarness();
    const { TopicArn, QueueUrl } = await connect(harness, { name: "a.fifo" });
    const ids = { MessageGroupId: "g", MessageDeduplicationId: "d" };
    await harness.sns.send(new PublishCommand({ TopicArn, Message: "x", ...ids }));
    const [message] = await receive(harness, QueueUrl);
    expect(JSON.parse(message?.Body ?? "{}")).not.toHaveProperty("Signature");
  });
});

it("a FIFO topic archives and replays (Developer Guide, Message archiving and replay for FIFO topics)", async () => {
  const harness = await startHarness();
  const { TopicArn } = await connect(harness, {
    name: "a.fifo",
    topic: { ArchivePolicy: '{"MessageRetentionPeriod":"1"}', ContentBasedDeduplication: "true" },
  });
  for (const Message of ["one", "two"]) {
    await harness.sns.send(new PublishCommand({ TopicArn, Message, MessageGroupId: "g" }));
  }
  const late = await openQueue(harness, "late.fifo");
  const StartingPoint = new Date(Date.now() - 60_000).toISOString();
  await harness.sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: "sqs",
      Endpoint: queueArn("late.fifo"),
      Attributes: {
        RawMessageDelivery: "true",
        ReplayPolicy: JSON.stringify({ PointType: "Timestamp", StartingPoint }),
      },
    }),
  );
  const messages = await receive(harness, late);
  expect(messages.map(({ Body }) => Body)).toEqual(["one", "two"]);
  expect(messages.map(({ MessageAttributes }) => MessageAttributes?.Replayed?.StringValue)).toEqual(["true", "true"]);
});

it("the link in a confirmation message confirms, unsigned", async () => {
  const harness = await startHarness();
  const owner = new SNSClient(clientConfig(harness.server.endpoint, { accessKeyId: "111111111111" }));
  const { TopicArn } = await owner.send(new CreateTopicCommand({ Name: "theirs" }));
  const QueueUrl = await openQueue(harness, "mine");
  const subscription = { TopicArn, Protocol: "sqs", Endpoint: queueArn("mine") };
  expect((await owner.send(new SubscribeCommand(subscription))).SubscriptionArn).toBe("pending confirmation");
  const [message] = await receive(harness, QueueUrl);
  const { SubscribeURL, Token } = JSON.parse(message?.Body ?? "{}");
  expect(await (await fetch(SubscribeURL)).text()).toContain(`<SubscriptionArn>${TopicArn}:`);
  await owner.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
  await owner.send(new PublishCommand({ TopicArn, Message: "x" }));
  expect(await receive(harness, QueueUrl)).toHaveLength(1);
  owner.destroy();
});

describe("the query protocol", () => {
  const AUTHORIZATION = { authorization: signed("sns") };

  it("takes the parameters of a POST from the address", async () => {
    const harness = await startHarness();
    const { TopicArn, QueueUrl } = await connect(harness);
    const path = `/?Action=Publish&Version=2010-03-31&TopicArn=${TopicArn}&Message=hello`;
    const reply = await raw(harness.server.endpoint, { method: "POST", path, headers: AUTHORIZATION });
    expect(reply.text).toContain("<PublishResult><MessageId>");
    expect(await receive(harness, QueueUrl)).toHaveLength(1);
  });

  it("answers in JSON who accepts nothing else", async () => {
    const { server } = await startHarness();
    const headers = { ...AUTHORIZATION, accept: "application/json" };
    const reply = await raw(server.endpoint, { path: "/?Action=CreateTopic&Name=orders", headers });
    expect(JSON.parse(reply.text)).toMatchObject({
      CreateTopicResponse: { CreateTopicResult: { TopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:orders` } },
    });
  });

  it.each(["Nonsense", "constructor"])("does not know the action %s", async (action) => {
    const { server } = await startHarness();
    const reply = await raw(server.endpoint, { path: `/?Action=${action}`, headers: AUTHORIZATION });
    expect(reply.status).toBe(400);
    expect(reply.text).toContain(`<Code>InvalidAction</Code><Message>Could not find operation ${action} for version`);
  });

  it("an empty TopicArn is a malformed one", async () => {
    const { sns } = await startHarness();
    await expect(sns.send(new PublishCommand({ TopicArn: "", Message: "x" }))).rejects.toThrow(
      "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1",
    );
  });
});
