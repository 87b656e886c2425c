/** Queues of the user's own, and queues that were changed after they were created, which would lose messages or be refused by AWS. */
import { Aspects, Duration, Stack } from "aws-cdk-lib";
import { Annotations } from "aws-cdk-lib/assertions";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { describe, expect, test } from "vitest";
import { AdoptedQueue } from "../../../infra/constructs/index.ts";
import { BILLING, Match, newStack, newTopic, newWorkQueue, ownQueue, refusal, templateOf } from "./support.ts";

describe("queues are refused as they are deployed", () => {
  /** Subscribes a queue of the user's own, with its dead-letter queue, and returns why it is refused. */
  const attempt = (
    deadLetters: sqs.QueueProps | ((stack: Stack) => sqs.QueueProps),
    queueProps: sqs.QueueProps = {},
    options: object = {},
  ) => {
    const stack = newStack();
    const fifo = queueProps.fifo === true;
    const deadLetterQueue = {
      queue: new sqs.Queue(stack, "Dead", typeof deadLetters === "function" ? deadLetters(stack) : deadLetters),
      maxReceiveCount: 5,
    };
    const queue = new sqs.Queue(stack, "Own", {
      visibilityTimeout: Duration.minutes(3),
      deadLetterQueue,
      ...queueProps,
    });
    newTopic({ fifo }, stack).fanOut("A", { queue, ...options });
    return () => templateOf(stack);
  };
  const l1 = (queue: sqs.IQueue) => queue.node.defaultChild as sqs.CfnQueue;

  test("with a dead-letter queue that SQS may not use", () => {
    const { DENY_ALL, BY_QUEUE, ALLOW_ALL } = sqs.RedrivePermission;
    const message = "the redriveAllowPolicy of Shop/Dead/Resource does not let Shop/Own/Resource use it";
    expect(refusal(attempt({ redriveAllowPolicy: { redrivePermission: DENY_ALL } }))).toContain(message);
    const others = (stack: Stack) => ({ redrivePermission: BY_QUEUE, sourceQueues: [new sqs.Queue(stack, "Other")] });
    expect(refusal(attempt((stack) => ({ redriveAllowPolicy: others(stack) })))).toContain(message);
    expect(attempt({ redriveAllowPolicy: { redrivePermission: ALLOW_ALL } })).not.toThrow();
    const work = newWorkQueue();
    l1(work.deadLetterQueue).redriveAllowPolicy = { redrivePermission: "denyAll" };
    expect(refusal(() => templateOf(work))).toContain("the redriveAllowPolicy of Shop/Images/DeadLetterQueue/Resource");
    const stack = newStack();
    const deadLetterQueue = new sqs.Queue(stack, "Dead", { redriveAllowPolicy: { redrivePermission: DENY_ALL } });
    const queue = new sqs.Queue(stack, "Own", { deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 5 } });
    new AdoptedQueue(stack, "Adopted", { queue, alarms: false });
    expect(refusal(() => templateOf(stack))).toContain(message);
  });

  test("with a dead-letter queue of another type, or that keeps messages for less time, or is the queue itself", () => {
    expect(refusal(attempt({}, { fifo: true }))).toContain(
      "the dead-letter queue Shop/Dead/Resource is standard, but its queue is FIFO",
    );
    expect(refusal(attempt({}, { retentionPeriod: Duration.days(14) }))).toContain(
      "deadLetter.retention is 345600 seconds, shorter than the queue's retention of 1209600 seconds",
    );
    const adopted = newStack();
    const short = new sqs.Queue(adopted, "Own", { retentionPeriod: Duration.days(2) });
    const { deadLetterQueue } = new AdoptedQueue(adopted, "Adopted", { queue: short, alarms: false });
    l1(deadLetterQueue as sqs.IQueue).messageRetentionPeriod = 86_400;
    expect(refusal(() => templateOf(adopted))).toContain("deadLetterRetention is 86400 seconds, shorter than");
    const stack = newStack();
    const queue = ownQueue(stack);
    new AdoptedQueue(stack, "Adopted", { queue, deadLetterQueue: queue, alarms: false });
    expect(refusal(() => templateOf(stack))).toContain("Shop/Own/Resource is its own dead-letter queue");
  });

  test("if a message may be received once only, unless nothing is started that could be handed back", () => {
    const message =
      /maxReceiveCount is 1: .*\(to start the handler once only, set maxAttempts: 1 and leave maxReceiveCount out/;
    expect(refusal(() => templateOf(newWorkQueue({ handler: BILLING, maxReceiveCount: 1 })))).toMatch(message);
    const deadLetterQueue = (stack: Stack) => ({ queue: new sqs.Queue(stack, "Dead"), maxReceiveCount: 1 });
    const stack = newStack();
    const queue = new sqs.Queue(stack, "Own", {
      visibilityTimeout: Duration.minutes(3),
      deadLetterQueue: deadLetterQueue(stack),
    });
    newTopic({}, stack).fanOut("A", { queue, handler: BILLING });
    expect(refusal(() => templateOf(stack))).toMatch(message);
    expect(() => templateOf(newWorkQueue({ maxReceiveCount: 1 }))).not.toThrow();
    expect(() => templateOf(newWorkQueue({ handler: BILLING, maxAttempts: 1 }))).not.toThrow();
  });

  test("if messages expire before they are redelivered", () => {
    expect(refusal(attempt({}, { retentionPeriod: Duration.minutes(2) }))).toContain(
      "retention is 120 seconds, and visibilityTimeout is 180 seconds",
    );
  });

  test("if an L1 construct or an aspect made them so", () => {
    const redrive = newWorkQueue();
    l1(redrive.queue).redrivePolicy = undefined;
    expect(refusal(() => templateOf(redrive))).toContain("Shop/Images/Queue/Resource has no redrive policy");
    const visibility = newWorkQueue({ handler: BILLING });
    l1(visibility.queue).visibilityTimeout = 5;
    expect(refusal(() => templateOf(visibility))).toContain(
      "visibilityTimeout is 5 seconds, below the function's timeout",
    );
    const timeout = newWorkQueue({ handler: BILLING });
    const visit = (node: unknown) => {
      if (node instanceof lambda.CfnFunction) {
        node.timeout = 900;
      }
    };
    Aspects.of(timeout).add({ visit });
    expect(refusal(() => templateOf(timeout))).toContain("(set it to 5400 seconds");
  });

  test("if the subscription's dead-letter queue is the queue itself, or SNS cannot be allowed to use its key", () => {
    const stack = newStack();
    const queue = ownQueue(stack);
    expect(refusal(() => newTopic({}, stack).fanOut("A", { queue, subscriptionDeadLetter: { queue } }))).toContain(
      "subscriptionDeadLetter.queue is the queue that subscribes",
    );
    const other = newStack();
    const managed = new sqs.Queue(other, "Dead", { encryption: sqs.QueueEncryption.KMS_MANAGED });
    expect(refusal(() => newTopic({}, other).fanOut("A", { subscriptionDeadLetter: { queue: managed } }))).toContain(
      "subscriptionDeadLetter.queue is encrypted with alias/aws/sqs",
    );
  });

  test("if addPropertyOverride made them so, and not if it put right what the constructs could not see", () => {
    const overridden = (override: (queue: sqs.CfnQueue) => void) => {
      const topic = newTopic();
      override(l1(topic.fanOut("Billing", { handler: BILLING }).queue));
      return () => templateOf(topic);
    };
    expect(refusal(overridden((queue) => queue.addPropertyOverride("VisibilityTimeout", 1)))).toContain(
      "visibilityTimeout is 1 seconds, below the function's timeout",
    );
    expect(refusal(overridden((queue) => queue.addPropertyDeletionOverride("RedrivePolicy")))).toContain(
      "has no redrive policy",
    );
    expect(refusal(overridden((queue) => queue.addPropertyOverride("RedrivePolicy.maxReceiveCount", 1)))).toContain(
      "maxReceiveCount is 1",
    );
    const stack = newStack();
    const dead = new sqs.Queue(stack, "Dead");
    const queue = new sqs.Queue(stack, "Own");
    const redrive = { deadLetterTargetArn: dead.queueArn, maxReceiveCount: 3 };
    l1(queue).addPropertyOverride("RedrivePolicy", redrive);
    new AdoptedQueue(stack, "Adopted", { queue, deadLetterQueue: dead, alarms: false });
    const slow = ownQueue(stack, "Slow");
    l1(slow).visibilityTimeout = 1;
    l1(slow).addPropertyOverride("VisibilityTimeout", 180);
    newTopic({}, stack).fanOut("Billing", { queue: slow, handler: BILLING });
    expect(() => templateOf(stack)).not.toThrow();
  });
});

