import {
  AddPermissionCommand,
  BatchEntryIdsNotDistinctException,
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  InvalidParameterException,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  NotFoundException,
  PublishBatchCommand,
  PublishCommand,
  RemovePermissionCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  TooManyEntriesInBatchRequestException,
  UnsubscribeCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import type { Harness } from "./support/harness.ts";
import { ACCOUNT, REGION, raw, signed, startHarness } from "./support/harness.ts";

const topicArnOf = (name: string) => `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`;
const queueArnOf = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;

async function createTopic({ sns }: Harness, Name = "orders", Attributes?: Record<string, string>) {
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name, Attributes }));
  return TopicArn;
}

/** A queue that the topic may send to, subscribed to it. */
async function subscribeQueue(
  { sns, sqs }: Harness,
  TopicArn: string,
  Attributes: Record<string, string> = { RawMessageDelivery: "true" },
  QueueName = "billing",
) {
  const { QueueUrl = "" } = await sqs.send(
    new CreateQueueCommand({ QueueName, Attributes: QueueName.endsWith(".fifo") ? { FifoQueue: "true" } : {} }),
  );
  const policy = {
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArnOf(QueueName),
        Condition: { ArnEquals: { "aws:SourceArn": TopicArn } },
      },
    ],
  };
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: JSON.stringify(policy) } }));
  const { SubscriptionArn = "" } = await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: "sqs",
      Endpoint: queueArnOf(QueueName),
      Attributes,
      ReturnSubscriptionArn: true,
    }),
  );
  return { QueueUrl, SubscriptionArn };
}

async function receiveAll({ sqs }: Harness, QueueUrl: string) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    }),
  );
  return Messages;
}

describe("topics", () => {
  it("are created, listed, configured, tagged and deleted", async () => {
    const harness = await startHarness();
    const { sns } = harness;
    const TopicArn = await createTopic(harness);
    expect(TopicArn).toBe(topicArnOf("orders"));
    expect((await sns.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn }]);

    await sns.send(
      new SetTopicAttributesCommand({ TopicArn, AttributeName: "DisplayName", AttributeValue: "Orders & <more>" }),
    );
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes).toMatchObject({ TopicArn, DisplayName: "Orders & <more>", Owner: ACCOUNT });

    await sns.send(
      new TagResourceCommand({
        ResourceArn: TopicArn,
        Tags: [
          { Key: "team", Value: "billing" },
          { Key: "stage", Value: "dev" },
        ],
      }),
    );
    await sns.send(new UntagResourceCommand({ ResourceArn: TopicArn, TagKeys: ["stage"] }));
    const { Tags } = await sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }));
    expect(Tags).toEqual([{ Key: "team", Value: "billing" }]);

    await sns.send(
      new AddPermissionCommand({
        TopicArn,
        Label: "publish",
        AWSAccountId: ["111122223333"],
        ActionName: ["Publish"],
      }),
    );
    expect((await sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes?.Policy).toContain("111122223333");
    await sns.send(new RemovePermissionCommand({ TopicArn, Label: "publish" }));

    await sns.send(new DeleteTopicCommand({ TopicArn }));
    await expect(sns.send(new GetTopicAttributesCommand({ TopicArn }))).rejects.toBeInstanceOf(NotFoundException);
  });
});

