import type { Message } from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { type CallContext, type Deliver, Engine } from "../../../../../lib/local/engine/index.ts";
import { HERE, TestEnvironment } from "./fixture.ts";

const REMOTE: CallContext = { region: "us-east-1", accountId: "222222222222" };

/** Real queues behind real topics and buckets. */
class Connected {
  readonly environment = new TestEnvironment();
  readonly engine: Engine;

  constructor(wrapDelivery?: (deliver: Deliver) => Deliver) {
    const { environment } = this;
    this.engine = new Engine(wrapDelivery === undefined ? { environment } : { environment, wrapDelivery });
  }

  topic(name = "orders", Attributes: Record<string, string> = {}): string {
    return this.engine.sns.call(HERE, "CreateTopic", { Name: name, Attributes }).TopicArn ?? "";
  }

  /** A queue that takes messages of the service from the source; its ARN. */
  queue(
    name: string,
    service: string,
    sourceArn: string,
    context = HERE,
    attributes: Record<string, string> = {},
  ): string {
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: service },
          Action: "sqs:SendMessage",
          Resource: "*",
          Condition: { ArnEquals: { "aws:SourceArn": sourceArn } },
        },
      ],
    });
    this.engine.sqs.call(context, "CreateQueue", { QueueName: name, Attributes: { Policy, ...attributes } });
    return `arn:aws:sqs:${context.region}:${context.accountId}:${name}`;
  }

  subscribe(TopicArn: string, Endpoint: string, Attributes: Record<string, string> = { RawMessageDelivery: "true" }) {
    return this.engine.sns.call(HERE, "Subscribe", { TopicArn, Protocol: "sqs", Endpoint, Attributes }).SubscriptionArn;
  }

  receive(name: string, context = HERE): Message[] {
    const { QueueUrl } = this.engine.sqs.call(context, "GetQueueUrl", { QueueName: name });
    const input = {
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All" as const],
    };
    return this.engine.sqs.call(context, "ReceiveMessage", input).Messages ?? [];
  }
}

describe("topics and queues together", () => {
  test.each([
    ["sns.amazonaws.com", []],
    ["sns.ap-east-1.amazonaws.com", ["from the topic"]],
  ])("an opt-in Region's queue takes what SNS sends as its own Region: %s", (principal, received) => {
    const world = new Connected();
    const TopicArn = world.topic();
    const there = { region: "ap-east-1", accountId: HERE.accountId };
    world.subscribe(TopicArn, world.queue("far", principal, TopicArn, there));
    world.engine.sns.call(HERE, "Publish", { TopicArn, Message: "from the topic" });
    expect(world.receive("far", there).map(({ Body }) => Body)).toEqual(received);
  });

  test("a raw message arrives with its attributes, bytes and emoji", () => {
    const world = new Connected();
    const TopicArn = world.topic();
    world.subscribe(TopicArn, world.queue("q", "sns.amazonaws.com", TopicArn));
    const MessageAttributes = {
      text: { DataType: "String", StringValue: "häß 😀" },
      bytes: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 255) },
      list: { DataType: "String.Array", StringValue: '["a"]' },
    };
    world.engine.sns.call(HERE, "Publish", { TopicArn, Message: "😀", MessageAttributes, MessageGroupId: "tenant" });
    const [message] = world.receive("q");
    expect(message?.Body).toBe("😀");
    expect(message?.MessageAttributes).toEqual(MessageAttributes);
    expect(message?.Attributes?.MessageGroupId).toBe("tenant");
  });

  test("a queue whose policy does not allow the topic gets nothing; the dead-letter queue gets it", () => {
    const world = new Connected();
    const TopicArn = world.topic();
    const closed = world.queue("closed", "sns.amazonaws.com", `${TopicArn}-other`);
    const dlq = world.queue("dlq", "sns.amazonaws.com", TopicArn);
    world.subscribe(TopicArn, closed, {
      RawMessageDelivery: "true",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dlq }),
    });
    world.subscribe(TopicArn, `${closed}-missing`);
    world.engine.sns.call(HERE, "Publish", { TopicArn, Message: "m" });
    expect(world.receive("closed")).toEqual([]);
    expect(world.receive("dlq").map((message) => message.Body)).toEqual(["m"]);
    expect(world.engine.sns.undelivered.map(({ reason }) => reason)).toEqual(["NonExistentQueue"]);
  });

  test("a message that the wrapping makes too long for the queue is not lost silently", () => {
    const world = new Connected();
    const TopicArn = world.topic("large", { MaximumMessageSize: "1048576" });
    const queueArn = world.queue("q", "sns.amazonaws.com", TopicArn);
    world.subscribe(TopicArn, queueArn, {});
    world.engine.sns.call(HERE, "Publish", { TopicArn, Message: "x".repeat(1_048_576) });
    expect(world.engine.sns.undelivered.map(({ reason }) => reason)).toEqual(["MessageTooLong"]);
  });

  test("a queue in another region and account gets messages by its ARN", () => {
    const world = new Connected();
    const TopicArn = world.topic();
    world.subscribe(TopicArn, world.queue("q", "sns.amazonaws.com", TopicArn, REMOTE));
    const [confirmation] = world.receive("q", REMOTE);
    const { Token } = JSON.parse(confirmation?.Body ?? "{}");
    world.engine.sns.call(HERE, "ConfirmSubscription", { TopicArn, Token });
    world.engine.sns.call(HERE, "Publish", { TopicArn, Message: "m" });
    expect(world.receive("q", REMOTE).map((message) => message.Body)).toEqual(["m"]);
  });

  test("a FIFO queue keeps group, order and deduplication of a FIFO topic", () => {
    const world = new Connected();
    const TopicArn = world.topic("a.fifo", { FifoTopic: "true" });
    world.subscribe(TopicArn, world.queue("q.fifo", "sns.amazonaws.com", TopicArn, HERE, { FifoQueue: "true" }));
    world.subscribe(TopicArn, world.queue("plain", "sns.amazonaws.com", TopicArn));
    for (const id of ["1", "2", "2", "3"]) {
      world.engine.sns.call(HERE, "Publish", {
        TopicArn,
        Message: id,
        MessageGroupId: "g",
        MessageDeduplicationId: id,
      });
    }
    const messages = world.receive("q.fifo");
    expect(messages.map((message) => message.Body)).toEqual(["1", "2", "3"]);
    expect(messages[0]?.Attributes).toMatchObject({ MessageGroupId: "g", MessageDeduplicationId: "1" });
    expect(
      world
        .receive("plain")
        .map((message) => message.Body)
        .sort(),
    ).toEqual(["1", "2", "3"]);
  });

  test("the simulator can come between topics, buckets and queues", () => {
    const seen: string[] = [];
    const world = new Connected((deliver) => (delivery) => {
      seen.push(delivery.principal);
      deliver(delivery);
      return deliver(delivery);
    });
    const TopicArn = world.topic();
    world.subscribe(TopicArn, world.queue("q", "sns.amazonaws.com", TopicArn));
    world.engine.sns.call(HERE, "Publish", { TopicArn, Message: "m" });
    expect(world.receive("q")).toHaveLength(2);
    expect(seen).toEqual(["sns.amazonaws.com"]);
  });
});

