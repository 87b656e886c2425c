import { type App, Stack } from "aws-cdk-lib";
import { Annotations, Match, Template } from "aws-cdk-lib/assertions";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as kms from "aws-cdk-lib/aws-kms";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as sns from "aws-cdk-lib/aws-sns";
import * as sqs from "aws-cdk-lib/aws-sqs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FanoutTopic, type FanoutTopicProps, WorkQueue } from "../../../infra/constructs/index.ts";
import { snsPrincipal } from "../../../lib/regions/index.ts";
import { images, type orders } from "../fixtures/contract.ts";
import { BILLING, environmentOf, newApp, newStack, newTopic, properties, refusal, statementsOf } from "./support.ts";

const HERE = { account: "111122223333", region: "eu-central-1" };
const FAR = { account: "111122223333", region: "us-east-1" };
const OTHER = { account: "444455556666", region: "eu-central-1" };

interface Two {
  readonly app: App;
  readonly home: Stack;
  readonly far: Stack;
  readonly topic: FanoutTopic<typeof orders>;
}

/** A topic in one place, and a stack in another. */
function two(
  there: { account: string; region: string },
  props: Partial<FanoutTopicProps<typeof orders>> = {},
  here = HERE,
): Two {
  const app = newApp();
  const home = new Stack(app, "Home", { env: here });
  const far = new Stack(app, "Far", { env: there });
  return { app, home, far, topic: newTopic(props, home) };
}

const ownFunction = (scope: Stack) =>
  new lambda.Function(scope, "Own", {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: "index.handler",
    code: lambda.Code.fromInline("exports.handler = async () => {}"),
  });

/** The statements of the policy whose logical id starts with a prefix. */
function policy(stack: Stack, type: string, prefix: string): Record<string, unknown>[] {
  const { PolicyDocument, KeyPolicy } = properties(Template.fromStack(stack), type, prefix);
  return ((PolicyDocument ?? KeyPolicy) as { Statement: Record<string, unknown>[] }).Statement;
}

const ofService = (statements: Record<string, unknown>[]) =>
  statements.flatMap(({ Principal }) => (Principal as { Service?: string | string[] }).Service ?? []);

