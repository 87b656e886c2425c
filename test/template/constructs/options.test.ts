import { resolve } from "node:path";
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Annotations } from "aws-cdk-lib/assertions";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { describe, expect, test } from "vitest";
import { bundleEntry } from "../../../infra/constructs/bundling/bundle-entry.ts";
import {
  AdoptedQueue,
  FanoutTopic,
  HandlerFunction,
  IdempotencyTable,
  WorkQueue,
} from "../../../infra/constructs/index.ts";
import { orders } from "../fixtures/contract.ts";
import {
  BILLING,
  Match,
  newApp,
  newStack,
  newTopic,
  newWorkQueue,
  properties,
  refusal,
  resource,
  Template,
  templateOf,
} from "./support.ts";

const warningsOf = (stack: Stack, text: string) =>
  Annotations.fromStack(stack).findWarning("*", Match.stringLikeRegexp(text));

describe("namePrefix", () => {
  const namesOf = (template: Template, type: string, name: string) =>
    Object.values(template.findResources(type))
      .map((each) => String(each.Properties[name]))
      .sort();

  test.each([
    { fifo: false, end: "" },
    { fifo: true, end: ".fifo" },
  ])("names topic and queues whatever stack and path they are in (FIFO: $fifo)", ({ fifo, end }) => {
    const namesIn = (stackName: string, scopeId: string) => {
      const stack = new Stack(newApp(), stackName);
      const scope = new Construct(stack, scopeId);
      const props = { contract: orders, fifo, alarms: false, dashboard: false, namePrefix: "shop-orders" } as const;
      new FanoutTopic(scope, "Orders", props).fanOut("Billing", {});
      new WorkQueue(scope, "Work", { ...props, namePrefix: "shop-work" });
      const template = Template.fromStack(stack);
      return [
        ...namesOf(template, "AWS::SNS::Topic", "TopicName"),
        ...namesOf(template, "AWS::SQS::Queue", "QueueName"),
      ];
    };
    const names = namesIn("Shop", "One");
    expect(names.toSorted()).toEqual(
      [
        "shop-orders",
        "shop-orders-Billing",
        "shop-orders-Billing-dlq",
        "shop-orders-Billing-subscription-dlq",
        "shop-work",
        "shop-work-dlq",
      ]
        .map((name) => `${name}${end}`)
        .toSorted(),
    );
    expect(namesIn("Elsewhere", "Two")).toEqual(names);
  });

  test("of a subscriber keeps its names when it gets another id", () => {
    const topic = newTopic({ namePrefix: "shop" });
    topic.fanOut("Invoicing", { namePrefix: "shop-Billing" });
    expect(namesOf(templateOf(topic), "AWS::SQS::Queue", "QueueName")).toContain("shop-Billing-dlq");
  });

  test.each([
    ["shop orders", "letters, digits, hyphens and underscores"],
    ["", "letters, digits, hyphens and underscores"],
    ["x".repeat(70), "80"],
  ])("%j is refused", (namePrefix, reason) => {
    expect(refusal(() => newTopic({ namePrefix }).fanOut("Billing", { namePrefix }))).toContain(reason);
  });

  test("is refused twice", () => {
    const stack = newStack();
    new WorkQueue(stack, "First", { contract: orders, alarms: false, namePrefix: "work" });
    expect(
      refusal(() => new WorkQueue(stack, "Second", { contract: orders, alarms: false, namePrefix: "work" })),
    ).toContain("Shop/First");
  });
});