describe("event source mappings are checked as they are deployed", () => {
  /** Overrides the mapping of a work queue, and returns its stack. */
  const overridden = (change: (mapping: lambda.CfnEventSourceMapping) => void, options: object = {}): Stack => {
    const { eventSourceMapping } = newWorkQueue({ handler: BILLING, ...options });
    const resource = eventSourceMapping?.node.defaultChild as lambda.CfnEventSourceMapping;
    change(resource);
    return Stack.of(resource);
  };
  const warningsOf = (stack: Stack) =>
    Annotations.fromStack(stack)
      .findWarning("*", Match.stringLikeRegexp("event source mapping"))
      .map(({ entry }) => String(entry.data));

  test("and refused if Lambda would delete failed messages, or would refuse the batches", () => {
    const without = overridden((mapping) => mapping.addPropertyDeletionOverride("FunctionResponseTypes"));
    expect(refusal(() => templateOf(without))).toContain(
      "the event source mapping does not take partial batch responses",
    );
    const large = overridden((mapping) => mapping.addPropertyOverride("BatchSize", 100));
    expect(refusal(() => templateOf(large))).toContain("batchSize is 100 and maxBatchingWindow is 0 seconds");
    const waiting = overridden((mapping) => {
      mapping.addPropertyOverride("BatchSize", 100);
      mapping.addPropertyOverride("MaximumBatchingWindowInSeconds", 5);
    });
    expect(() => templateOf(waiting)).not.toThrow();
  });

  test("and a warning says that they filter or are disabled", () => {
    const filters = [lambda.FilterCriteria.filter({ body: { total: lambda.FilterRule.isEqual(1) } })];
    for (const stack of [
      overridden((mapping) => mapping.addPropertyOverride("FilterCriteria", { Filters: [{ Pattern: "{}" }] })),
      overridden(() => {}, { eventSourceProps: { filters } }),
    ]) {
      expect(warningsOf(stack)).toEqual([expect.stringContaining("Lambda deletes every message that the filters")]);
    }
    const disable = (mapping: lambda.CfnEventSourceMapping) => mapping.addPropertyOverride("Enabled", false);
    expect(warningsOf(overridden(disable))).toEqual([expect.stringContaining("disables the event source mapping")]);
    expect(warningsOf(overridden(disable, { enabled: false }))).toEqual([]);
    expect(warningsOf(overridden(() => {}))).toEqual([]);
  });
});