describe("a subscriber in another Region", () => {
  test("has its dead-letter queue for the subscription beside the topic, and everything else beside the handler", () => {
    const { app, home, far, topic } = two(FAR, { alarms: {}, dashboard: true });
    topic.fanOut("Billing", { scope: far, handler: BILLING });
    app.synth();
    const [there, here] = [Template.fromStack(far), Template.fromStack(home)];
    const dead = properties(here, "AWS::SQS::Queue", "OrdersBillingSubscriptionDeadLetterQueue");
    expect(properties(there, "AWS::SNS::Subscription", "Billing")).toMatchObject({
      Region: "eu-central-1",
      TopicArn: expect.objectContaining({ "Fn::Join": expect.anything() }),
      RedrivePolicy: { deadLetterTargetArn: expect.objectContaining({ "Fn::Join": expect.anything() }) },
    });
    const subscription = JSON.stringify(properties(there, "AWS::SNS::Subscription", "Billing"));
    expect(subscription).toContain(`:sqs:eu-central-1:111122223333:${dead.QueueName}`);
    expect(Object.keys(there.findResources("AWS::SQS::Queue"))).toHaveLength(2);
    there.resourceCountIs("AWS::DynamoDB::Table", 1);
    here.resourceCountIs("AWS::DynamoDB::Table", 0);
    expect(environmentOf(there, "BillingHandler").FANFARE_IDEMPOTENCY_TABLE).toEqual({
      Ref: expect.stringMatching(/^BillingIdempotency/),
    });
    expect(far.dependencies).toEqual([home]);
    // The alarm of that queue is where its metric is.
    const alarm = properties(here, "AWS::CloudWatch::Alarm", "OrdersBillingDeadLetters");
    expect(JSON.stringify(alarm.Dimensions)).toContain("OrdersBillingSubscriptionDeadLetterQueue");
    expect(JSON.stringify(there.findResources("AWS::CloudWatch::Alarm"))).not.toContain("SubscriptionDeadLetter");
    expect(JSON.stringify(properties(here, "AWS::CloudWatch::Dashboard", "Orders"))).toContain(
      '\\"region\\":\\"us-east-1\\"',
    );
  });

  test("lets SNS send as the principal of the two Regions, to the queue and with its key, whatever they are", () => {
    const region = fc.constantFrom(
      "eu-central-1",
      "us-west-2",
      "ap-east-1",
      "eu-south-2",
      "me-central-1",
      "ap-southeast-7",
      "xx-new-9",
    );
    fc.assert(
      fc.property(region, region, (topicRegion, queueRegion) => {
        const here = { ...HERE, region: topicRegion };
        const { home, far, topic } = two({ ...FAR, region: queueRegion }, {}, here);
        topic.fanOut("Billing", { scope: far, encryptionKey: new kms.Key(far, "Key") });
        const expected = [snsPrincipal(topicRegion, queueRegion)];
        expect(ofService(policy(far, "AWS::SQS::QueuePolicy", "Billing"))).toEqual(expected);
        expect(ofService(policy(far, "AWS::KMS::Key", "Key"))).toEqual(expected);
        if (topicRegion !== queueRegion) {
          expect(ofService(policy(home, "AWS::SQS::QueuePolicy", "OrdersBilling"))).toEqual(["sns.amazonaws.com"]);
        }
      }),
      { numRuns: 15 },
    );
  });

  test("is refused with a key of the topic's Region, and told which one it needs", () => {
    const { home, far, topic } = two(FAR, {});
    const encryptionKey = new kms.Key(home, "Key");
    expect(refusal(() => topic.fanOut("Billing", { scope: far, encryptionKey }))).toBe(
      "Far/Billing: encryptionKey is in eu-central-1, but the queues would be in us-east-1; AWS services use only keys of their own Region (give the subscriber a key of us-east-1: fanOut(id, { encryptionKey: ..., ... }))",
    );
  });

  test("encrypts what is beside the topic with the topic's key, and the rest with its own", () => {
    const app = newApp();
    const [home, far] = [new Stack(app, "Home", { env: HERE }), new Stack(app, "Far", { env: FAR })];
    const topic = newTopic({ encryptionKey: new kms.Key(home, "Key"), largePayloads: true }, home);
    topic.fanOut("Billing", { scope: far, handler: BILLING, encryptionKey: new kms.Key(far, "Key") });
    app.synth();
    for (const stack of [home, far]) {
      for (const queue of Object.values(Template.fromStack(stack).findResources("AWS::SQS::Queue"))) {
        expect(JSON.stringify(queue.Properties.KmsMasterKeyId)).toMatch(/Key/);
      }
    }
    const decrypt = statementsOf(Template.fromStack(far), "BillingHandler").filter(
      ({ Action }) => Action === "kms:Decrypt",
    );
    expect(JSON.stringify(decrypt)).toContain(":kms:eu-central-1:111122223333:key/*");
    expect(decrypt).toContainEqual(
      expect.objectContaining({ Condition: { StringEquals: { "kms:ViaService": "s3.eu-central-1.amazonaws.com" } } }),
    );
  });

  test("reads the payloads of the topic's bucket under its name", () => {
    const { app, home, far, topic } = two(FAR, { largePayloads: true });
    topic.fanOut("Billing", { scope: far, handler: BILLING });
    app.synth();
    const { BucketName } = properties(Template.fromStack(home), "AWS::S3::Bucket", "OrdersPayloads");
    expect(environmentOf(Template.fromStack(far), "BillingHandler").FANFARE_PAYLOAD_SOURCES).toBe(
      `${BucketName}/orders/`,
    );
    const reads = statementsOf(Template.fromStack(far), "BillingHandler").filter(
      ({ Action }) => Action === "s3:GetObject",
    );
    expect(JSON.stringify(reads)).toContain(`:s3:::${BucketName}/orders/*`);
  });

  test("is told the Region of a table elsewhere", () => {
    const { far, topic } = two(FAR);
    const arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/records";
    const idempotencyTable = dynamodb.Table.fromTableArn(far, "Records", arn);
    topic.fanOut("Billing", { scope: far, handler: BILLING, idempotencyTable });
    expect(environmentOf(Template.fromStack(far), "BillingHandler").FANFARE_IDEMPOTENCY_TABLE).toBe(arn);
  });

  test("is refused a table of another account", () => {
    const { far, topic } = two(FAR);
    const idempotencyTable = dynamodb.Table.fromTableArn(
      far,
      "T",
      "arn:aws:dynamodb:us-east-1:444455556666:table/records",
    );
    expect(refusal(() => topic.fanOut("Billing", { scope: far, handler: BILLING, idempotencyTable }))).toContain(
      "Far/Billing: idempotencyTable is in account 444455556666, us-east-1, but the handler is in account 111122223333, us-east-1",
    );
  });
});