describe("subscriptions", () => {
  it("are made, listed, configured and ended", async () => {
    const harness = await startHarness();
    const { sns } = harness;
    const TopicArn = await createTopic(harness);
    const { SubscriptionArn } = await subscribeQueue(harness, TopicArn);
    const expected = { SubscriptionArn, TopicArn, Protocol: "sqs", Owner: ACCOUNT, Endpoint: queueArnOf("billing") };
    expect((await sns.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual([expected]);
    expect((await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions).toEqual([expected]);

    const FilterPolicy = JSON.stringify({ region: ["eu"], total: [{ numeric: [">=", 100] }] });
    await sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: "FilterPolicy",
        AttributeValue: FilterPolicy,
      }),
    );
    const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(Attributes).toMatchObject({ FilterPolicy, RawMessageDelivery: "true", TopicArn });

    await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    expect((await sns.send(new ListSubscriptionsCommand({}))).Subscriptions ?? []).toEqual([]);
  });

  it("end by the unsigned link in a wrapped message, whatever region it belongs to", async () => {
    const harness = await startHarness();
    const TopicArn = await createTopic(harness);
    const { QueueUrl } = await subscribeQueue(harness, TopicArn, {});
    await harness.sns.send(new PublishCommand({ TopicArn, Message: "hello" }));
    const [message] = await receiveAll(harness, QueueUrl);
    const { pathname, search } = new URL(JSON.parse(message?.Body ?? "").UnsubscribeURL);
    const reply = await raw(harness.server.endpoint, { path: `${pathname}${search}` });
    expect(reply.status).toBe(200);
    expect((await harness.sns.send(new ListSubscriptionsCommand({}))).Subscriptions ?? []).toEqual([]);
  });

  it("of endpoints outside are recorded, and wait for their confirmation", async () => {
    const harness = await startHarness();
    const TopicArn = await createTopic(harness);
    const subscription = { TopicArn, Protocol: "email", Endpoint: "a@example.com" };
    expect((await harness.sns.send(new SubscribeCommand(subscription))).SubscriptionArn).toBe("pending confirmation");
    const { Subscriptions } = await harness.sns.send(new ListSubscriptionsCommand({}));
    expect(Subscriptions).toMatchObject([{ Protocol: "email", SubscriptionArn: "PendingConfirmation" }]);
    await expect(harness.sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token: "token" }))).rejects.toBeInstanceOf(
      InvalidParameterException,
    );
  });
});

describe("publishing", () => {
  it("delivers body and attributes raw: text, emoji, numbers and bytes", async () => {
    const harness = await startHarness();
    const TopicArn = await createTopic(harness);
    const { QueueUrl } = await subscribeQueue(harness, TopicArn);
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const Message = ' {"text":"héllo 🎉 <&> + %20"}\r\n';
    const { MessageId } = await harness.sns.send(
      new PublishCommand({
        TopicArn,
        Message,
        MessageAttributes: {
          mood: { DataType: "String", StringValue: "🎉 & more" },
          total: { DataType: "Number", StringValue: "12.5" },
          regions: { DataType: "String.Array", StringValue: '["eu","us"]' },
          raw: { DataType: "Binary", BinaryValue: bytes },
        },
      }),
    );
    expect(MessageId).toMatch(/^[0-9a-f-]{36}$/);
    const [message] = await receiveAll(harness, QueueUrl);
    expect(message?.Body).toBe(Message);
    expect(message?.MessageAttributes?.mood).toMatchObject({ DataType: "String", StringValue: "🎉 & more" });
    expect(message?.MessageAttributes?.total).toMatchObject({ DataType: "Number", StringValue: "12.5" });
    expect(message?.MessageAttributes?.raw?.BinaryValue).toEqual(bytes);
  });

  it("wraps what is not delivered raw", async () => {
    const harness = await startHarness();
    const TopicArn = await createTopic(harness);
    const { QueueUrl } = await subscribeQueue(harness, TopicArn, {});
    const { MessageId } = await harness.sns.send(
      new PublishCommand({ TopicArn, Message: "hello 🎉", Subject: "greeting" }),
    );
    const [message] = await receiveAll(harness, QueueUrl);
    const envelope = JSON.parse(message?.Body ?? "");
    expect(envelope).toMatchObject({
      Type: "Notification",
      MessageId,
      TopicArn,
      Subject: "greeting",
      Message: "hello 🎉",
    });
    expect(envelope.UnsubscribeURL).toMatch(`${harness.server.endpoint}/`);
  });

  it("obeys filter policies given at Subscribe", async () => {
    const harness = await startHarness();
    const TopicArn = await createTopic(harness);
    const { QueueUrl } = await subscribeQueue(harness, TopicArn, {
      RawMessageDelivery: "true",
      FilterPolicy: JSON.stringify({ region: [{ "anything-but": "us" }] }),
    });
    for (const region of ["us", "eu"]) {
      await harness.sns.send(
        new PublishCommand({
          TopicArn,
          Message: region,
          MessageAttributes: { region: { DataType: "String", StringValue: region } },
        }),
      );
    }
    expect((await receiveAll(harness, QueueUrl)).map(({ Body }) => Body)).toEqual(["eu"]);
  });

  it("publishes batches, of which entries may fail alone", async () => {
    const harness = await startHarness();
    const TopicArn = await createTopic(harness);
    const { QueueUrl } = await subscribeQueue(harness, TopicArn);
    const { Successful, Failed } = await harness.sns.send(
      new PublishBatchCommand({
        TopicArn,
        PublishBatchRequestEntries: [
          { Id: "one", Message: "1" },
          { Id: "bad", Message: "2", Subject: "two\nlines" },
          { Id: "three", Message: "3", MessageAttributes: { n: { DataType: "Number", StringValue: "3" } } },
        ],
      }),
    );
    expect(Successful?.map(({ Id }) => Id)).toEqual(["one", "three"]);
    expect(Failed).toMatchObject([{ Id: "bad", SenderFault: true, Code: expect.any(String) }]);
    expect((await receiveAll(harness, QueueUrl)).map(({ Body }) => Body)).toEqual(["1", "3"]);
  });

  it("keeps the order from a FIFO topic to a FIFO queue", async () => {
    const harness = await startHarness();
    const TopicArn = await createTopic(harness, "orders.fifo", { FifoTopic: "true" });
    const { QueueUrl } = await subscribeQueue(harness, TopicArn, { RawMessageDelivery: "true" }, "billing.fifo");
    const entries = Array.from({ length: 10 }, (_, index) => ({
      Id: `e${index}`,
      Message: `${index}`,
      MessageGroupId: "g",
      MessageDeduplicationId: `d${index}`,
    }));
    const { Successful } = await harness.sns.send(
      new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: entries }),
    );
    // Two-digit indexes must not be sorted as text: 10 would come before 2.
    expect(Successful?.map(({ Id }) => Id)).toEqual(entries.map(({ Id }) => Id));
    expect((await receiveAll(harness, QueueUrl)).map(({ Body }) => Body)).toEqual(
      entries.map(({ Message }) => Message),
    );
  });
});