describe("subscriptions are checked as they are deployed", () => {
  const changed = (name: string, value: unknown, options: object = {}): Stack => {
    const { subscription } = newTopic().fanOut("Billing", { events: ["OrderPlaced"], ...options });
    subscription.addPropertyOverride(name, value);
    return Stack.of(subscription);
  };

  test("and refused without their dead-letter queue, unless the options ask for none", () => {
    const message = "Shop/Orders/Billing/Subscription has no redrive policy: what SNS cannot deliver would be lost";
    expect(refusal(() => templateOf(changed("RedrivePolicy", undefined)))).toContain(message);
    const { subscription } = newTopic().push("Ops", { email: "ops@example.com" });
    subscription.redrivePolicy = undefined;
    expect(refusal(() => templateOf(Stack.of(subscription)))).toContain("Ops/Subscription has no redrive policy");
    expect(() => templateOf(changed("RedrivePolicy", undefined, { subscriptionDeadLetter: false }))).not.toThrow();
  });

  test.each([
    ["RawMessageDelivery", false],
    ["FilterPolicy", { fanfareType: ["other"] }],
    ["FilterPolicyScope", "MessageBody"],
  ])("and a warning says that %s was changed", (name, value) => {
    const warnings = (stack: Stack) =>
      Annotations.fromStack(stack).findWarning("*", Match.stringLikeRegexp("an override changes"));
    expect(warnings(changed(name, value)).map(({ entry }) => entry.data)).toEqual([
      expect.stringContaining(`changes ${name} of Shop/Orders/Billing/Subscription`),
    ]);
    expect(warnings(changed("Region", "eu-central-1"))).toEqual([]);
  });
});