describe("a topic in another Region", () => {
  const imported = (stack: Stack) => sns.Topic.fromTopicArn(stack, "Own", "arn:aws:sns:us-east-1:111122223333:own");

  test("has no alarms and no row here", () => {
    const stack = newStack({ env: HERE });
    const topic = newTopic({ topic: imported(stack), alarms: {}, dashboard: true }, stack);
    expect(topic.alarms).toEqual([]);
    topic.fanOut("Billing", { subscriptionDeadLetter: false });
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain("NumberOfNotifications");
  });

  test("needs the subscription's dead-letter queue there", () => {
    const stack = newStack({ env: HERE });
    expect(refusal(() => newTopic({ topic: imported(stack) }, stack).fanOut("Billing"))).toContain(
      "the topic is in account 111122223333, us-east-1, where the dead-letter queue of the subscription must be, but the subscriber is in account 111122223333, eu-central-1",
    );
  });

  test.each([
    [
      "arn:aws:sqs:eu-central-1:111122223333:dead",
      "subscriptionDeadLetter.queue is in account 111122223333, eu-central-1, but SNS requires it where the topic is",
    ],
    ["arn:aws:sqs:us-east-1:444455556666:dead", "subscriptionDeadLetter.queue is in account 444455556666, us-east-1"],
    [
      "arn:aws:sqs:us-east-1:111122223333:dead.fifo",
      "subscriptionDeadLetter.queue is FIFO, but the queue that subscribes is standard",
    ],
  ])("refuses %s", (arn, message) => {
    const stack = newStack({ env: HERE });
    const queue = sqs.Queue.fromQueueArn(stack, "Dead", arn);
    const attempt = () =>
      newTopic({ topic: imported(stack) }, stack).fanOut("Billing", { subscriptionDeadLetter: { queue } });
    expect(refusal(attempt)).toContain(message);
  });

  test("takes one there, with the statement that it needs", () => {
    const stack = newStack({ env: HERE });
    const queue = sqs.Queue.fromQueueArn(stack, "Dead", "arn:aws:sqs:us-east-1:111122223333:dead");
    newTopic({ topic: imported(stack) }, stack).fanOut("Billing", { subscriptionDeadLetter: { queue } });
    expect(properties(Template.fromStack(stack), "AWS::SNS::Subscription", "OrdersBilling").RedrivePolicy).toEqual({
      deadLetterTargetArn: "arn:aws:sqs:us-east-1:111122223333:dead",
    });
    Annotations.fromStack(stack).hasWarning(
      "*",
      Match.stringLikeRegexp(
        'Its policy must have this statement.*"Action":"sqs:SendMessage".*"aws:SourceArn":"arn:aws:sns:us-east-1:111122223333:own".*"Service":"sns.amazonaws.com"',
      ),
    );
  });
});

