import { PhysicalName, Stack, type StackProps } from "aws-cdk-lib";
import { Annotations } from "aws-cdk-lib/assertions";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as kms from "aws-cdk-lib/aws-kms";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as sns from "aws-cdk-lib/aws-sns";
import { describe, expect, test } from "vitest";
import {
  FanoutTopic,
  type FanoutTopicProps,
  HandlerFunction,
  IdempotencyTable,
  type PushTarget,
} from "../../../infra/constructs/index.ts";
import { orders } from "../fixtures/contract.ts";
import {
  actionsOf,
  BILLING,
  environmentOf,
  Match,
  newApp,
  newStack,
  newTopic,
  newWorkQueue,
  properties,
  refusal,
  statementsOf,
  templateOf,
} from "./support.ts";

const HERE = { account: "111122223333", region: "eu-central-1" };
const OTHER_REGION = { account: "111122223333", region: "us-east-1" };
const OTHER_ACCOUNT = { account: "444455556666", region: "eu-central-1" };
const CHINA = { account: "111122223333", region: "cn-north-1" };

type Props = Partial<FanoutTopicProps<typeof orders>>;

/** A topic in one stack, and another stack of the same app. */
function two(
  { there, here = { env: HERE } }: { readonly there: StackProps; readonly here?: StackProps },
  props: (home: Stack) => Props = () => ({}),
) {
  const app = newApp();
  const [home, remote] = [new Stack(app, "Home", here), new Stack(app, "Far", there)];
  return { app, home, remote, topic: newTopic(props(home), home) };
}

const text = (value: unknown) => JSON.stringify(value);

describe("an environment that CDK does not know, beside one that it knows", () => {
  test.each([
    ["the topic's", { there: { env: OTHER_REGION }, here: {} }],
    ["the subscriber's", { there: {} }],
  ])("%s: the app synthesises, and the table is beside the handler", (_whose, places) => {
    const { app, home, remote, topic } = two(places, (stack) => ({ encryptionKey: new kms.Key(stack, "Key") }));
    topic.fanOut("Billing", { scope: remote, handler: BILLING, encryptionKey: new kms.Key(remote, "Key") });
    topic.grantPublish(new HandlerFunction(remote, "Checkout", BILLING));
    app.synth();
    templateOf(remote).resourceCountIs("AWS::DynamoDB::Table", 1);
    templateOf(home).resourceCountIs("AWS::DynamoDB::Table", 0);
    Annotations.fromStack(remote).hasInfo("*", Match.stringLikeRegexp("Set env.region on the stack of the"));
  });

  test("has no bucket whose name the other one could know", () => {
    const { remote, topic } = two({ there: { env: OTHER_REGION }, here: {} }, () => ({ largePayloads: true }));
    expect(refusal(() => topic.fanOut("Billing", { scope: remote, handler: BILLING }))).toContain(
      "largePayloads.bucket is in the stack Home and has no name, by which alone a stack of another account or Region can refer to it (set env.account and env.region on the stack Home",
    );
  });
});

describe("partitions", () => {
  const message = "the two belong to different partitions of AWS, between which SNS does not deliver";

  test("are not crossed, by a subscriber of the app or by an ARN", () => {
    const { remote, topic } = two({ there: { env: CHINA } });
    expect(refusal(() => topic.fanOut("Billing", { scope: remote }))).toContain(message);
    const stack = newStack({ env: HERE });
    const arn = "arn:aws-us-gov:sns:us-gov-west-1:111122223333:orders";
    const imported = FanoutTopic.fromTopicArn(stack, "Orders", arn, { contract: orders, shared: true });
    expect(refusal(() => imported.fanOut("Billing", { subscriptionDeadLetter: false }))).toContain(message);
  });

  test("other than aws have subscribers in their other Region, and their own principal of CloudWatch Logs", () => {
    const { app, remote, topic } = two({
      there: { env: CHINA },
      here: { env: { ...CHINA, region: "cn-northwest-1" } },
    });
    topic.fanOut("Billing", { scope: remote, handler: BILLING, encryptionKey: new kms.Key(remote, "Key") });
    app.synth();
    const template = templateOf(remote);
    expect(properties(template, "AWS::SNS::Subscription", "Billing").Region).toBe("cn-northwest-1");
    expect(text(properties(template, "AWS::SQS::QueuePolicy", "Billing"))).toContain('{"Service":"sns.amazonaws.com"}');
    expect(text(properties(template, "AWS::KMS::Key", "Key"))).toContain(
      '{"Service":"logs.cn-north-1.amazonaws.com.cn"}',
    );
  });

  test("that are not known have their domain in the principal of CloudWatch Logs", () => {
    const stack = newStack();
    newWorkQueue({ handler: BILLING, encryptionKey: new kms.Key(stack, "Key") }, stack);
    expect(text(properties(templateOf(stack), "AWS::KMS::Key", "Key"))).toContain(
      '"logs.",{"Ref":"AWS::Region"},".",{"Ref":"AWS::URLSuffix"}',
    );
  });
});