describe("buckets, topics and queues together", () => {
  const notify = (world: Connected, NotificationConfiguration: object) =>
    world.engine.s3.call(HERE, "PutBucketNotificationConfiguration", { Bucket: "bucket", NotificationConfiguration });

  test("a bucket notifies a queue, if the queue's policy lets it", () => {
    const world = new Connected();
    world.engine.s3.call(HERE, "CreateBucket", { Bucket: "bucket" });
    const open = world.queue("open", "s3.amazonaws.com", "arn:aws:s3:::bucket");
    const closed = world.queue("closed", "s3.amazonaws.com", "arn:aws:s3:::another");
    const to = (QueueArn: string) => ({ QueueConfigurations: [{ QueueArn, Events: ["s3:ObjectCreated:*"] }] });
    expect(() => notify(world, to(closed))).toThrow("Unable to validate the following destination configurations");
    notify(world, to(open));
    world.engine.s3.call(HERE, "PutObject", { Bucket: "bucket", Key: "k", Body: new Uint8Array(3) });
    const events = world.receive("open").map((message) => JSON.parse(message.Body ?? ""));
    expect(events[0].Event).toBe("s3:TestEvent");
    expect(events[1].Records[0].s3.object.size).toBe(3);
  });

  test("a bucket notifies a topic, and the topic its queues", () => {
    const world = new Connected();
    const TopicArn = world.topic();
    world.engine.s3.call(HERE, "CreateBucket", { Bucket: "bucket" });
    world.subscribe(TopicArn, world.queue("q", "sns.amazonaws.com", TopicArn), {});
    const to = { TopicConfigurations: [{ TopicArn, Events: ["s3:ObjectRemoved:*"] }] };
    expect(() => notify(world, to)).toThrow("does not allow s3.amazonaws.com");
    const Principal = { Service: "s3.amazonaws.com" };
    const statement = { Effect: "Allow", Principal, Action: "sns:Publish", Resource: TopicArn };
    const AttributeValue = JSON.stringify({ Statement: [statement] });
    world.engine.sns.call(HERE, "SetTopicAttributes", { TopicArn, AttributeName: "Policy", AttributeValue });
    notify(world, to);
    world.engine.s3.call(HERE, "PutObject", { Bucket: "bucket", Key: "k" });
    world.engine.s3.call(HERE, "DeleteObject", { Bucket: "bucket", Key: "k" });
    const bodies = world.receive("q").map((message) => JSON.parse(message.Body ?? ""));
    expect(bodies.map((body) => body.Subject)).toEqual(["Amazon S3 Notification", "Amazon S3 Notification"]);
    expect(JSON.parse(bodies[1].Message).Records[0].eventName).toBe("ObjectRemoved:Delete");
  });
});

describe("a snapshot of everything", () => {
  test("goes through JSON into another engine", () => {
    const world = new Connected();
    const TopicArn = world.topic();
    world.subscribe(TopicArn, world.queue("q", "sns.amazonaws.com", TopicArn));
    world.engine.sns.call(HERE, "Publish", { TopicArn, Message: "before" });
    world.engine.s3.call(HERE, "CreateBucket", { Bucket: "bucket" });
    const other = new Connected();
    other.engine.restore(JSON.parse(JSON.stringify(world.engine.snapshot())));
    other.engine.sns.call(HERE, "Publish", { TopicArn, Message: "after" });
    expect(other.receive("q").map((message) => message.Body)).toEqual(["before", "after"]);
    expect(other.engine.s3.call(HERE, "ListBuckets", {}).Buckets).toHaveLength(1);
    expect(world.receive("q").map((message) => message.Body)).toEqual(["before"]);
  });

  test("of another version is refused", () => {
    const { engine } = new Connected();
    const snapshot = engine.snapshot();
    for (const part of ["sns", "s3"] as const) {
      const restore = () => Reflect.apply(engine[part].restore, engine[part], [{ ...snapshot[part], version: 99 }]);
      expect(restore).toThrow("has version 99");
    }
  });
});