describe("a Region that is known only at deployment", () => {
  const topicIn = (region: string) => {
    const stack = newStack();
    const own = sns.Topic.fromTopicArn(stack, "Own", `arn:aws:sns:${region}:111122223333:own`);
    newTopic({ topic: own }, stack).fanOut("Billing");
    return stack;
  };

  test("is taken to be that of the topic: the service and its Region may send, and a warning names the risk", () => {
    const stack = topicIn("ap-east-1");
    const { Statement } = properties(Template.fromStack(stack), "AWS::SQS::QueuePolicy", "OrdersBilling")
      .PolicyDocument as { Statement: Record<string, unknown>[] };
    expect(Statement[1]?.Principal).toEqual({ Service: ["sns.amazonaws.com", "sns.ap-east-1.amazonaws.com"] });
    expect(properties(Template.fromStack(stack), "AWS::SNS::Subscription", "OrdersBilling").Region).toBe("ap-east-1");
    Annotations.fromStack(stack).hasWarning("*", Match.stringLikeRegexp("Set env.region on the stack of the queue"));
  });

  test("is an information where the other one is enabled by default", () => {
    const stack = topicIn("eu-west-1");
    Annotations.fromStack(stack).hasNoWarning("*", Match.anyValue());
    Annotations.fromStack(stack).hasInfo("*", Match.stringLikeRegexp("Set env.region"));
  });

  test("of both is that of one stack", () => {
    const topic = newTopic();
    topic.fanOut("Billing");
    const stack = Stack.of(topic);
    Annotations.fromStack(stack).hasNoWarning("*", Match.anyValue());
    Annotations.fromStack(stack).hasNoInfo("*", Match.anyValue());
  });
});

describe("a function", () => {
  test("of another stack is refused before CDK finds a cycle, and works with scope", () => {
    const app = newApp();
    const [home, functions] = [new Stack(app, "Home"), new Stack(app, "Functions")];
    const handler = ownFunction(functions);
    const topic = newTopic({}, home);
    expect(refusal(() => topic.fanOut("Billing", { handler }))).toBe(
      "Home/Orders/Billing: handler is in the stack Functions, but its queue would be in Home: each stack would refer to the other, and CDK refuses such a cycle (create the queue in the stack of the function: fanOut(id, { scope: stackOfTheFunction, handler, ... }), or the WorkQueue itself in that stack)",
    );
    const other = new Stack(app, "Other");
    newTopic({}, other).fanOut("Shipping", { handler, scope: functions });
    Template.fromStack(functions).resourceCountIs("AWS::Lambda::EventSourceMapping", 1);
  });

  test("of another stack is refused to a work queue too", () => {
    const app = newApp();
    const [home, functions] = [new Stack(app, "Home"), new Stack(app, "Functions")];
    expect(
      refusal(() => new WorkQueue(home, "Images", { contract: images, handler: ownFunction(functions) })),
    ).toContain("or the WorkQueue itself in that stack");
  });

  test.each([
    ["another Region", "arn:aws:lambda:us-east-1:111122223333:function:f"],
    ["another account", "arn:aws:lambda:eu-central-1:444455556666:function:f"],
  ])("of %s is refused", (_, functionArn) => {
    const stack = newStack({ env: HERE });
    const handler = lambda.Function.fromFunctionArn(stack, "F", functionArn);
    expect(refusal(() => newTopic({}, stack).fanOut("Billing", { handler }))).toContain(
      "the event source mapping, the queue and the function must be in one account and Region",
    );
  });
});

