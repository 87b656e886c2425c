import { describe, expect, test } from "vitest";
import { errorOf, HERE, SnsFixture } from "./fixture.ts";

const DAY = 86_400_000;

class Archive extends SnsFixture {
  readonly TopicArn = this.topic("orders.fifo", {
    ArchivePolicy: '{"MessageRetentionPeriod":"30"}',
    ContentBasedDeduplication: "true",
  });

  /** Publishes one message, a second after the one before. */
  publish(Message: string, kind = "a"): string {
    this.environment.time += 1_000;
    const MessageAttributes = { kind: { DataType: "String", StringValue: kind } };
    const input = { TopicArn: this.TopicArn, Message, MessageGroupId: "g", MessageAttributes };
    this.sns.call(HERE, "Publish", input);
    return new Date(this.environment.time).toISOString();
  }

  replay(SubscriptionArn: string, points: { StartingPoint: string; EndingPoint?: string } | undefined): void {
    const AttributeValue = points === undefined ? "{}" : JSON.stringify({ PointType: "Timestamp", ...points });
    this.sns.call(HERE, "SetSubscriptionAttributes", {
      SubscriptionArn,
      AttributeName: "ReplayPolicy",
      AttributeValue,
    });
  }

  /** Bodies since the last look. */
  received(): string[] {
    return this.deliveries.splice(0).map(({ body }) => body);
  }
}

const RAW = { RawMessageDelivery: "true" };

