import { Duration, Lazy, Size } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as sns from "aws-cdk-lib/aws-sns";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { describe, expect, test } from "vitest";
import { FanoutTopic, type FanoutTopicProps } from "../../../infra/constructs/index.ts";
import type { AnyContract } from "../../../lib/contract/index.ts";
import { images, type orders, wide } from "../fixtures/contract.ts";
import { BILLING, newStack, newTopic, newWorkQueue, refusal, templateOf } from "./support.ts";

type Props = Partial<FanoutTopicProps<typeof orders>>;
const fanOut = (options: object, props: Props = {}) => refusal(() => newTopic(props).fanOut("Billing", options));

describe("a topic is refused", () => {
  test("when it is FIFO and an event has no group", () => {
    expect(refusal(() => new FanoutTopic(newStack(), "Images", { contract: images, fifo: true }))).toBe(
      "Shop/Images: fifo is set, but these events of contract image-work have no group: ImageUploaded. FIFO topics and queues require a message group (declare a group for each event: group: (order) => order.orderId)",
    );
    expect(refusal(() => newWorkQueue({ fifo: true }))).toContain("have no group: ImageUploaded");
  });

  test("when a contract of a user's own making has too many attributes", () => {
    const { Changed } = wide.events;
    const definition = { ...Changed.definition, attributeNames: ["a", "b", "c", "d", "e", "f", "g"] };
    const contract: AnyContract = { ...wide, events: { Changed: { ...Changed, definition } } };
    expect(refusal(() => new FanoutTopic(newStack(), "Wide", { contract }))).toContain(
      "Changed of contract wide has 7 routing attributes, but at most 6 are allowed",
    );
  });

  test("when it is FIFO and traced", () => {
    const message = "tracing is set on a FIFO topic, but SNS traces standard topics only";
    expect(refusal(() => newTopic({ fifo: true, tracing: true }))).toContain(message);
    const topicProps = { tracingConfig: sns.TracingConfig.ACTIVE };
    expect(refusal(() => newTopic({ fifo: true, topicProps }))).toContain(message);
  });

  test("when it is standard with a scope of FIFO throughput", () => {
    const fifoThroughputScope = sns.FifoThroughputScope.TOPIC;
    expect(refusal(() => newTopic({ fifoThroughputScope }))).toContain(
      "fifoThroughputScope is set on a standard topic",
    );
  });

  test("with a maximum message size that SNS does not take", () => {
    const message = "must be an integer from 1024 to 1048576";
    expect(refusal(() => newTopic({ maximumMessageSize: Size.bytes(1_023) }))).toContain(message);
    expect(refusal(() => newTopic({ maximumMessageSize: Size.mebibytes(2) }))).toContain(message);
  });

  test("of the user's own with properties that it cannot take", () => {
    const stack = newStack();
    const topic = new sns.Topic(stack, "Own");
    expect(refusal(() => newTopic({ topic, tracing: true }, stack))).toContain("tracing given together with topic");
  });

  test("of the user's own when it is of another type than said", () => {
    const stack = newStack();
    const topic = new sns.Topic(stack, "Own");
    expect(refusal(() => newTopic({ topic, fifo: true }, stack))).toContain("fifo is true, but topic is standard");
  });

  test("with an idempotency table of another key", () => {
    const stack = newStack();
    const table = (id: string, name: string, sort?: string) =>
      new dynamodb.Table(stack, id, {
        partitionKey: { name, type: dynamodb.AttributeType.STRING },
        ...(sort === undefined ? {} : { sortKey: { name: sort, type: dynamodb.AttributeType.STRING } }),
      });
    expect(refusal(() => newTopic({ idempotencyTable: table("A", "pk") }, stack))).toContain(
      "idempotencyTable has the partition key pk (S), but the store needs the partition key id (S) and no sort key",
    );
    const topic = newTopic({}, newStack());
    expect(refusal(() => topic.fanOut("A", { handler: BILLING, idempotencyTable: table("B", "id", "sk") }))).toContain(
      "and the sort key sk",
    );
  });

  test("with a threshold above the largest message", () => {
    const largePayloads = { threshold: Size.kibibytes(257) };
    expect(refusal(() => newTopic({ largePayloads }))).toContain(
      "largePayloads.threshold is 263168 bytes, but must be 1 to 262144 bytes",
    );
    expect(() => newTopic({ largePayloads, maximumMessageSize: Size.mebibytes(1) })).not.toThrow();
  });

  test("with payloads in the root of a bucket", () => {
    expect(refusal(() => newTopic({ largePayloads: { prefix: "" } }))).toContain("must name a folder");
    expect(refusal(() => newTopic({ largePayloads: { prefix: "a,b" } }))).toContain("must not contain a comma");
  });

  test("at synthesis with payloads that expire before the last redelivery", () => {
    const topic = newTopic({ largePayloads: { expiration: Duration.days(72) } });
    topic.fanOut("Billing");
    expect(refusal(() => templateOf(topic))).toContain(
      "payloads expire after 72 days, but a message can be redelivered for 73 days and would then have no payload",
    );
  });

  test("at synthesis with a bucket whose own lifecycle rule expires payloads too early", () => {
    const stack = newStack();
    const bucket = new s3.Bucket(stack, "Own", { lifecycleRules: [{ expiration: Duration.days(30) }] });
    const topic = newTopic({ largePayloads: { bucket } }, stack);
    topic.fanOut("Billing");
    expect(refusal(() => templateOf(topic))).toContain("payloads expire after 30 days");
  });
});