describe("errors", () => {
  it("arrive as the SDK's own classes", async () => {
    const harness = await startHarness();
    const { sns } = harness;
    const TopicArn = await createTopic(harness);
    const missing = await sns
      .send(new PublishCommand({ TopicArn: topicArnOf("missing"), Message: "x" }))
      .catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(NotFoundException);
    expect(missing).toMatchObject({
      $fault: "client",
      Error: { Code: "NotFound", Type: "Sender" },
      $metadata: { httpStatusCode: 404, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    await expect(sns.send(new PublishCommand({ TopicArn, Message: "" }))).rejects.toBeInstanceOf(
      InvalidParameterException,
    );
    const twice = { Id: "same", Message: "x" };
    await expect(
      sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: [twice, twice] })),
    ).rejects.toBeInstanceOf(BatchEntryIdsNotDistinctException);
    const eleven = Array.from({ length: 11 }, (_, index) => ({ Id: `e${index}`, Message: "x" }));
    await expect(
      sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: eleven })),
    ).rejects.toBeInstanceOf(TooManyEntriesInBatchRequestException);
  });

  it.each([
    [
      "an action that the engine lacks",
      "Action=CreatePlatformApplication",
      "InvalidAction",
      /CreatePlatformApplication.*PublishBatch/,
    ],
    ["an action that does not exist", "Action=FlyAway", "InvalidAction", /FlyAway/],
    ["no action", "Version=2010-03-31", "MissingAction", /Action/],
    [
      "a broken attribute",
      "Action=Publish&MessageAttributes.entry.1.Name=a",
      "SerializationException",
      /MessageAttributes\.1.*Name and Value/,
    ],
  ])("answer %s in XML", async (_what, body, code, message) => {
    const { server } = await startHarness();
    const reply = await raw(server.endpoint, {
      method: "POST",
      headers: { authorization: signed("sns"), "content-type": "application/x-www-form-urlencoded" },
      body,
    });
    expect(reply.status).toBe(400);
    expect(reply.text).toMatch(/^<ErrorResponse xmlns="http:\/\/sns\.amazonaws\.com\/doc\/2010-03-31\/">/);
    expect(reply.text).toContain(`<Type>Sender</Type><Code>${code}</Code>`);
    expect(reply.text).toMatch(message);
    expect(reply.text).toMatch(/<RequestId>[0-9a-f-]{36}<\/RequestId>/);
  });
});