test("an ARN that is not that of a topic is refused", () => {
  const stack = newStack({ env: HERE });
  for (const arn of ["orders", "arn:aws:sqs:eu-central-1:111122223333:orders"]) {
    expect(refusal(() => FanoutTopic.fromTopicArn(stack, "Orders", arn, { contract: orders }))).toContain(
      `the ARN of Orders is "${arn}", which is not that of a topic (write it as the owner`,
    );
  }
});

describe("a key of another Region is refused", () => {
  const key = (stack: Stack) => kms.Key.fromKeyArn(stack, "Key", "arn:aws:kms:us-east-1:111122223333:key/k");

  test.each<[string, (stack: Stack) => unknown]>([
    ["for a topic", (stack) => newTopic({ encryptionKey: key(stack), keyPolicyAllowsSns: true }, stack)],
    ["for a work queue", (stack) => newWorkQueue({ encryptionKey: key(stack) }, stack)],
    ["for a handler", (stack) => new HandlerFunction(stack, "Checkout", { ...BILLING, encryptionKey: key(stack) })],
  ])("%s", (_what, build) => {
    expect(refusal(() => build(newStack({ env: HERE })))).toContain(
      "encryptionKey is in us-east-1, but what it encrypts would be in eu-central-1; AWS services use only keys of their own Region (use a key of eu-central-1)",
    );
  });
});

describe("a key that is known by its alias", () => {
  const statements = (feature: boolean) => {
    const app = newApp({ "@aws-cdk/aws-kms:applyImportedAliasPermissionsToPrincipal": feature });
    const stack = new Stack(app, "Shop", { env: HERE });
    const encryptionKey = kms.Alias.fromAliasName(stack, "Key", "alias/orders");
    const topic = newTopic({ encryptionKey, keyPolicyAllowsSns: true, largePayloads: true }, stack);
    topic.fanOut("Billing", { handler: BILLING });
    topic.grantPublish(new HandlerFunction(stack, "Checkout", BILLING));
    const ofKey = (name: string) =>
      statementsOf(templateOf(stack), name).filter(({ Action }) => text(Action).includes("kms:"));
    return { handler: ofKey("OrdersBillingHandler"), publisher: ofKey("CheckoutRole") };
  };

  // CDK drops these grants without a word, unless the feature flag is set.
  test.each([[false], [true]])("may be used by handlers and publishers (feature flag of CDK: %s)", (feature) => {
    const { handler, publisher } = statements(feature);
    expect(actionsOf(handler)).toEqual(expect.arrayContaining(["kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt"]));
    expect(actionsOf(publisher)).toEqual(expect.arrayContaining(["kms:Decrypt", "kms:GenerateDataKey"]));
    for (const statement of [...handler, ...publisher]) {
      expect(statement.Condition).toEqual({ "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/orders" } });
      expect(text(statement.Resource)).toContain(":kms:eu-central-1:111122223333:key/*");
    }
  });
});

test("an imported key of another account is a warning with the statements for handler and publisher", () => {
  const stack = newStack({ env: HERE });
  const encryptionKey = kms.Key.fromKeyArn(stack, "Key", "arn:aws:kms:eu-central-1:444455556666:key/k");
  const topic = newTopic({ encryptionKey, keyPolicyAllowsSns: true }, stack);
  topic.fanOut("Billing", { handler: BILLING });
  topic.grantPublish(new HandlerFunction(stack, "Checkout", BILLING));
  for (const part of [
    'the handler needs statements .*"Action":"kms:Decrypt".*"OrdersBillingHandlerRole',
    'grantPublish needs statements .*"Action":."kms:Decrypt","kms:GenerateDataKey.".*"CheckoutRole',
  ]) {
    Annotations.fromStack(stack).hasWarning("*", Match.stringLikeRegexp(part));
  }
});