describe("filters on data", () => {
  test("match the event types and the data of the envelope, in the body", () => {
    const topic = newTopic();
    topic.fanOut("Billing", { events: ["OrderPlaced"], whereData: { region: ["eu"], total: [{ numeric: [">", 9] }] } });
    expect(properties(templateOf(topic), "AWS::SNS::Subscription", "OrdersBilling")).toMatchObject({
      FilterPolicyScope: "MessageBody",
      FilterPolicy: { type: ["orders.OrderPlaced"], data: { region: ["eu"], total: [{ numeric: [">", 9] }] } },
    });
  });

  test("are refused where SNS cannot read the body, beside where, and if they are empty or too complex", () => {
    const whereData = { region: ["eu"] } as const;
    expect(
      refusal(() => newTopic({ largePayloads: true }).fanOut("A", { events: ["OrderPlaced"], whereData })),
    ).toContain("offloaded to S3");
    expect(
      refusal(() => newTopic().fanOut("A", { events: ["OrderPlaced"], whereData, where: { region: ["eu"] } })),
    ).toContain("either on attributes or on the body");
    expect(refusal(() => newTopic().fanOut("A", { whereData: {} }))).toContain("whereData is empty");
    expect(refusal(() => newTopic().fanOut("A", { events: ["OrderPlaced"], whereData: { region: [] } }))).toContain(
      "whereData.region",
    );
    // 2 event types x (38 values x depth 2)
    const ids = Array.from({ length: 38 }, (_, index) => `o${index}`);
    expect(refusal(() => newTopic().fanOut("A", { whereData: { orderId: ids } }))).toContain("152 combinations");
    expect(() => newTopic().fanOut("A", { whereData: { orderId: ids.slice(1) } })).not.toThrow();
    expect(
      refusal(() => newTopic().fanOut("A", { events: ["OrderPlaced"], whereData: { total: [0.1234567] } })),
    ).toContain("decimals");
  });
});

describe("the archive of a FIFO topic", () => {
  const from = new Date("2026-11-01T00:00:00Z");
  const to = new Date("2026-11-02T00:00:00Z");

  test("is replayed to one subscriber", () => {
    const topic = newTopic({ fifo: true, messageRetentionPeriodInDays: 30 });
    topic.fanOut("Billing", { replay: { from, to } });
    topic.fanOut("Audit", { replay: { from } });
    const template = templateOf(topic);
    expect(properties(template, "AWS::SNS::Topic", "OrdersTopic").ArchivePolicy).toEqual({
      MessageRetentionPeriod: 30,
    });
    const policyOf = (name: string) => properties(template, "AWS::SNS::Subscription", name).ReplayPolicy;
    expect(policyOf("OrdersBilling")).toEqual({
      PointType: "Timestamp",
      StartingPoint: "2026-11-01T00:00:00.000Z",
      EndingPoint: "2026-11-02T00:00:00.000Z",
    });
    expect(policyOf("OrdersAudit")).not.toHaveProperty("EndingPoint");
  });

  test("is refused where there is none, with wrong times, and beyond a year", () => {
    expect(refusal(() => newTopic({ messageRetentionPeriodInDays: 30 }))).toContain("FIFO topics only");
    expect(refusal(() => newTopic({ fifo: true, messageRetentionPeriodInDays: 366 }))).toContain("1 to 365");
    expect(refusal(() => newTopic({ fifo: true }).fanOut("A", { replay: { from } }))).toContain("has no archive");
    expect(refusal(() => newTopic().fanOut("A", { replay: { from } }))).toContain("standard topic");
    const archived = () => newTopic({ fifo: true, messageRetentionPeriodInDays: 1 });
    expect(refusal(() => archived().fanOut("A", { replay: { from: to, to: from } }))).toContain(
      "not after replay.from",
    );
    expect(refusal(() => archived().fanOut("A", { replay: { from: new Date("x") } }))).toContain("not a valid date");
  });
});

describe("provisioned pollers", () => {
  test("take the place of the maximum concurrency", () => {
    const topic = newTopic();
    topic.fanOut("Billing", { handler: BILLING, provisionedPollers: { minimum: 3, maximum: 30 } });
    const mapping = properties(templateOf(topic), "AWS::Lambda::EventSourceMapping", "OrdersBilling");
    expect(mapping.ProvisionedPollerConfig).toEqual({ MinimumPollers: 3, MaximumPollers: 30 });
    expect(mapping.ScalingConfig).toBeUndefined();
  });

  test.each([
    [{ provisionedPollers: {}, maxConcurrency: 5 }, "maxConcurrency given together with provisionedPollers"],
    [{ provisionedPollers: { minimum: 1 } }, "2 to 200"],
    [{ provisionedPollers: { maximum: 2_001 } }, "2 to 2000"],
    [{ provisionedPollers: { minimum: 20, maximum: 10 } }, "below the minimum of 20"],
    [{ provisionedPollers: { minimum: 200, maximum: 199 } }, "below the minimum"],
    [{ eventSourceProps: { provisionedPollerConfig: { minimumPollers: 1 } } }, "2 to 200"],
    [
      { maxConcurrency: 5, eventSourceProps: { provisionedPollerConfig: {} } },
      "given together with provisionedPollers",
    ],
  ])("%j is refused", (options, reason) => {
    expect(refusal(() => newTopic().fanOut("Billing", { handler: BILLING, ...options }))).toContain(reason);
  });

  test("need a handler", () => {
    expect(refusal(() => newTopic().fanOut("Billing", { provisionedPollers: {} }))).toContain("without a handler");
  });
});