describe("a subscriber in another account", () => {
  test("is let in by the topic, the payload bucket and its key, and subscribes itself", () => {
    const app = newApp();
    const [home, far] = [new Stack(app, "Home", { env: HERE }), new Stack(app, "Far", { env: OTHER })];
    const topic = newTopic({ largePayloads: true, encryptionKey: new kms.Key(home, "Key") }, home);
    topic.fanOut("Billing", { scope: far, handler: BILLING, encryptionKey: new kms.Key(far, "Key") });
    topic.fanOut("Shipping", { scope: far, encryptionKey: new kms.Key(far, "Key2") });
    app.synth();
    const admitted = policy(home, "AWS::SNS::TopicPolicy", "OrdersTopic").filter(
      ({ Action }) => Action === "sns:Subscribe",
    );
    expect(admitted).toEqual([
      {
        Sid: expect.any(String),
        Action: "sns:Subscribe",
        Effect: "Allow",
        Principal: { AWS: { "Fn::Join": ["", ["arn:", { Ref: "AWS::Partition" }, ":iam::444455556666:root"]] } },
        Resource: { Ref: expect.stringMatching(/^OrdersTopic/) },
        Condition: {
          StringEquals: { "sns:Protocol": "sqs" },
          StringLike: { "sns:Endpoint": ["arn:*:sqs:*:444455556666:*"] },
        },
      },
    ]);
    const ofBucket = policy(home, "AWS::S3::BucketPolicy", "OrdersPayloads").filter(({ Effect }) => Effect === "Allow");
    expect(ofBucket.map(({ Action }) => Action)).toEqual(["s3:GetObject", "s3:ListBucket"]);
    expect(JSON.stringify(ofBucket)).toContain(":iam::444455556666:root");
    const ofKey = policy(home, "AWS::KMS::Key", "Key").filter(({ Action }) => Action === "kms:Decrypt");
    expect(JSON.stringify(ofKey)).toMatch(/444455556666:root.*|.*kms:ViaService/);
    const reads = statementsOf(Template.fromStack(far), "BillingHandler");
    expect(JSON.stringify(reads)).toContain(":kms:eu-central-1:111122223333:key/*");
    expect(properties(Template.fromStack(far), "AWS::SNS::Subscription", "Billing").Region).toBeUndefined();
    const ofDeadLetters = policy(home, "AWS::SQS::QueuePolicy", "OrdersBilling");
    expect(JSON.stringify(ofDeadLetters)).toMatch(/"sqs:ReceiveMessage".*:iam::444455556666:root/);
    Annotations.fromStack(far).hasNoWarning("*", Match.stringLikeRegexp("cannot be changed"));
  });

  test("shows nothing on the topic's dashboard", () => {
    const { home, far, topic } = two(OTHER, { dashboard: true });
    topic.fanOut("Billing", { scope: far });
    expect(JSON.stringify(properties(Template.fromStack(home), "AWS::CloudWatch::Dashboard", "Orders"))).not.toContain(
      "Billing",
    );
  });

  test("with a queue of that account is refused in another stack: nobody would confirm the subscription", () => {
    const stack = newStack({ env: HERE });
    const queue = sqs.Queue.fromQueueArn(stack, "Q", "arn:aws:sqs:eu-central-1:444455556666:q");
    expect(refusal(() => newTopic({}, stack).fanOut("Billing", { queue, queuePolicyAllowsTopic: true }))).toContain(
      "queue belongs to account 444455556666, but the subscriber is in account 111122223333, eu-central-1: a subscription that another account makes waits for a confirmation",
    );
  });

  test("of a topic that cannot be changed is a warning with the statement", () => {
    const stack = newStack({ env: HERE });
    const own = sns.Topic.fromTopicArn(stack, "Own", "arn:aws:sns:eu-central-1:444455556666:own");
    const topic = newTopic({ topic: own }, stack);
    topic.fanOut("Billing", { subscriptionDeadLetter: false });
    Annotations.fromStack(stack).hasWarning(
      "*",
      Match.stringLikeRegexp(
        'Add these statements.*"Action":"sns:Subscribe".*"Resource":"arn:aws:sns:eu-central-1:444455556666:own"',
      ),
    );
  });
});
