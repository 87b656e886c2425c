import { Duration, Fn, Stack } from "aws-cdk-lib";
import { Annotations, Match, Template } from "aws-cdk-lib/assertions";
import * as kms from "aws-cdk-lib/aws-kms";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as sns from "aws-cdk-lib/aws-sns";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { describe, expect, test } from "vitest";
import { FanoutTopic, type FanoutTopicProps, type ShareOptions } from "../../../infra/constructs/index.ts";
import { orders } from "../fixtures/contract.ts";
import { BILLING, environmentOf, newApp, newStack, newTopic, properties, refusal, statementsOf } from "./support.ts";

const OWNER = { account: "111122223333", region: "eu-central-1" };
const CONSUMER = { account: "444455556666", region: "eu-central-1" };

function shared(options: object, props: Partial<FanoutTopicProps<typeof orders>> = {}) {
  const stack = newStack({ env: OWNER });
  const topic = newTopic(props, stack);
  // As a JavaScript user could call it.
  const share = topic.shareWith(options as ShareOptions<"OrderPlaced">);
  return { stack, topic, share };
}

function policy(stack: Stack, type: string, prefix: string): Record<string, unknown>[] {
  const { PolicyDocument, KeyPolicy } = properties(Template.fromStack(stack), type, prefix);
  return ((PolicyDocument ?? KeyPolicy) as { Statement: Record<string, unknown>[] }).Statement;
}

/** A stack of the owner and one of the consumer, in one app. */
function ownerAndConsumer(): [Stack, Stack] {
  const app = newApp();
  return [new Stack(app, "Home", { env: OWNER }), new Stack(app, "Far", { env: CONSUMER })];
}

const of = (statements: Record<string, unknown>[], principal: string) =>
  statements.filter(({ Principal, Condition }) => JSON.stringify([Principal, Condition]).includes(principal));