describe("a table or bucket of another stack and Region", () => {
  test("has a generated name if it is an IdempotencyTable, and the client is told the Region", () => {
    const { app, home, remote, topic } = two({ there: { env: OTHER_REGION } });
    const idempotencyTable = new IdempotencyTable(home, "Records");
    topic.fanOut("Billing", { scope: remote, handler: BILLING, idempotencyTable });
    app.synth();
    const { TableName } = properties(templateOf(home), "AWS::DynamoDB::Table", "Records");
    expect(TableName).toEqual(expect.any(String));
    expect(text(environmentOf(templateOf(remote), "BillingHandler").FANFARE_IDEMPOTENCY_TABLE)).toContain(
      `:dynamodb:eu-central-1:111122223333:table/${TableName}`,
    );
  });

  test("has no name as long as nobody remote uses it", () => {
    const stack = newStack({ env: HERE });
    newWorkQueue({ handler: BILLING, idempotencyTable: new IdempotencyTable(stack, "Records") }, stack);
    expect(properties(templateOf(stack), "AWS::DynamoDB::Table", "Records")).not.toHaveProperty("TableName");
  });

  test("is refused without a name, and accepted with one", () => {
    const own = (stack: Stack, tableName: string | undefined) =>
      new dynamodb.Table(stack, "Records", {
        partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
        timeToLiveAttribute: "expiresAt",
        ...(tableName === undefined ? {} : { tableName }),
      });
    const attempt = (tableName?: string) => {
      const { app, home, remote, topic } = two({ there: { env: OTHER_REGION } });
      topic.fanOut("Billing", { scope: remote, handler: BILLING, idempotencyTable: own(home, tableName) });
      app.synth();
    };
    expect(refusal(() => attempt())).toBe(
      "Far/Billing: idempotencyTable is in the stack Home and has no name, by which alone a stack of another account or Region can refer to it (set its tableName, or tableName: PhysicalName.GENERATE_IF_NEEDED)",
    );
    expect(() => attempt("records")).not.toThrow();
    expect(() => attempt(PhysicalName.GENERATE_IF_NEEDED)).not.toThrow();
  });

  test("is refused as the payload bucket of a subscriber or publisher there", () => {
    const bucket = (home: Stack) => ({ largePayloads: { bucket: new s3.Bucket(home, "Bucket") } });
    const message = "largePayloads.bucket is in the stack Home and has no name";
    const consumer = two({ there: { env: OTHER_REGION } }, bucket);
    expect(refusal(() => consumer.topic.fanOut("Billing", { scope: consumer.remote, handler: BILLING }))).toContain(
      message,
    );
    const publisher = two({ there: { env: OTHER_ACCOUNT } }, bucket);
    expect(
      refusal(() => publisher.topic.grantPublish(new HandlerFunction(publisher.remote, "Checkout", BILLING))),
    ).toContain(message);
  });
});

describe("a publisher of the app", () => {
  const encrypted = (home: Stack) => ({ encryptionKey: new kms.Key(home, "Key"), largePayloads: true });

  test("in another Region may publish, write payloads and use the keys there, by its own policy alone", () => {
    const { app, home, remote, topic } = two({ there: { env: OTHER_REGION } }, encrypted);
    topic.grantPublish(new HandlerFunction(remote, "Checkout", BILLING));
    app.synth();
    const template = templateOf(remote);
    expect(text(environmentOf(template, "Checkout").FANFARE_ORDERS_TARGET)).toContain(
      ":sns:eu-central-1:111122223333:",
    );
    const statements = statementsOf(template, "CheckoutRole");
    expect(actionsOf(statements)).toEqual(expect.arrayContaining(["sns:Publish", "s3:PutObject"]));
    const ofKey = statements.filter(({ Action }) => text(Action).includes("kms:"));
    expect(ofKey.map(({ Condition }) => Condition)).toEqual(
      ["sns", "s3"].map((service) => ({ StringEquals: { "kms:ViaService": `${service}.eu-central-1.amazonaws.com` } })),
    );
    expect(text(templateOf(home).toJSON())).not.toContain("Checkout");
  });

  test("in another account is let in by the policies of topic, key and bucket, which name its account", () => {
    const { app, home, remote, topic } = two({ there: { env: OTHER_ACCOUNT } }, encrypted);
    topic.grantPublish(new HandlerFunction(remote, "Checkout", BILLING));
    app.synth();
    for (const [type, prefix, action] of [
      ["AWS::SNS::TopicPolicy", "OrdersTopic", "sns:Publish"],
      ["AWS::S3::BucketPolicy", "OrdersPayloads", "s3:PutObject"],
      ["AWS::KMS::Key", "Key", "kms:GenerateDataKey*"],
    ] as const) {
      const { PolicyDocument, KeyPolicy } = properties(templateOf(home), type, prefix);
      const { Statement } = (PolicyDocument ?? KeyPolicy) as { Statement: Record<string, unknown>[] };
      const admitting = Statement.filter(({ Principal }) => text(Principal).includes(":iam::444455556666:root"));
      expect(actionsOf(admitting)).toContain(action);
    }
    expect(actionsOf(statementsOf(templateOf(remote), "CheckoutRole"))).toContain("sns:Publish");
  });

  test("sends to a work queue in another Region by the URL of its Region", () => {
    const { app, home, remote } = two({ there: { env: OTHER_REGION } });
    const work = newWorkQueue({ encryptionKey: new kms.Key(home, "Key") }, home);
    work.grantPublish(new HandlerFunction(remote, "Upload", BILLING));
    app.synth();
    const { QueueName } = properties(templateOf(home), "AWS::SQS::Queue", "ImagesQueue");
    expect(environmentOf(templateOf(remote), "Upload").FANFARE_IMAGE_WORK_TARGET).toEqual({
      "Fn::Join": ["", ["https://sqs.eu-central-1.", { Ref: "AWS::URLSuffix" }, `/111122223333/${QueueName}`]],
    });
    expect(text(statementsOf(templateOf(remote), "UploadRole"))).toContain('"sqs.eu-central-1.amazonaws.com"');
  });

  test("is a warning with the statements if topic and key are imported", () => {
    const { home, remote, topic } = two({ there: { env: OTHER_ACCOUNT } }, (stack) => ({
      topic: sns.Topic.fromTopicAttributes(stack, "Own", {
        topicArn: "arn:aws:sns:eu-central-1:111122223333:own",
        keyArn: "arn:aws:kms:eu-central-1:111122223333:key/k",
      }),
    }));
    topic.grantPublish(new HandlerFunction(remote, "Checkout", BILLING));
    for (const action of ['"Action":"sns:Publish"', '"kms:GenerateDataKey.*"kms:ViaService":"sns.eu-central-1']) {
      Annotations.fromStack(home).hasWarning("*", Match.stringLikeRegexp(action));
    }
  });
});