describe("the alias of a handler", () => {
  test("is what the queue invokes, with the environment of the function and the permissions of its role", () => {
    const work = newWorkQueue({
      handler: { ...BILLING, alias: { name: "live", provisionedConcurrentExecutions: 2 } },
    });
    const template = templateOf(work);
    expect(properties(template, "AWS::Lambda::Alias", "ImagesHandlerAlias")).toMatchObject({
      Name: "live",
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
    });
    const mapping = properties(template, "AWS::Lambda::EventSourceMapping", "Images");
    expect(JSON.stringify(mapping.FunctionName)).toContain("ImagesHandlerAlias");
    const variables = properties(template, "AWS::Lambda::Function", "ImagesHandler").Environment;
    expect(JSON.stringify(variables)).toContain("FANFARE_CONSUMER");
    // Visibility follows the function's timeout behind the alias.
    expect(properties(template, "AWS::SQS::Queue", "ImagesQueue").VisibilityTimeout).toBe(180);
  });

  test.each([
    [{ name: "my alias" }, 'handler.alias is "my alias"'],
    [{ name: "$LATEST" }, 'handler.alias is "$LATEST"'],
    [{ name: "12" }, "not digits alone"],
    [{ name: "x".repeat(129) }, "up to 128"],
    [{ name: "live", provisionedConcurrentExecutions: 0 }, "must be an integer of at least 1 (leave it out"],
    [
      { name: "live", provisionedConcurrentExecutions: 11 },
      "at most the reserved concurrency of 10",
      { reservedConcurrentExecutions: 10 },
    ],
  ])("%j is refused, as Lambda would", (alias, reason, reserved: { reservedConcurrentExecutions?: number } = {}) => {
    expect(refusal(() => newWorkQueue({ handler: { ...BILLING, alias, ...reserved } }))).toContain(reason);
  });

  test("may be one of your own, or a version, of a function of this app", () => {
    const stack = newStack();
    const fn = new HandlerFunction(stack, "Own", BILLING);
    const topic = newTopic({}, stack);
    topic.fanOut("Alias", { handler: fn.addAlias("live"), consumer: "orders" });
    topic.fanOut("Version", { handler: fn.currentVersion, consumer: "orders" });
    const template = templateOf(stack);
    const targetOf = (name: string) =>
      JSON.stringify(properties(template, "AWS::Lambda::EventSourceMapping", `Orders${name}`).FunctionName);
    expect(targetOf("Alias")).toContain(":live");
    expect(targetOf("Version")).toContain('"Version"');
    expect(JSON.stringify(properties(template, "AWS::Lambda::Function", "Own").Environment)).toContain(
      "FANFARE_CONSUMER",
    );
    Annotations.fromStack(stack).hasNoWarning("*", Match.anyValue());
  });

  test("names a version that changes with the configuration", () => {
    const versionOf = (memorySize: number) => {
      const template = templateOf(newWorkQueue({ handler: { ...BILLING, alias: "live", memorySize } }));
      return Object.keys(template.findResources("AWS::Lambda::Version")).join();
    };
    expect(versionOf(256)).toBe(versionOf(256));
    expect(versionOf(256)).not.toBe(versionOf(512));
  });
});

