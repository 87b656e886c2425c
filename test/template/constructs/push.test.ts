import { Size, Stack } from "aws-cdk-lib";
import { Annotations } from "aws-cdk-lib/assertions";
import * as kms from "aws-cdk-lib/aws-kms";
import * as sns from "aws-cdk-lib/aws-sns";
import { describe, expect, test } from "vitest";
import { HandlerFunction, type PushTarget } from "../../../infra/constructs/index.ts";
import { BILLING, Match, newStack, newTopic, properties, refusal, statementsOf, templateOf } from "./support.ts";

const STREAM = "arn:aws:firehose:eu-central-1:111122223333:deliverystream/events";

describe("push", () => {
  test.each<[PushTarget, Record<string, unknown>]>([
    [{ email: "ops@example.com" }, { Protocol: "email", Endpoint: "ops@example.com" }],
    [{ email: "ops@example.com", json: true }, { Protocol: "email-json" }],
    [{ sms: "+4915112345678" }, { Protocol: "sms", Endpoint: "+4915112345678" }],
    [{ https: "https://example.com/in" }, { Protocol: "https", RawMessageDelivery: false }],
    [
      { https: "https://example.com/in", raw: true },
      { Protocol: "https", RawMessageDelivery: true },
    ],
    [{ firehose: STREAM }, { Protocol: "firehose", Endpoint: STREAM, RawMessageDelivery: true }],
  ])("%j subscribes with a filter and a dead-letter queue", (target, expected) => {
    const topic = newTopic();
    topic.push("Ops", { ...target, events: ["OrderPlaced"], where: { region: ["eu"] } });
    const template = templateOf(topic);
    const subscription = properties(template, "AWS::SNS::Subscription", "OrdersOps");
    expect(subscription).toMatchObject({
      ...expected,
      FilterPolicy: { type: ["orders.OrderPlaced"], region: ["eu"] },
      FilterPolicyScope: "MessageAttributes",
    });
    expect(JSON.stringify(subscription.RedrivePolicy)).toContain("OrdersOpsDeadLetterQueue");
    expect(properties(template, "AWS::SQS::Queue", "OrdersOpsDeadLetterQueue").MessageRetentionPeriod).toBe(1_209_600);
    const policy = JSON.stringify(properties(template, "AWS::SQS::QueuePolicy", "OrdersOps").PolicyDocument);
    expect(policy).toContain("sns.amazonaws.com");
    expect(policy).toContain("aws:SecureTransport");
  });

  test("to a function allows this topic to invoke it", () => {
    const stack = newStack();
    const topic = newTopic({}, stack);
    topic.push("Ops", { lambda: new HandlerFunction(stack, "Notify", BILLING) });
    const template = templateOf(stack);
    template.hasResourceProperties("AWS::Lambda::Permission", {
      Principal: "sns.amazonaws.com",
      SourceArn: { Ref: Match.stringLikeRegexp("^OrdersTopic") },
    });
    expect(properties(template, "AWS::SNS::Subscription", "OrdersOps").Protocol).toBe("lambda");
  });

  test("to Firehose has a role for this stream only", () => {
    const topic = newTopic();
    topic.push("Lake", { firehose: STREAM });
    const statements = statementsOf(templateOf(topic), "OrdersLakeRole");
    expect(statements.map(({ Resource }) => Resource)).toEqual([STREAM]);
  });

  test("filters on data, encrypts the dead-letter queue, and has an alarm", () => {
    const stack = newStack();
    const actionTopic = new sns.Topic(stack, "Pages");
    const topic = newTopic({ encryptionKey: new kms.Key(stack, "Key"), alarms: { actionTopic } }, stack);
    const pushed = topic.push("Ops", {
      email: "ops@example.com",
      events: ["OrderPlaced"],
      whereData: { region: ["eu"] },
    });
    expect(pushed.alarms).toHaveLength(1);
    const template = templateOf(stack);
    expect(properties(template, "AWS::SNS::Subscription", "OrdersOps").FilterPolicyScope).toBe("MessageBody");
    expect(properties(template, "AWS::SQS::Queue", "OrdersOps").KmsMasterKeyId).toBeDefined();
  });

  test.each<[string, () => unknown, string]>([
    ["FIFO", () => newTopic({ fifo: true }).push("Ops", { email: "ops@example.com" }), "to SQS only"],
    [
      "large messages",
      () => newTopic({ maximumMessageSize: Size.mebibytes(1) }).push("Ops", { sms: "+4915112345678" }),
      "SQS, Lambda and Firehose only",
    ],
    ["an address", () => newTopic().push("Ops", { email: "ops" }), 'email is "ops"'],
    ["a number", () => newTopic().push("Ops", { sms: "0151 1234" }), "+4915112345678"],
    ["plain HTTP", () => newTopic().push("Ops", { https: "http://example.com" }), "https://example.com/events"],
    ["no host", () => newTopic().push("Ops", { https: "https://example.com:99999/in" }), "example.com:99999"],
    ["raw by e-mail", () => newTopic().push("Ops", { email: "a@b.cd", raw: true }), "raw is given with email"],
    ["json by phone", () => newTopic().push("Ops", { sms: "+491511234567", json: true }), "an option of email"],
    ["two targets", () => newTopic().push("Ops", { email: "a@b.cd", sms: "+491511234567" }), "email and sms"],
    // @ts-expect-error a target is required
    ["no target", () => newTopic().push("Ops", {}), "no target"],
    [
      "an id twice",
      () => {
        const topic = newTopic();
        topic.push("Ops", { email: "a@example.com" });
        topic.fanOut("Ops");
      },
      "already used",
    ],
    [
      "an address twice",
      () => {
        const topic = newTopic();
        topic.push("One", { email: "a@example.com" });
        topic.push("Two", { email: "a@example.com" });
      },
      "already subscribed",
    ],
    [
      "an unknown attribute",
      () => newTopic().push("Ops", { email: "a@b.cd", where: { reason: ["x"] } as never }),
      "never",
    ],
  ])("%s is refused", (_what, build, reason) => {
    expect(refusal(build)).toContain(reason);
  });

  test("to one endpoint twice is refused", () => {
    const topic = newTopic();
    topic.push("A", { email: "ops@example.com", events: ["OrderPlaced"] });
    expect(refusal(() => topic.push("B", { email: "ops@example.com", events: ["OrderCancelled"] }))).toContain(
      "Shop/Orders/B: email is already subscribed to the topic by Shop/Orders/A/Subscription; SNS keeps one subscription and one filter per topic and endpoint (give each subscriber its own email",
    );
  });

  test("of offloaded bodies is warned of", () => {
    const topic = newTopic({ largePayloads: true });
    topic.push("Ops", { email: "ops@example.com" });
    expect(
      Annotations.fromStack(Stack.of(topic)).findWarning("*", Match.stringLikeRegexp("pointer to S3")),
    ).toHaveLength(1);
  });
});