describe("replay", () => {
  test("gives a subscription again what was published since a time, and then what is new", () => {
    const world = new Archive();
    world.publish("one");
    const second = world.publish("two");
    world.publish("three");
    const subscription = world.subscribe(world.TopicArn, "q.fifo", RAW);
    world.replay(subscription, { StartingPoint: second });
    expect(world.received()).toEqual(["two", "three"]);
    world.publish("four");
    expect(world.received()).toEqual(["four"]);
  });

  test("with an end holds new messages back until a policy without one", () => {
    const world = new Archive();
    const subscription = world.subscribe(world.TopicArn, "q.fifo", RAW);
    const first = world.publish("one");
    const second = world.publish("two");
    world.received();
    world.replay(subscription, { StartingPoint: first, EndingPoint: second });
    expect(world.received()).toEqual(["one", "two"]);
    const third = world.publish("three");
    expect(world.received()).toEqual([]);
    world.replay(subscription, { StartingPoint: third });
    expect(world.received()).toEqual(["three"]);
    world.publish("four");
    expect(world.received()).toEqual(["four"]);
  });

  test("keeps id, time, group and order, and marks the message as replayed", () => {
    const world = new Archive();
    const subscription = world.subscribe(world.TopicArn, "q.fifo");
    const first = world.publish("one");
    const [live] = world.deliveries.splice(0);
    world.environment.time += 60_000;
    world.replay(subscription, { StartingPoint: first });
    const [again] = world.deliveries.splice(0);
    const { MessageAttributes, ...known } = JSON.parse(live?.body ?? "{}");
    expect(JSON.parse(again?.body ?? "{}")).toEqual({
      ...known,
      MessageAttributes: { ...MessageAttributes, Replayed: { Type: "String", Value: "true" } },
      Replayed: true,
    });
    expect(again).toMatchObject({ messageGroupId: "g", messageDeduplicationId: live?.messageDeduplicationId });
  });

  test("marks raw messages by an attribute, and honours the filter", () => {
    const world = new Archive();
    const first = world.publish("one", "a");
    world.publish("two", "b");
    const ReplayPolicy = JSON.stringify({ PointType: "Timestamp", StartingPoint: first });
    world.subscribe(world.TopicArn, "q.fifo", { ...RAW, FilterPolicy: '{"kind":["b"]}', ReplayPolicy });
    expect(world.deliveries).toMatchObject([
      { body: "two", messageAttributes: { Replayed: { DataType: "String", StringValue: "true" } } },
    ]);
  });

  test("has the messages of the retention period, also after a restart", () => {
    const world = new Archive();
    const first = world.publish("one");
    world.environment.time += 29 * DAY;
    world.publish("two");
    world.environment.time += 2 * DAY;
    const restored = new SnsFixture();
    restored.environment.time = world.environment.time;
    restored.sns.restore(world.sns.snapshot());
    const ReplayPolicy = JSON.stringify({ PointType: "Timestamp", StartingPoint: first });
    restored.subscribe(world.TopicArn, "q.fifo", { ...RAW, ReplayPolicy });
    expect(restored.deliveries.map(({ body }) => body)).toEqual(["two"]);
  });

  test("is shown with its status, and ends with an empty policy", () => {
    const world = new Archive();
    const SubscriptionArn = world.subscribe(world.TopicArn, "q.fifo", RAW);
    const first = world.publish("one");
    world.received();
    world.replay(SubscriptionArn, { StartingPoint: first, EndingPoint: first });
    const attributes = () => world.sns.call(HERE, "GetSubscriptionAttributes", { SubscriptionArn }).Attributes;
    expect(attributes()).toMatchObject({ ReplayPolicy: expect.stringContaining(first), ReplayStatus: "Completed" });
    world.replay(SubscriptionArn, undefined);
    expect(attributes()).not.toHaveProperty("ReplayPolicy");
    world.received();
    world.publish("two");
    expect(world.received()).toEqual(["two"]);
  });

  test.each([
    ["{}x", "failed to parse JSON"],
    ['{"PointType":"Sequence","StartingPoint":"2026-01-01T00:00:00Z"}', "PointType must be Timestamp"],
    ['{"PointType":"Timestamp"}', "StartingPoint must be a time"],
    ['{"PointType":"Timestamp","StartingPoint":"yesterday"}', "StartingPoint must be a time"],
    ['{"PointType":"Timestamp","StartingPoint":"2026-02-01","EndingPoint":"2026-01-01"}', "EndingPoint must be a time"],
  ])("refuses the policy %s", (ReplayPolicy, message) => {
    const world = new Archive();
    expect(errorOf(() => world.subscribe(world.TopicArn, "q.fifo", { ReplayPolicy })).message).toContain(message);
  });

  test("needs a topic with an archive", () => {
    const fixture = new SnsFixture();
    const ReplayPolicy = '{"PointType":"Timestamp","StartingPoint":"2026-01-01T00:00:00.000Z"}';
    expect(errorOf(() => fixture.subscribe(fixture.topic("a.fifo"), "q.fifo", { ReplayPolicy })).message).toContain(
      "the topic has no active ArchivePolicy",
    );
  });
});

describe("an archive", () => {
  const setPolicy = (world: Archive, AttributeValue: string) =>
    world.sns.call(HERE, "SetTopicAttributes", {
      TopicArn: world.TopicArn,
      AttributeName: "ArchivePolicy",
      AttributeValue,
    });

  test("shows since when it has messages", () => {
    const world = new Archive();
    const begin = () =>
      world.sns.call(HERE, "GetTopicAttributes", { TopicArn: world.TopicArn }).Attributes?.BeginningArchiveTime;
    const created = new Date(world.environment.time).toISOString();
    expect(begin()).toBe(created);
    world.environment.time += 31 * DAY;
    expect(begin()).toBe(new Date(world.environment.time - 30 * DAY).toISOString());
    setPolicy(world, "{}");
    expect(begin()).toBeUndefined();
  });

  test("is deleted by an empty policy, for good", () => {
    const world = new Archive();
    const first = world.publish("one");
    setPolicy(world, "{}");
    setPolicy(world, '{"MessageRetentionPeriod":"30"}');
    const ReplayPolicy = JSON.stringify({ PointType: "Timestamp", StartingPoint: first });
    world.subscribe(world.TopicArn, "q.fifo", { ...RAW, ReplayPolicy });
    expect(world.received()).toEqual([]);
  });
});