describe("stores", () => {
  test("take table class, recovery, access logs and emptying", () => {
    const stack = newStack();
    const logs = new s3.Bucket(stack, "Logs");
    newWorkQueue(
      {
        handler: BILLING,
        pointInTimeRecovery: false,
        tableClass: dynamodb.TableClass.STANDARD_INFREQUENT_ACCESS,
        removalPolicy: RemovalPolicy.DESTROY,
        largePayloads: { autoDeleteObjects: true, accessLogs: { bucket: logs, prefix: "payloads/" } },
      },
      stack,
    );
    const template = templateOf(stack);
    expect(properties(template, "AWS::DynamoDB::Table", "ImagesIdempotency")).toMatchObject({
      TableClass: "STANDARD_INFREQUENT_ACCESS",
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
    });
    expect(properties(template, "AWS::S3::Bucket", "ImagesPayloads").LoggingConfiguration).toMatchObject({
      LogFilePrefix: "payloads/",
    });
    template.resourceCountIs("Custom::S3AutoDeleteObjects", 1);
  });

  test("refuse what would have no effect, or fail", () => {
    const accessLogs = (stack: Stack) => ({ bucket: new s3.Bucket(stack, "Logs") });
    const stack = newStack();
    const own = new s3.Bucket(stack, "Own");
    expect(refusal(() => newWorkQueue({ largePayloads: { autoDeleteObjects: true } }))).toContain("DESTROY");
    const largePayloads = { bucket: own, accessLogs: accessLogs(stack) };
    expect(refusal(() => newWorkQueue({ largePayloads }, stack))).toContain("accessLogs given together with");
    const env = { account: "111122223333", region: "eu-central-1" };
    const here = newStack({ env });
    for (const bucket of [
      new s3.Bucket(here, "Encrypted", { encryption: s3.BucketEncryption.KMS }),
      s3.Bucket.fromBucketAttributes(here, "Far", { bucketName: "logs", region: "us-east-1" }),
    ]) {
      const topic = () =>
        newTopic({ largePayloads: { accessLogs: { bucket } } }, new Stack(here, `For${bucket.node.id}`, { env }));
      expect(refusal(topic)).toContain("S3 delivers no access logs there");
    }
  });

  test.each([
    ["the payload bucket", () => newTopic({ largePayloads: true, removalPolicy: RemovalPolicy.SNAPSHOT })],
    ["the idempotency table", () => newWorkQueue({ handler: BILLING, removalPolicy: RemovalPolicy.SNAPSHOT })],
    ["a table of one's own", () => new IdempotencyTable(newStack(), "T", { removalPolicy: RemovalPolicy.SNAPSHOT })],
    ["a subscriber's queues", () => newTopic().fanOut("A", { queueRemovalPolicy: RemovalPolicy.SNAPSHOT })],
    ["queueProps", () => newTopic().fanOut("A", { queueProps: { removalPolicy: RemovalPolicy.SNAPSHOT } })],
    ["a work queue", () => newWorkQueue({ queueRemovalPolicy: RemovalPolicy.SNAPSHOT })],
  ])("SNAPSHOT is refused for %s", (_of, build) => {
    expect(refusal(build)).toContain("cannot take snapshots");
  });
});

describe("fair queues", () => {
  const SMALL = { handler: BILLING, maxConcurrency: 2, batchSize: 10 };

  test("are warned of if a noisy tenant cannot be recognised", () => {
    const topic = newTopic();
    topic.fanOut("Small", SMALL);
    const warnings = warningsOf(Stack.of(topic), "2 x batchSize 10 allows only 20 messages in flight");
    expect(warnings.map(({ id }) => id)).toEqual(["/Shop/Orders/Small"]);
    const work = new WorkQueue(newStack(), "Work", { contract: orders, alarms: false, ...SMALL });
    expect(warningsOf(Stack.of(work), "20 messages in flight")).toHaveLength(1);
  });

  test("are not warned of with enough in flight, on FIFO, or without groups", () => {
    const standard = newTopic();
    standard.fanOut("Default", { handler: BILLING });
    standard.fanOut("Enough", { handler: BILLING, maxConcurrency: 3, batchSize: 10 });
    standard.fanOut("Provisioned", { handler: BILLING, provisionedPollers: {} });
    standard.fanOut("Other", {});
    const fifo = newTopic({ fifo: true });
    fifo.fanOut("Small", SMALL);
    for (const construct of [standard, fifo, newWorkQueue(SMALL)]) {
      expect(warningsOf(Stack.of(construct), "messages in flight")).toEqual([]);
    }
  });

  test("have alarms on noisy and quiet groups, if thresholds ask for them; FIFO queues do not", () => {
    const alarms = { noisyGroups: 2, quietGroupsAge: Duration.minutes(20) };
    const metricsOf = (fifo: boolean) => {
      const topic = newTopic({ fifo });
      topic.fanOut("Billing", { handler: BILLING, alarms });
      return Object.values(templateOf(topic).findResources("AWS::CloudWatch::Alarm")).map(
        ({ Properties }) => `${Properties.MetricName} ${Properties.Threshold}`,
      );
    };
    expect(metricsOf(false)).toEqual(
      expect.arrayContaining(["ApproximateNumberOfNoisyGroups 2", "ApproximateAgeOfOldestMessageInQuietGroups 1200"]),
    );
    expect(metricsOf(true).join()).not.toContain("Groups");
  });
});

