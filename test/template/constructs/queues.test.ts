import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { describe, expect, test } from "vitest";
import type { FanOutOptions, FanoutTopicProps } from "../../../infra/constructs/index.ts";
import type { orders } from "../fixtures/contract.ts";
import { BILLING, newStack, newTopic, properties, resource, templateOf } from "./support.ts";

const QUEUE = "AWS::SQS::Queue";

function queues(options: FanOutOptions<typeof orders> = {}, props: Partial<FanoutTopicProps<typeof orders>> = {}) {
  const topic = newTopic(props);
  topic.fanOut("Billing", options);
  const template = templateOf(topic);
  return {
    template,
    queue: properties(template, QUEUE, "OrdersBillingQueue"),
    deadLetters: properties(template, QUEUE, "OrdersBillingDeadLetterQueue"),
    subscriptionDeadLetters: properties(template, QUEUE, "OrdersBillingSubscriptionDeadLetterQueue"),
  };
}

describe("a subscriber's queue", () => {
  test("has a dead-letter queue of its own that no other queue may use", () => {
    const { queue, deadLetters } = queues();
    expect(queue.RedrivePolicy).toMatchObject({
      deadLetterTargetArn: { "Fn::GetAtt": [expect.stringMatching(/^OrdersBillingDeadLetterQueue/), "Arn"] },
      maxReceiveCount: 5,
    });
    expect(deadLetters.RedriveAllowPolicy).toMatchObject({ redrivePermission: "byQueue" });
    const [source] = (deadLetters.RedriveAllowPolicy as { sourceQueueArns: unknown[] }).sourceQueueArns;
    expect(JSON.stringify(source)).toContain(`:${queue.QueueName}"`);
    expect(deadLetters.RedrivePolicy).toBeUndefined();
  });

  test("keeps messages for 4 days, its dead-letter queues for 14", () => {
    const { queue, deadLetters, subscriptionDeadLetters } = queues();
    expect(queue.MessageRetentionPeriod).toBe(345_600);
    expect(deadLetters.MessageRetentionPeriod).toBe(1_209_600);
    expect(subscriptionDeadLetters.MessageRetentionPeriod).toBe(1_209_600);
  });

  test("keeps messages for as long as it is told", () => {
    const { queue, deadLetters, subscriptionDeadLetters } = queues({
      retention: Duration.days(1),
      deadLetter: { retention: Duration.days(7) },
      subscriptionDeadLetter: { retention: Duration.days(8) },
    });
    expect(queue.MessageRetentionPeriod).toBe(86_400);
    expect(deadLetters.MessageRetentionPeriod).toBe(604_800);
    expect(subscriptionDeadLetters.MessageRetentionPeriod).toBe(691_200);
  });

  test("moves a message after as many receives as it is told", () => {
    expect(queues({ maxReceiveCount: 9 }).queue.RedrivePolicy).toMatchObject({ maxReceiveCount: 9 });
  });

  test.each([
    ["by default", {}, 55],
    ["for fewer attempts", { maxAttempts: 2 }, 22],
    ["for other batches", { batchSize: 4 }, 25],
    ["for large batches", { batchSize: 10_000, maxBatchingWindow: Duration.seconds(1) }, 1_000],
  ])("has room for hand-backs beside the attempts of its handler, %s", (_, options, maxReceiveCount) => {
    expect(queues({ handler: BILLING, ...options }).queue.RedrivePolicy).toMatchObject({ maxReceiveCount });
  });

  test("is encrypted by SQS, as are its dead-letter queues", () => {
    const { queue, deadLetters, subscriptionDeadLetters } = queues();
    for (const each of [queue, deadLetters, subscriptionDeadLetters]) {
      expect(each.SqsManagedSseEnabled).toBe(true);
      expect(each.KmsMasterKeyId).toBeUndefined();
    }
  });

  test("takes nothing without TLS, nor do its dead-letter queues", () => {
    const policies = Object.values(queues().template.findResources("AWS::SQS::QueuePolicy"));
    expect(policies).toHaveLength(1);
    expect(policies[0]?.Properties.Queues).toHaveLength(3);
    expect(policies[0]?.Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: "Deny",
        Action: "sqs:*",
        Principal: { AWS: "*" },
        Resource: "*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    );
  });

  test("keeps statements that are added later in the one policy: a second policy would replace it", () => {
    const topic = newTopic();
    const billing = topic.fanOut("Billing");
    const { queue, subscriptionDeadLetterQueue } = billing;
    for (const each of [queue, billing.deadLetterQueue, subscriptionDeadLetterQueue]) {
      each?.grantSendMessages(new iam.ServicePrincipal("s3.amazonaws.com"));
    }
    const template = templateOf(topic);
    template.resourceCountIs("AWS::SQS::QueuePolicy", 1);
    const policy = JSON.stringify(properties(template, "AWS::SQS::QueuePolicy", "OrdersBilling"));
    expect(policy).toContain("s3.amazonaws.com");
    expect(policy).toContain("sns.amazonaws.com");
    expect(queue.node.tryFindChild("Policy")).toBeDefined();
  });

  test("may take messages without TLS if the user insists", () => {
    const topic = newTopic();
    topic.fanOut("Billing", { queueProps: { enforceSSL: false } });
    expect(JSON.stringify(templateOf(topic).findResources("AWS::SQS::QueuePolicy"))).not.toContain("SecureTransport");
  });

  test("has SQS's visibility and delay without a handler", () => {
    const { queue } = queues();
    expect(queue.VisibilityTimeout).toBeUndefined();
    expect(queue.DelaySeconds).toBeUndefined();
  });

  test("hides messages for 6 times the handler's timeout plus the window", () => {
    expect(queues({ handler: BILLING }).queue.VisibilityTimeout).toBe(180);
    expect(queues({ handler: { ...BILLING, timeout: Duration.seconds(60) } }).queue.VisibilityTimeout).toBe(360);
    const window = Duration.seconds(20);
    expect(queues({ handler: BILLING, maxBatchingWindow: window }).queue.VisibilityTimeout).toBe(200);
  });

  test("hides messages for 6 times Lambda's default timeout when a function sets none", () => {
    const stack = newStack();
    const topic = newTopic({}, stack);
    const code = lambda.Code.fromInline("exports.handler = () => {}");
    const fn = new lambda.Function(stack, "Fn", {
      code,
      handler: "index.handler",
      runtime: lambda.Runtime.NODEJS_24_X,
    });
    topic.fanOut("Billing", { handler: fn });
    expect(properties(templateOf(topic), QUEUE, "OrdersBillingQueue").VisibilityTimeout).toBe(18);
  });

  test("hides and delays messages for as long as it is told", () => {
    const { queue } = queues({
      handler: BILLING,
      visibilityTimeout: Duration.minutes(10),
      deliveryDelay: Duration.seconds(90),
    });
    expect(queue.VisibilityTimeout).toBe(600);
    expect(queue.DelaySeconds).toBe(90);
  });

  test("is standard on a standard topic", () => {
    const { queue, deadLetters, subscriptionDeadLetters } = queues();
    for (const each of [queue, deadLetters, subscriptionDeadLetters]) {
      expect(each.FifoQueue).toBeUndefined();
      expect(each.QueueName).not.toMatch(/\.fifo$/);
    }
  });

  test("is FIFO with high throughput and explicit deduplication ids on a FIFO topic, as are its dead-letter queues", () => {
    const { queue, deadLetters, subscriptionDeadLetters } = queues({}, { fifo: true });
    for (const each of [queue, deadLetters, subscriptionDeadLetters]) {
      expect(each).toMatchObject({
        FifoQueue: true,
        ContentBasedDeduplication: false,
        DeduplicationScope: "messageGroup",
        FifoThroughputLimit: "perMessageGroupId",
        QueueName: expect.stringMatching(/\.fifo$/),
      });
    }
  });

  test("can be standard on a FIFO topic, with a standard dead-letter queue for its subscription", () => {
    const { queue, deadLetters, subscriptionDeadLetters } = queues({ fifo: false }, { fifo: true });
    expect(queue.FifoQueue).toBeUndefined();
    expect(deadLetters.FifoQueue).toBeUndefined();
    expect(subscriptionDeadLetters.FifoQueue).toBeUndefined();
  });

  test("has a readable name of stack and construct, or the one it is given", () => {
    const made = queues();
    expect(made.queue.QueueName).toMatch(/^Shop-Orders-Billing-[0-9a-f]{8}$/);
    expect(made.deadLetters.QueueName).toMatch(/^Shop-Orders-Billing-dlq-[0-9a-f]{8}$/);
    const given = queues({ queueName: "billing", deadLetter: { queueName: "billing-failed" } });
    expect(given.queue.QueueName).toBe("billing");
    expect(given.deadLetters.QueueName).toBe("billing-failed");
    expect(JSON.stringify(given.deadLetters.RedriveAllowPolicy)).toContain(':billing"');
  });

  test("has names of at most 80 characters that differ where the start does not", () => {
    const id = "AVeryLongNameOfASubscriberThatSaysEverythingThereIsToSayAboutItself";
    const topic = newTopic({ fifo: true }, newStack({}, "AStackWithALongNameToo"));
    topic.fanOut(`${id}One`);
    topic.fanOut(`${id}Two`);
    const names = Object.values(templateOf(topic).findResources(QUEUE)).map((queue) => queue.Properties.QueueName);
    expect(new Set(names).size).toBe(6);
    for (const name of names) {
      expect(name.length).toBeLessThanOrEqual(80);
      expect(name).toMatch(/^[A-Za-z0-9_-]+\.fifo$/);
    }
  });

  test("has other names in a stack of another name", () => {
    const name = (stackName: string) => {
      const topic = newTopic({}, newStack({ stackName }));
      topic.fanOut("Billing");
      return properties(templateOf(topic), QUEUE, "OrdersBillingQueue").QueueName;
    };
    expect(name("shop-test")).not.toBe(name("shop-live"));
  });

  test("goes with the stack, or stays when it is told to", () => {
    expect(resource(queues().template, QUEUE, "OrdersBillingQueue").DeletionPolicy).toBe("Delete");
    const { template } = queues({ queueRemovalPolicy: RemovalPolicy.RETAIN });
    expect(resource(template, QUEUE, "OrdersBillingQueue").DeletionPolicy).toBe("Retain");
    expect(resource(template, QUEUE, "OrdersBillingDeadLetterQueue").DeletionPolicy).toBe("Retain");
  });

  test("takes any other property, which wins", () => {
    const { queue } = queues({
      visibilityTimeout: Duration.seconds(40),
      queueProps: { visibilityTimeout: Duration.seconds(50), receiveMessageWaitTime: Duration.seconds(20) },
    });
    expect(queue.VisibilityTimeout).toBe(50);
    expect(queue.ReceiveMessageWaitTimeSeconds).toBe(20);
  });

  test("can be in another stack than the topic", () => {
    const topic = newTopic({ dashboard: true, largePayloads: true });
    const other = new Stack(topic.node.root as never, "Billing");
    topic.fanOut("Billing", { scope: other, handler: BILLING });
    const template = templateOf(other);
    expect(properties(template, QUEUE, "BillingQueue").QueueName).toMatch(/^Billing-Billing-/);
    template.resourceCountIs("AWS::SNS::Subscription", 1);
    templateOf(topic).resourceCountIs(QUEUE, 0);
  });
});