describe("a subscriber is refused", () => {
  test("with a FIFO queue on a standard topic", () => {
    expect(fanOut({ fifo: true })).toBe(
      "Shop/Orders/Billing: a FIFO queue cannot subscribe to a standard topic (make the topic FIFO (fifo: true on the FanoutTopic), or leave fifo out here)",
    );
    const stack = newStack();
    const deadLetterQueue = { queue: new sqs.Queue(stack, "Dead", { fifo: true }), maxReceiveCount: 3 };
    const queue = new sqs.Queue(stack, "Own", { fifo: true, deadLetterQueue });
    expect(refusal(() => newTopic({}, stack).fanOut("Billing", { queue }))).toContain("FIFO queue cannot subscribe");
  });

  test("with an id that another one has, wherever that is, or the topic itself needs", () => {
    const stack = newStack();
    const topic = newTopic({}, stack);
    topic.fanOut("Billing");
    for (const id of ["Billing", "Topic", "Dashboard", "Idempotency", "Payloads"]) {
      expect(refusal(() => topic.fanOut(id))).toContain(
        `the id "${id}" is already used by another subscriber, by the topic itself, or in the scope`,
      );
    }
    expect(refusal(() => topic.fanOut("Billing", { scope: stack }))).toContain('the id "Billing" is already used');
  });

  test("when the visibility timeout is below the function's timeout", () => {
    expect(fanOut({ handler: BILLING, visibilityTimeout: Duration.seconds(29) })).toBe(
      "Shop/Orders/Billing: visibilityTimeout is 29 seconds, below the function's timeout of 30 seconds; Lambda refuses such a queue (set it to 180 seconds (6 times the function's timeout plus the batching window), or leave it out)",
    );
    const queueProps = { visibilityTimeout: Duration.seconds(10) };
    expect(fanOut({ handler: BILLING, queueProps })).toContain("visibilityTimeout is 10 seconds");
  });

  test("when its dead-letter queue keeps messages for less time than the queue", () => {
    expect(fanOut({ retention: Duration.days(10), deadLetter: { retention: Duration.days(9) } })).toContain(
      "deadLetter.retention is 777600 seconds, shorter than the queue's retention of 864000 seconds",
    );
  });

  test.each([
    ["retention", { retention: Duration.seconds(59) }],
    ["retention", { retention: Duration.days(15) }],
    ["deadLetter.retention", { deadLetter: { retention: Duration.days(15) } }],
    ["subscriptionDeadLetter.retention", { subscriptionDeadLetter: { retention: Duration.days(15) } }],
    ["visibilityTimeout", { visibilityTimeout: Duration.hours(13) }],
    ["deliveryDelay", { deliveryDelay: Duration.minutes(16) }],
    ["maxReceiveCount", { maxReceiveCount: 0 }],
    ["maxReceiveCount", { maxReceiveCount: 1_001 }],
    ["maxReceiveCount", { maxReceiveCount: 2.5 }],
    ["batchSize", { handler: BILLING, batchSize: 0 }],
    ["batchSize", { handler: BILLING, batchSize: 10_001, maxBatchingWindow: Duration.seconds(1) }],
    ["maxBatchingWindow", { handler: BILLING, maxBatchingWindow: Duration.seconds(301) }],
    ["maxConcurrency", { handler: BILLING, maxConcurrency: 1 }],
    ["maxConcurrency", { handler: BILLING, maxConcurrency: 1_001 }],
    ["handler.timeout", { handler: { ...BILLING, timeout: Duration.minutes(16) } }],
  ])("with %s out of range: %o", (field, options) => {
    const message = fanOut(options);
    expect(message).toMatch(new RegExp(`^Shop/Orders/Billing: ${field} is `));
    expect(message).toMatch(/but must be .*\(set /);
  });

  test("with a batch above 10 on FIFO", () => {
    expect(fanOut({ handler: BILLING, batchSize: 11 }, { fifo: true })).toContain(
      "batchSize is 11, but must be an integer from 1 to 10",
    );
  });

  test("with a batch above 10 and no window", () => {
    expect(fanOut({ handler: BILLING, batchSize: 11 })).toContain(
      "batchSize is 11 and maxBatchingWindow is 0 seconds, but above 10 messages Lambda requires a window of at least 1 second",
    );
  });

  test("with a window on FIFO", () => {
    expect(fanOut({ handler: BILLING, maxBatchingWindow: Duration.seconds(1) }, { fifo: true })).toContain(
      "maxBatchingWindow is set on a FIFO queue, but Lambda supports it for standard queues only",
    );
  });

  test("with options of a consumer but no handler", () => {
    expect(fanOut({ batchSize: 5, guarantee: "exactly-once" })).toContain(
      "guarantee, batchSize given without a handler",
    );
  });

  test("with an entry that does not exist", () => {
    expect(fanOut({ handler: { entry: "test/template/fixtures/nowhere.ts" } })).toMatch(
      /handler\.entry "test\/template\/fixtures\/nowhere\.ts" is not a file .*relative to the directory in which the app runs/,
    );
    expect(fanOut({ handler: { entry: "test/template/fixtures" } })).toContain("is not a file");
  });

  test("with a function that already consumes another queue under another name", () => {
    const stack = newStack();
    const topic = newTopic({}, stack);
    const code = lambda.Code.fromInline("exports.handler = () => {}");
    const fn = new lambda.Function(stack, "Fn", {
      code,
      handler: "index.handler",
      runtime: lambda.Runtime.NODEJS_24_X,
    });
    topic.fanOut("Billing", { handler: fn });
    expect(refusal(() => topic.fanOut("Audit", { handler: fn }))).toContain(
      'the function already consumes another queue as "orders.Billing" and cannot also be "orders.Audit" (give both the same name (consumer: "orders.Billing"), or use two functions)',
    );
    expect(
      refusal(() => topic.fanOut("Mail", { handler: fn, consumer: "orders.Billing", guarantee: "at-least-once" })),
    ).toContain("a different idempotency table or guarantee");
  });

  test("as the 101st of a topic of large messages", () => {
    const topic = newTopic({ maximumMessageSize: Size.kibibytes(257) });
    for (let index = 1; index <= 100; index++) {
      topic.fanOut(`S${index}`);
    }
    expect(refusal(() => topic.fanOut("S101"))).toContain(
      "maximumMessageSize is 263168 bytes, but above 262144 bytes a topic may have at most 100 subscriptions",
    );
  });
});

describe("a queue of the user's own is refused", () => {
  const attempt = (make: (stack: ReturnType<typeof newStack>) => object) => {
    const stack = newStack();
    return refusal(() => newTopic({}, stack).fanOut("Billing", make(stack)));
  };
  const withDeadLetters = (stack: ReturnType<typeof newStack>, props: sqs.QueueProps = {}) =>
    new sqs.Queue(stack, "Own", {
      deadLetterQueue: { queue: new sqs.Queue(stack, "Dead"), maxReceiveCount: 3 },
      ...props,
    });

  test("without a dead-letter queue", () => {
    expect(attempt((stack) => ({ queue: new sqs.Queue(stack, "Own") }))).toContain("queue has no dead-letter queue");
  });

  test("encrypted by alias/aws/sqs", () => {
    const encryption = sqs.QueueEncryption.KMS_MANAGED;
    expect(attempt((stack) => ({ queue: withDeadLetters(stack, { encryption }) }))).toContain(
      "queue is encrypted with alias/aws/sqs, which SNS cannot be allowed to use: no message would arrive",
    );
  });

  test("when it is imported, unless the user states that its policy allows the topic", () => {
    const imported = (stack: ReturnType<typeof newStack>) =>
      sqs.Queue.fromQueueArn(stack, "Own", "arn:aws:sqs:eu-central-1:111122223333:own");
    expect(attempt((stack) => ({ queue: imported(stack) }))).toContain(
      "queue is imported, so its policy cannot be changed here; unless the policy allows the topic, no message arrives",
    );
    const stack = newStack();
    const topic = newTopic({}, stack);
    expect(
      topic.fanOut("Billing", { queue: imported(stack), queuePolicyAllowsTopic: true }).deadLetterQueue,
    ).toBeUndefined();
  });

  test("with properties of a queue that it cannot take", () => {
    expect(attempt((stack) => ({ queue: withDeadLetters(stack), maxReceiveCount: 3 }))).toContain(
      "maxReceiveCount given together with queue",
    );
  });

  test("for at-most-once, when its dead-letter queue is not known", () => {
    const options = { handler: BILLING, queuePolicyAllowsTopic: true, guarantee: "at-most-once" } as const;
    expect(
      attempt((stack) => ({
        ...options,
        queue: sqs.Queue.fromQueueArn(stack, "Theirs", "arn:aws:sqs:eu-central-1:123456789012:q"),
      })),
    ).toContain("at-most-once needs a dead-letter queue");
  });

  test("when SQS would move a message before its attempts are used up", () => {
    expect(attempt(() => ({ handler: BILLING, maxAttempts: 6, maxReceiveCount: 5 }))).toContain(
      "maxAttempts is 6, but SQS moves a message to the dead-letter queue after 5 receives",
    );
    expect(attempt((stack) => ({ queue: withDeadLetters(stack), handler: BILLING, maxAttempts: 4 }))).toContain(
      "after 3 receives",
    );
  });

  test("when its visibility timeout is below the function's timeout", () => {
    const visibilityTimeout = Duration.seconds(5);
    expect(attempt((stack) => ({ queue: withDeadLetters(stack, { visibilityTimeout }), handler: BILLING }))).toContain(
      "visibilityTimeout is 5 seconds",
    );
  });
});

describe("values that are only known at deployment pass", () => {
  test("in numbers and durations", () => {
    const token = Lazy.number({ produce: () => 7 });
    const topic = newTopic();
    const options = { handler: BILLING, batchSize: token, maxReceiveCount: token, maxConcurrency: token };
    expect(() => topic.fanOut("Billing", { ...options, retention: Duration.seconds(token) })).not.toThrow();
    // An unknown retention counts as the longest: 23 + 14 + 2 x (14 + 14) days.
    expect(topic.subscribers[0]?.retention.toDays()).toBe(93);
  });
});