describe("a queue that exists already", () => {
  test("gets TLS only, encryption, a dead-letter queue and alarms, and keeps what it has", () => {
    const stack = newStack();
    const queue = new sqs.Queue(stack, "Mail", { enforceSSL: true, retentionPeriod: Duration.days(2) });
    const adopted = new AdoptedQueue(stack, "Adopted", { queue, alarms: { preset: "lean" } });
    const template = templateOf(stack);
    expect(properties(template, "AWS::SQS::Queue", "Mail")).toMatchObject({
      MessageRetentionPeriod: 172_800,
      SqsManagedSseEnabled: true,
      RedrivePolicy: { maxReceiveCount: 5 },
    });
    expect(properties(template, "AWS::SQS::Queue", "AdoptedDeadLetterQueue").MessageRetentionPeriod).toBe(1_209_600);
    expect(adopted.alarms).toHaveLength(1);
    const policy = resource(template, "AWS::SQS::QueuePolicy", "MailPolicy").Properties.PolicyDocument;
    expect((policy as { Statement: unknown[] }).Statement).toHaveLength(1);
  });

  test("keeps its own dead-letter queue and key setting", () => {
    const stack = newStack();
    const deadLetter = new sqs.Queue(stack, "Dead");
    const queue = new sqs.Queue(stack, "Mail", { deadLetterQueue: { queue: deadLetter, maxReceiveCount: 3 } });
    const adopted = new AdoptedQueue(stack, "Adopted", { queue, alarms: false });
    expect(adopted.deadLetterQueue).toBe(deadLetter);
    templateOf(stack).resourceCountIs("AWS::SQS::Queue", 2);
  });

  test("that is imported gets alarms only, with a warning", () => {
    const stack = newStack();
    const queue = sqs.Queue.fromQueueArn(stack, "Mail", "arn:aws:sqs:eu-central-1:111122223333:mail");
    const adopted = new AdoptedQueue(stack, "Adopted", { queue });
    expect(adopted.alarms.length).toBeGreaterThan(0);
    expect(warningsOf(stack, "only alarms are added")).toHaveLength(1);
    templateOf(stack).resourceCountIs("AWS::SQS::Queue", 0);
  });

  test("in another Region or account has no alarms here, where CloudWatch has no metrics of it", () => {
    const stack = newStack({ env: { account: "111122223333", region: "eu-central-1" } });
    const queue = sqs.Queue.fromQueueArn(stack, "Mail", "arn:aws:sqs:us-east-1:111122223333:mail");
    expect(new AdoptedQueue(stack, "Adopted", { queue, alarms: {} }).alarms).toEqual([]);
  });

  test("of another stack, and a dead-letter queue that forgets earlier, are refused", () => {
    const app = newApp();
    const [one, other] = [new Stack(app, "One"), new Stack(app, "Other")];
    const queue = new sqs.Queue(one, "Mail", { retentionPeriod: Duration.days(14) });
    expect(refusal(() => new AdoptedQueue(other, "Adopted", { queue }))).toBe(
      "Other/Adopted: the queue is in the stack One, but the dead-letter queue would be in Other: each stack would refer to the other (create the AdoptedQueue in the stack of the queue)",
    );
    const deadLetterRetention = Duration.days(1);
    expect(refusal(() => new AdoptedQueue(one, "Adopted", { queue, deadLetterRetention }))).toContain(
      "deadLetterRetention is 86400 seconds, shorter than the queue's retention of 1209600 seconds",
    );
  });

  test("whose visibility timeout is below the handler's timeout is refused", () => {
    const stack = newStack();
    const handler = newWorkQueue({ handler: { ...BILLING, timeout: Duration.minutes(2) } }, stack).handler;
    const queue = new sqs.Queue(stack, "Mail");
    expect(handler).toBeDefined();
    expect(refusal(() => new AdoptedQueue(stack, "Adopted", { queue, ...(handler && { handler }) }))).toContain(
      "below the function's timeout of 120",
    );
  });
});

test("options of esbuild are passed on, with paths from the directory in which the app runs", async () => {
  const { files } = await bundleEntry(resolve(BILLING.entry), {
    target: "node24",
    esbuild: { banner: { js: "// ours" }, inject: ["test/template/fixtures/shared.ts"] },
  });
  expect(Buffer.from(files[0]?.contents ?? []).toString()).toContain("// ours");
});