describe("a topic that is shared", () => {
  test("with accounts lets them subscribe queues of theirs, and nothing else", () => {
    const { stack } = shared({ accounts: ["444455556666", "777788889999"] });
    const [statement, ...more] = of(policy(stack, "AWS::SNS::TopicPolicy", "OrdersTopic"), "444455556666");
    expect(more).toEqual([]);
    expect(statement).toMatchObject({
      Effect: "Allow",
      Action: "sns:Subscribe",
      Condition: {
        StringEquals: { "sns:Protocol": "sqs" },
        StringLike: { "sns:Endpoint": ["arn:*:sqs:*:444455556666:*", "arn:*:sqs:*:777788889999:*"] },
      },
    });
    expect(JSON.stringify(statement?.Principal)).toContain("777788889999:root");
  });

  test("with an organization lets its accounts", () => {
    const { stack } = shared({ organization: "o-a1b2c3d4e5" });
    const [statement] = of(policy(stack, "AWS::SNS::TopicPolicy", "OrdersTopic"), "o-a1b2c3d4e5");
    expect(statement).toMatchObject({
      Action: "sns:Subscribe",
      Principal: { AWS: "*" },
      Condition: { StringEquals: { "sns:Protocol": "sqs", "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
    });
  });

  test("keeps what SNS cannot deliver to them in a queue beside it, from which they may take it", () => {
    const { stack, share } = shared({ accounts: ["444455556666"] });
    const statements = policy(stack, "AWS::SQS::QueuePolicy", "OrdersShareWith444455556666");
    expect(statements.map(({ Effect }) => Effect)).toEqual(["Deny", "Allow", "Allow"]);
    expect(statements[1]).toMatchObject({ Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage" });
    expect(statements[2]?.Action).toEqual(expect.arrayContaining(["sqs:ReceiveMessage", "sqs:DeleteMessage"]));
    expect(statements[2]?.Action).not.toContain("sqs:SendMessage");
    expect(share.subscriptionDeadLetterQueue.fifo).toBe(false);
  });

  test("has a FIFO queue for that on FIFO, unless the subscribers' queues are standard", () => {
    const types = [undefined, false].map((fifo) => {
      const { share } = shared({ accounts: ["444455556666"], ...(fifo === undefined ? {} : { fifo }) }, { fifo: true });
      return share.subscriptionDeadLetterQueue.fifo;
    });
    expect(types).toEqual([true, false]);
  });

  test("lets them read payloads, and decrypt them and the dead letters", () => {
    const stack = newStack({ env: OWNER });
    const topic = newTopic({ largePayloads: true, encryptionKey: new kms.Key(stack, "Key") }, stack);
    topic.shareWith({ accounts: ["444455556666"] });
    const ofBucket = of(policy(stack, "AWS::S3::BucketPolicy", "OrdersPayloads"), "444455556666");
    expect(ofBucket.map(({ Action }) => Action)).toEqual(["s3:GetObject", "s3:ListBucket"]);
    expect(JSON.stringify(ofBucket[0]?.Resource)).toContain("/orders/*");
    const ofKey = of(policy(stack, "AWS::KMS::Key", "Key"), "444455556666");
    expect(ofKey.map(({ Action }) => Action)).toEqual(["kms:Decrypt", "kms:Decrypt"]);
    expect(ofKey.map(({ Condition }) => Condition)).toEqual(
      ["s3", "sqs"].map((service) => ({
        StringEquals: { "kms:ViaService": `${service}.eu-central-1.amazonaws.com` },
      })),
    );
  });

  test("keeps payloads as long as their subscribers may need them", () => {
    const days = (share: object | undefined) => {
      const stack = newStack({ env: OWNER });
      const topic = newTopic({ largePayloads: true }, stack);
      topic.fanOut("Short", {
        retention: Duration.days(1),
        deadLetter: { retention: Duration.days(1) },
        subscriptionDeadLetter: { retention: Duration.days(1) },
      });
      if (share !== undefined) {
        topic.shareWith({ accounts: ["444455556666"], ...share });
      }
      const rules = properties(Template.fromStack(stack), "AWS::S3::Bucket", "OrdersPayloads").LifecycleConfiguration;
      return (rules as { Rules: { ExpirationInDays: number }[] }).Rules[0]?.ExpirationInDays;
    };
    expect([days(undefined), days({}), days({ retention: Duration.days(200) })]).toEqual([28, 73, 200]);
  });

  test("whose policy, bucket and key are imported is a warning with all statements", () => {
    const stack = newStack({ env: OWNER });
    const topic = newTopic(
      {
        topic: sns.Topic.fromTopicArn(stack, "Own", "arn:aws:sns:eu-central-1:111122223333:own"),
        largePayloads: {
          bucket: s3.Bucket.fromBucketAttributes(stack, "Bucket", {
            bucketName: "payloads",
            encryptionKey: kms.Key.fromKeyArn(stack, "Key", "arn:aws:kms:eu-central-1:111122223333:key/k"),
          }),
        },
      },
      stack,
    );
    topic.shareWith({ accounts: ["444455556666"] });
    for (const part of [
      '"Action":"sns:Subscribe"',
      '"Action":"s3:GetObject".*payloads/orders/',
      '"Action":"kms:Decrypt"',
    ]) {
      Annotations.fromStack(stack).hasWarning("*", Match.stringLikeRegexp(part));
    }
  });

  test("with an imported key needs the user's word that SNS may use it, and is a warning with what the accounts need", () => {
    const attempt = (keyPolicyAllowsSns: boolean) => {
      const stack = newStack({ env: OWNER });
      const encryptionKey = kms.Key.fromKeyArn(stack, "Key", "arn:aws:kms:eu-central-1:111122223333:key/k");
      newTopic({ encryptionKey, keyPolicyAllowsSns }, stack).shareWith({ accounts: ["444455556666"] });
      return stack;
    };
    expect(refusal(() => attempt(false))).toContain("unless the policy allows SNS, no message arrives");
    Annotations.fromStack(attempt(true)).hasWarning(
      "*",
      Match.stringLikeRegexp('"Action":"kms:Decrypt".*"kms:ViaService":"sqs.eu-central-1.amazonaws.com"'),
    );
  });

  test.each([
    [{}, "shareWith names neither accounts nor an organization"],
    [{ accounts: [] }, "shareWith names neither accounts nor an organization"],
    [{ accounts: ["444455556666"], organization: "o-a1b2c3d4e5" }, "shareWith names both accounts and an organization"],
    [{ accounts: ["44445555666"] }, 'accounts contains "44445555666", but an account id has 12 digits'],
    [{ accounts: ["111122223333"] }, "accounts contains 111122223333, the account of the topic"],
    [{ organization: "ou-a1b2-c3d4" }, 'organization is "ou-a1b2-c3d4", but an id of an organization is'],
    [{ accounts: ["444455556666"], events: ["OrderPaid"] }, 'contract orders has no event "OrderPaid"'],
    [{ accounts: ["444455556666"], events: [] }, "events is empty"],
    [{ accounts: ["444455556666"], fifo: true }, "FIFO queues cannot subscribe to a standard topic"],
  ])("is refused with %j", (options, message) => {
    expect(refusal(() => shared(options))).toContain(message);
  });

  test("is not shared twice with one account", () => {
    const { topic } = shared({ accounts: ["444455556666"] });
    expect(refusal(() => topic.shareWith({ accounts: ["444455556666"] }))).toContain(
      "already shared with 444455556666",
    );
  });

  test("holds subscribers of this app to the events that are shared", () => {
    const [owner, scope] = ownerAndConsumer();
    const topic = newTopic({}, owner);
    topic.shareWith({ accounts: [CONSUMER.account], events: ["OrderPlaced"] });
    topic.fanOut("Placed", { scope, events: ["OrderPlaced"] });
    expect(refusal(() => topic.fanOut("All", { scope }))).toBe(
      "Far/All: OrderCancelled is not shared with account 444455556666 (subscribe to OrderPlaced only, or name further events in shareWith)",
    );
  });

  test("checks subscribers that came before shareWith too, against all shares of their account", () => {
    const [owner, scope] = ownerAndConsumer();
    const topic = newTopic({}, owner);
    topic.fanOut("Cancelled", { scope, events: ["OrderCancelled"] });
    expect(refusal(() => topic.shareWith({ accounts: [CONSUMER.account], events: ["OrderPlaced"] }))).toContain(
      "Far/Cancelled: OrderCancelled is not shared with account 444455556666",
    );
  });

  test("lets an account that is in two shares subscribe to the events of both", () => {
    const [owner, scope] = ownerAndConsumer();
    const topic = newTopic({}, owner);
    topic.shareWith({ accounts: [CONSUMER.account, "777788889999"], events: ["OrderPlaced"] });
    topic.shareWith({ accounts: [CONSUMER.account], events: ["OrderCancelled"] });
    expect(() => topic.fanOut("All", { scope, events: ["OrderPlaced", "OrderCancelled"] })).not.toThrow();
  });

  test("takes no account that is known only at deployment", () => {
    const topic = newTopic();
    const accounts = [Fn.importValue("account")];
    expect(refusal(() => topic.shareWith({ accounts }))).toContain("known only at deployment");
    const organization = Fn.importValue("organization");
    expect(refusal(() => topic.shareWith({ organization }))).toContain("write the id as text");
  });
});

describe("a topic by its ARN", () => {
  const ARN = "arn:aws:sns:eu-central-1:111122223333:orders";
  const DEAD = "arn:aws:sqs:eu-central-1:111122223333:dead";

  test("has the consumer's side in the consumer's stack, without warnings where it is shared", () => {
    const stack = newStack({ env: CONSUMER });
    const topic = FanoutTopic.fromTopicArn(stack, "Orders", ARN, {
      contract: orders,
      shared: true,
      alarms: false,
      dashboard: false,
    });
    topic.fanOut("Billing", {
      events: ["OrderPlaced"],
      handler: BILLING,
      subscriptionDeadLetter: { queue: sqs.Queue.fromQueueArn(stack, "Dead", DEAD) },
    });
    const template = Template.fromStack(stack);
    template.resourceCountIs("AWS::SNS::Topic", 0);
    template.resourceCountIs("AWS::SQS::Queue", 2);
    template.resourceCountIs("AWS::DynamoDB::Table", 1);
    expect(properties(template, "AWS::SNS::Subscription", "OrdersBilling")).toMatchObject({
      TopicArn: ARN,
      RedrivePolicy: { deadLetterTargetArn: DEAD },
      FilterPolicy: { type: ["orders.OrderPlaced"] },
    });
    const [, allow] = policy(stack, "AWS::SQS::QueuePolicy", "OrdersBilling");
    expect(allow).toMatchObject({
      Principal: { Service: "sns.amazonaws.com" },
      Condition: { ArnEquals: { "aws:SourceArn": ARN } },
    });
    Annotations.fromStack(stack).hasNoWarning("*", Match.anyValue());
  });

  test("that is not shared yet has warnings with what its owner must add", () => {
    const stack = newStack({ env: CONSUMER });
    const topic = FanoutTopic.fromTopicArn(stack, "Orders", ARN, { contract: orders, alarms: false, dashboard: false });
    topic.fanOut("Billing", { subscriptionDeadLetter: { queue: sqs.Queue.fromQueueArn(stack, "Dead", DEAD) } });
    topic.fanOut("Shipping", { subscriptionDeadLetter: false });
    const found = Annotations.fromStack(stack).findWarning("*", Match.stringLikeRegexp('"Action":"sns:Subscribe"'));
    expect(found).toHaveLength(1);
    Annotations.fromStack(stack).hasWarning(
      "*",
      Match.stringLikeRegexp(`"Action":"sqs:SendMessage".*"Resource":"${DEAD}`),
    );
  });

  test("is FIFO if the ARN says so", () => {
    const stack = newStack({ env: CONSUMER });
    const topic = FanoutTopic.fromTopicArn(stack, "Orders", `${ARN}.fifo`, { contract: orders, shared: true });
    expect(topic.fifo).toBe(true);
  });

  test("reads payloads from the bucket of its owner, with the owner's key", () => {
    const stack = newStack({ env: CONSUMER });
    const bucket = s3.Bucket.fromBucketAttributes(stack, "Payloads", {
      bucketName: "payloads",
      account: OWNER.account,
      region: OWNER.region,
      encryptionKey: kms.Key.fromKeyArn(stack, "Key", "arn:aws:kms:eu-central-1:111122223333:key/k"),
    });
    const topic = FanoutTopic.fromTopicArn(stack, "Orders", ARN, {
      contract: orders,
      shared: true,
      largePayloads: { bucket },
    });
    topic.fanOut("Billing", { handler: BILLING, subscriptionDeadLetter: false });
    const template = Template.fromStack(stack);
    expect(environmentOf(template, "OrdersBillingHandler").FANFARE_PAYLOAD_SOURCES).toBe("payloads/orders/");
    const statements = JSON.stringify(statementsOf(template, "OrdersBillingHandler"));
    expect(statements).toContain(":s3:::payloads/orders/*");
    expect(statements).toContain("arn:aws:kms:eu-central-1:111122223333:key/k");
  });

  test.each([
    [4, 0],
    [5, 1],
  ])("warns its consumer of payloads that expire too early: %i days of retention", (days, warnings) => {
    const stack = newStack({ env: CONSUMER });
    const bucket = s3.Bucket.fromBucketAttributes(stack, "Payloads", {
      bucketName: "payloads",
      account: OWNER.account,
    });
    const topic = FanoutTopic.fromTopicArn(stack, "Orders", ARN, {
      contract: orders,
      shared: true,
      largePayloads: { bucket },
    });
    topic.fanOut("Billing", { retention: Duration.days(days), subscriptionDeadLetter: false });
    const found = Annotations.fromStack(stack).findWarning(
      "*",
      Match.stringLikeRegexp("shareWith.*retention: Duration.days.75"),
    );
    expect(found).toHaveLength(warnings);
  });

  test.each([[true], [{ prefix: "o/" }]])("refuses a bucket of its own: %j", (largePayloads) => {
    const stack = newStack({ env: CONSUMER });
    const attempt = () => FanoutTopic.fromTopicArn(stack, "Orders", ARN, { contract: orders, largePayloads });
    expect(refusal(attempt)).toContain(
      "the topic belongs to account 111122223333, whose publishers would not know a bucket that is created here",
    );
  });
});
