import { describe, expect, test } from "vitest";
import { SnsEngine } from "../../../../../lib/local/engine/sns/index.ts";
import { HERE, queueArn, SnsFixture, TestEnvironment } from "./fixture.ts";

const numbered = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`a${index}`, { DataType: "Number", StringValue: `${index}` }]),
  );

const toDlq = (name = "dlq") => ({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn(name) }) });

describe("wrapped delivery", () => {
  test("is the JSON that AWS writes, with a signature that nobody takes for one", () => {
    const fixture = new SnsFixture();
    const { topicArn, subscriptionArn } = fixture.connected();
    const MessageAttributes = {
      total: { DataType: "Number", StringValue: "99.12" },
      bytes: { DataType: "Binary", BinaryValue: Uint8Array.of(2, 3, 4) },
    };
    const { MessageId } = fixture.sns.call(HERE, "Publish", {
      TopicArn: topicArn,
      Message: "häß 😀",
      Subject: "Grüße",
      MessageAttributes,
    });
    const [delivery] = fixture.deliveries;
    expect(delivery).not.toHaveProperty("messageAttributes");
    expect(JSON.parse(delivery?.body ?? "")).toEqual({
      Type: "Notification",
      MessageId,
      TopicArn: topicArn,
      Subject: "Grüße",
      Message: "häß 😀",
      Timestamp: "2026-11-21T12:00:00.000Z",
      SignatureVersion: "1",
      Signature: Buffer.from("LOCAL-ENGINE-NOT-SIGNED").toString("base64"),
      SigningCertURL: "http://localhost:4100/SimpleNotificationService-local.pem",
      UnsubscribeURL: `http://localhost:4100/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
      MessageAttributes: {
        total: { Type: "Number", Value: "99.12" },
        bytes: { Type: "Binary", Value: "AgME" },
      },
    });
    expect(delivery).toMatchObject({
      principal: "sns.amazonaws.com",
      sourceArn: topicArn,
      sourceAccount: HERE.accountId,
    });
  });

  test("leaves out what is not there", () => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected();
    fixture.sns.call(HERE, "Publish", { TopicArn: topicArn, Message: "m" });
    const body = JSON.parse(fixture.bodiesOf("q")[0] ?? "");
    expect(body).not.toHaveProperty("Subject");
    expect(body).not.toHaveProperty("MessageAttributes");
    expect(body).not.toHaveProperty("SequenceNumber");
  });

  test("of a FIFO topic has a sequence number and no signature", () => {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic("a.fifo", { ContentBasedDeduplication: "true" });
    fixture.subscribe(TopicArn, "q.fifo");
    const { SequenceNumber } = fixture.sns.call(HERE, "Publish", { TopicArn, Message: "m", MessageGroupId: "g" });
    const body = JSON.parse(fixture.bodiesOf("q.fifo")[0] ?? "");
    expect(body.SequenceNumber).toBe(SequenceNumber);
    expect(body).not.toHaveProperty("Signature");
  });

  test("takes more than 10 attributes", () => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected();
    fixture.sns.call(HERE, "Publish", { TopicArn: topicArn, Message: "m", MessageAttributes: numbered(11) });
    expect(Object.keys(JSON.parse(fixture.bodiesOf("q")[0] ?? "").MessageAttributes)).toHaveLength(11);
  });
});

describe("raw delivery", () => {
  test("passes body and attributes on", () => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected({ RawMessageDelivery: "true" });
    const MessageAttributes = { tags: { DataType: "String.Array", StringValue: '["a"]' }, ...numbered(9) };
    fixture.sns.call(HERE, "Publish", { TopicArn: topicArn, Message: "m", MessageAttributes });
    expect(fixture.deliveries[0]).toMatchObject({ body: "m", messageAttributes: MessageAttributes });
  });

  test("discards a message with more than 10 attributes, for that subscription only", () => {
    const fixture = new SnsFixture();
    const topicArn = fixture.topic();
    fixture.subscribe(topicArn, "raw", { RawMessageDelivery: "true" });
    fixture.subscribe(topicArn, "wrapped");
    fixture.sns.call(HERE, "Publish", { TopicArn: topicArn, Message: "m", MessageAttributes: numbered(11) });
    expect(fixture.bodiesOf("raw")).toEqual([]);
    expect(fixture.bodiesOf("wrapped")).toHaveLength(1);
    expect(fixture.sns.undelivered).toMatchObject([
      { endpoint: queueArn("raw"), reason: "TooManyMessageAttributes", topicArn },
    ]);
  });

  test("puts such a message into the dead-letter queue, wrapped, so that no attribute is lost", () => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected({ RawMessageDelivery: "true", ...toDlq() });
    fixture.sns.call(HERE, "Publish", { TopicArn: topicArn, Message: "m", MessageAttributes: numbered(11) });
    const body = JSON.parse(fixture.bodiesOf("dlq")[0] ?? "");
    expect(body.Message).toBe("m");
    expect(Object.keys(body.MessageAttributes)).toHaveLength(11);
    expect(fixture.sns.undeliveredCount).toBe(0);
  });
});

describe("what a queue refuses", () => {
  test("goes to the subscription's dead-letter queue in the delivered form", () => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected({ RawMessageDelivery: "true", ...toDlq() });
    fixture.refuse("q");
    fixture.sns.call(HERE, "Publish", { TopicArn: topicArn, Message: "m", MessageAttributes: numbered(2) });
    expect(fixture.deliveries).toMatchObject([
      {
        queueArn: queueArn("dlq"),
        body: "m",
        messageAttributes: numbered(2),
        principal: "sns.amazonaws.com",
        sourceArn: topicArn,
      },
    ]);
    expect(fixture.sns.undelivered).toEqual([]);
  });

  test("keeps group and deduplication id in a FIFO dead-letter queue", () => {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic("a.fifo");
    fixture.subscribe(TopicArn, "q.fifo", toDlq("dlq.fifo"));
    fixture.refuse("q.fifo");
    fixture.sns.call(HERE, "Publish", { TopicArn, Message: "m", MessageGroupId: "g", MessageDeduplicationId: "d" });
    expect(fixture.deliveries).toMatchObject([{ messageGroupId: "g", messageDeduplicationId: "d" }]);
  });

  test("is on record when there is no dead-letter queue, or when that refuses, too", () => {
    const fixture = new SnsFixture();
    const topicArn = fixture.topic();
    const plain = fixture.subscribe(topicArn, "q", { RawMessageDelivery: "true" });
    fixture.subscribe(topicArn, "r", toDlq());
    for (const name of ["q", "r", "dlq"]) {
      fixture.refuse(name);
    }
    const { MessageId } = fixture.sns.call(HERE, "Publish", { TopicArn: topicArn, Message: "m" });
    expect(fixture.sns.undeliveredCount).toBe(2);
    expect(fixture.sns.undelivered[0]).toEqual({
      at: fixture.environment.time,
      topicArn,
      subscriptionArn: plain,
      endpoint: queueArn("q"),
      messageId: MessageId,
      reason: "NonExistentQueue",
      explanation: "no queue q",
      body: "m",
    });
    expect(fixture.sns.undelivered[1]?.explanation).toContain("refused it, too: no queue dlq");
  });

  test("is counted even when the record is full", () => {
    const fixture = new SnsFixture();
    const { topicArn: TopicArn } = fixture.connected();
    fixture.refuse("q");
    for (let index = 0; index < 1_001; index++) {
      fixture.sns.call(HERE, "Publish", { TopicArn, Message: `${index}` });
    }
    expect(fixture.sns.undelivered).toHaveLength(1_000);
    expect(fixture.sns.undeliveredCount).toBe(1_001);
  });
});

describe("filters", () => {
  test("decide on attributes or on the body, subscription by subscription", () => {
    const fixture = new SnsFixture();
    const topicArn = fixture.topic();
    const raw = { RawMessageDelivery: "true" };
    fixture.subscribe(topicArn, "eu", { ...raw, FilterPolicy: '{"region":["eu"]}' });
    fixture.subscribe(topicArn, "big", {
      ...raw,
      FilterPolicy: '{"order":{"total":[{"numeric":[">=",100]}]}}',
      FilterPolicyScope: "MessageBody",
    });
    const send = (region: string, total: number) =>
      fixture.sns.call(HERE, "Publish", {
        TopicArn: topicArn,
        Message: JSON.stringify({ order: { total } }),
        MessageAttributes: { region: { DataType: "String", StringValue: region } },
      });
    send("eu", 1);
    send("us", 100);
    expect(fixture.bodiesOf("eu")).toEqual(['{"order":{"total":1}}']);
    expect(fixture.bodiesOf("big")).toEqual(['{"order":{"total":100}}']);
  });

  test("hold from the next message on when they change", () => {
    const fixture = new SnsFixture();
    const { topicArn, subscriptionArn: SubscriptionArn } = fixture.connected({ FilterPolicy: '{"a":["1"]}' });
    const send = () =>
      fixture.sns.call(HERE, "Publish", {
        TopicArn: topicArn,
        Message: "m",
        MessageAttributes: { a: { DataType: "String", StringValue: "2" } },
      });
    send();
    expect(fixture.deliveries).toHaveLength(0);
    const change = { SubscriptionArn, AttributeName: "FilterPolicy", AttributeValue: '{"a":["2"]}' };
    fixture.sns.call(HERE, "SetSubscriptionAttributes", change);
    send();
    expect(fixture.deliveries).toHaveLength(1);
  });
});

describe("publishing for a service", () => {
  const publication = (topicArn: string) => ({
    topicArn,
    message: "m",
    subject: "Amazon S3 Notification",
    principal: "s3.amazonaws.com" as const,
    sourceArn: "arn:aws:s3:::bucket",
    sourceAccount: HERE.accountId,
  });
  const allow = (fixture: SnsFixture, TopicArn: string, bucket: string) =>
    fixture.sns.call(HERE, "SetTopicAttributes", {
      TopicArn,
      AttributeName: "Policy",
      AttributeValue: JSON.stringify({
        Statement: {
          Effect: "Allow",
          Principal: { Service: "s3.amazonaws.com" },
          Action: ["sns:Publish"],
          Resource: TopicArn,
          Condition: {
            ArnLike: { "aws:SourceArn": `arn:aws:s3:::${bucket}` },
            StringEquals: { "aws:SourceAccount": HERE.accountId },
          },
        },
      }),
    });

  test("needs a statement for the service and its source", () => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected();
    expect(fixture.sns.publishAsService(publication(topicArn))).toMatchObject({
      status: "refused",
      reason: "AccessDenied",
    });
    allow(fixture, topicArn, "other-*");
    expect(fixture.sns.publishAsService(publication(topicArn))).toMatchObject({ reason: "AccessDenied" });
    allow(fixture, topicArn, "buck*");
    expect(fixture.sns.publishAsService(publication(topicArn))).toMatchObject({ status: "published" });
    expect(JSON.parse(fixture.bodiesOf("q")[0] ?? "")).toMatchObject({
      Subject: "Amazon S3 Notification",
      Message: "m",
    });
  });

  test("does not throw for topics that are not there, FIFO topics and long messages", () => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected();
    allow(fixture, topicArn, "*");
    const outcome = (change: object) => fixture.sns.publishAsService({ ...publication(topicArn), ...change });
    expect(outcome({ topicArn: `${topicArn}x` })).toMatchObject({ reason: "NonExistentTopic" });
    expect(outcome({ topicArn: fixture.topic("a.fifo") })).toMatchObject({ reason: "WrongTopicType" });
    expect(outcome({ message: "x".repeat(300_000) })).toMatchObject({ reason: "MessageTooLong" });
    expect(outcome({ message: "" })).toMatchObject({ reason: "InvalidMessage" });
  });
});

test("a snapshot, written as JSON and restored, goes on where it was", () => {
  const fixture = new SnsFixture();
  const TopicArn = fixture.topic("a.fifo", { ContentBasedDeduplication: "true" });
  const subscriptionArn = fixture.subscribe(TopicArn, "q.fifo", { FilterPolicy: '{"a":["1"]}' });
  const input = { TopicArn, Message: "m", MessageGroupId: "g" };
  const first = fixture.sns.call(HERE, "Publish", input);
  const snapshot = JSON.parse(JSON.stringify(fixture.sns.snapshot()));
  const bodies: string[] = [];
  const copy = new SnsEngine({
    environment: new TestEnvironment(),
    deliver: ({ body }) => {
      bodies.push(body);
      return { status: "delivered", messageId: "m" };
    },
  });
  copy.restore(snapshot);
  expect(copy.call(HERE, "Publish", input)).toEqual(first);
  const MessageAttributes = { a: { DataType: "String", StringValue: "1" } };
  const second = copy.call(HERE, "Publish", { ...input, Message: "n", MessageAttributes });
  expect(Number(second.SequenceNumber)).toBeGreaterThanOrEqual(Number(first.SequenceNumber));
  expect(second.SequenceNumber).not.toBe(first.SequenceNumber);
  expect(bodies).toHaveLength(1);
  expect(copy.call(HERE, "GetSubscriptionAttributes", { SubscriptionArn: subscriptionArn }).Attributes).toMatchObject({
    FilterPolicy: '{"a":["1"]}',
  });
  // What happens to the copy does not happen to the original.
  expect(fixture.sns.snapshot()).toEqual(snapshot);
});