describe("what SNS cannot push to", () => {
  const fn = (stack: Stack, arn: string) => ({ lambda: lambda.Function.fromFunctionArn(stack, "F", arn) });

  test.each<[string, (stack: Stack) => PushTarget, string]>([
    [
      "a function of another Region",
      (stack) => fn(stack, "arn:aws:lambda:us-east-1:111122223333:function:f"),
      "the function is in account 111122223333, us-east-1",
    ],
    [
      "a function of another account",
      (stack) => fn(stack, "arn:aws:lambda:eu-central-1:444455556666:function:f"),
      "the function is in account 444455556666, eu-central-1",
    ],
    [
      "a stream of another Region",
      () => ({ firehose: "arn:aws:firehose:us-east-1:111122223333:deliverystream/events" }),
      "the stream is in account 111122223333, us-east-1",
    ],
    ["what is no stream", () => ({ firehose: "events" }), 'firehose is "events", which SNS would refuse'],
  ])("%s is refused", (_what, target, message) => {
    const stack = newStack({ env: HERE });
    expect(refusal(() => newTopic({}, stack).push("Ops", target(stack)))).toContain(message);
  });
});

test("a warning says that AWS lists ap-northeast-3 twice, if the topic or the queue alone is there", () => {
  const warnings = (region: string, other: string): number => {
    const app = newApp();
    const [here, there] = [region, other].map(
      (each) => new Stack(app, each + app.node.children.length, { env: { account: HERE.account, region: each } }),
    );
    newTopic({}, here).fanOut("Billing", { scope: there as Stack });
    return Annotations.fromStack(there as Stack).findWarning(
      "*",
      Match.stringLikeRegexp("lists ap-northeast-3 as enabled"),
    ).length;
  };
  expect(warnings("ap-northeast-3", "eu-central-1")).toBe(1);
  expect(warnings("eu-central-1", "ap-northeast-3")).toBe(1);
  expect(warnings("ap-northeast-3", "ap-northeast-3")).toBe(0);
  expect(warnings("eu-central-1", "eu-west-1")).toBe(0);
});

test("a FIFO topic with a queue in another Region says that AWS does not document the delivery", () => {
  const { app, remote, topic } = two({ there: { env: OTHER_REGION } }, () => ({ fifo: true }));
  topic.fanOut("Billing", { scope: remote, handler: BILLING });
  app.synth();
  Annotations.fromStack(remote).hasInfo("*", Match.stringLikeRegexp("does not document whether SNS delivers FIFO"));
  Annotations.fromStack(remote).hasNoWarning("*", Match.anyValue());
});
