import { readFileSync } from "node:fs";
import { App, Duration, RemovalPolicy, Size, Stack } from "aws-cdk-lib";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as events from "aws-cdk-lib/aws-events";
import * as iam from "aws-cdk-lib/aws-iam";
import * as kms from "aws-cdk-lib/aws-kms";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import * as logs from "aws-cdk-lib/aws-logs";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as sns from "aws-cdk-lib/aws-sns";
import * as sqs from "aws-cdk-lib/aws-sqs";
import * as sfn from "aws-cdk-lib/aws-stepfunctions";
import {
  AdoptedQueue,
  FanoutTopic,
  HandlerFunction,
  IdempotencyTable,
  WorkQueue,
} from "../../../infra/constructs/index.ts";
import { ImagesStack } from "../../../infra/stacks/images-stack.ts";
import { ShopStack } from "../../../infra/stacks/shop-stack.ts";
import { WebhooksStack } from "../../../infra/stacks/webhooks-stack.ts";
import { orders } from "../fixtures/contract.ts";

const HANDLER = { entry: "test/template/fixtures/billing.ts" };

/** What a stack is given: a key, which all of Fanfare's constructs in it use, and a topic for the alarms. */
interface Given {
  readonly encryptionKey: kms.IKey;
  readonly alarms: { readonly actionTopic: sns.ITopic };
}

/** Stacks with every option that adds or changes resources; `option-stacks.test.ts` names them by option. */
export const OPTIONS: Readonly<Record<string, (stack: Stack, given: Given) => void>> = {
  Standard: (stack, given) => {
    const topic = new FanoutTopic(stack, "Orders", { contract: orders, ...given });
    topic.fanOut("Billing", { events: ["OrderPlaced"], where: { region: ["eu"] }, handler: HANDLER });
    topic.fanOut("Audit");
  },
  Fifo: (stack, given) => {
    const topic = new FanoutTopic(stack, "Orders", { contract: orders, fifo: true, ...given });
    topic.fanOut("Billing", { handler: HANDLER });
    topic.fanOut("Audit", { fifo: false });
  },
  LargePayloads: (stack, given) => {
    const topic = new FanoutTopic(stack, "Orders", {
      contract: orders,
      largePayloads: true,
      maximumMessageSize: Size.mebibytes(1),
      ...given,
    });
    topic.fanOut("Billing", { handler: HANDLER });
    topic.grantPublish(new HandlerFunction(stack, "Checkout", { ...HANDLER, encryptionKey: given.encryptionKey }));
  },
  Tracing: (stack, given) => {
    const topic = new FanoutTopic(stack, "Orders", { contract: orders, tracing: true, ...given });
    topic.fanOut("Billing", { handler: HANDLER });
  },
  AllAlarms: (stack, { encryptionKey, alarms }) => {
    const topic = new FanoutTopic(stack, "Orders", {
      contract: orders,
      encryptionKey,
      alarms: { ...alarms, preset: "full" },
    });
    topic.fanOut("Billing", { handler: HANDLER });
  },
  Batches: (stack, given) => {
    const topic = new FanoutTopic(stack, "Orders", { contract: orders, ...given });
    topic.fanOut("Billing", {
      handler: { ...HANDLER, reservedConcurrentExecutions: 5 },
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(5),
      maxConcurrency: 5,
      guarantee: "at-least-once",
    });
  },
  OwnTable: (stack, given) => {
    const { encryptionKey } = given;
    const idempotencyTable = new IdempotencyTable(stack, "Table", { encryptionKey, deletionProtection: true });
    const topic = new FanoutTopic(stack, "Orders", { contract: orders, idempotencyTable, ...given });
    topic.fanOut("Billing", { handler: HANDLER });
  },
  WorkQueue: (stack, given) => {
    const work = new WorkQueue(stack, "Work", { contract: orders, largePayloads: true, handler: HANDLER, ...given });
    work.grantPublish(new HandlerFunction(stack, "Checkout", { ...HANDLER, encryptionKey: given.encryptionKey }));
  },
  Archive: (stack, given) => {
    const topic = new FanoutTopic(stack, "Orders", {
      contract: orders,
      fifo: true,
      messageRetentionPeriodInDays: 30,
      ...given,
    });
    topic.fanOut("Billing", { replay: { from: new Date("2026-11-01T00:00:00Z") } });
  },
  DataFilter: (stack, given) => {
    const topic = new FanoutTopic(stack, "Orders", { contract: orders, namePrefix: "orders", ...given });
    topic.fanOut("Billing", { events: ["OrderPlaced"], whereData: { region: ["eu"] } });
  },
  Alias: (stack, given) => {
    const handler = { ...HANDLER, alias: { name: "live", provisionedConcurrentExecutions: 1 } };
    const topic = new FanoutTopic(stack, "Orders", { contract: orders, ...given });
    topic.fanOut("Billing", { handler, provisionedPollers: { minimum: 2, maximum: 10 } });
  },
  AdoptedQueue: (stack, { encryptionKey, alarms }) => {
    const queue = new sqs.Queue(stack, "Mail", {
      encryptionMasterKey: encryptionKey,
      retentionPeriod: Duration.days(4),
    });
    new AdoptedQueue(stack, "Adopted", { queue, alarms });
  },
  Push: (stack, given) => {
    const { encryptionKey } = given;
    const topic = new FanoutTopic(stack, "Orders", { contract: orders, ...given });
    topic.push("Audit", { lambda: new HandlerFunction(stack, "Audit", { ...HANDLER, encryptionKey }) });
    topic.push("Partner", {
      https: "https://partner.example/events",
      events: ["OrderPlaced"],
      where: { region: ["eu"] },
    });
    topic.push("Ops", { email: "ops@example.com", events: ["OrderCancelled"] });
    topic.push("Lake", {
      firehose: stack.formatArn({ service: "firehose", resource: "deliverystream", resourceName: "lake" }),
    });
  },
  EventBridge: (stack, given) => {
    const topic = new FanoutTopic(stack, "Orders", { contract: orders, ...given });
    const eventBus = new events.EventBus(stack, "Bus");
    topic.toEventBus("ToBus", { eventBus, events: ["OrderPlaced"] });
    const work = new WorkQueue(stack, "Work", { contract: orders, handler: HANDLER, ...given });
    const eventPattern = { source: ["shop"] };
    new events.Rule(stack, "Sold", { eventBus, eventPattern, targets: [work.eventBridgeTarget("OrderPlaced")] });
  },
  Tasks: (stack, given) => {
    const work = new WorkQueue(stack, "Work", { contract: orders, handler: HANDLER, ...given });
    const topic = new FanoutTopic(stack, "Orders", { contract: orders, ...given });
    const taskTimeout = sfn.Timeout.duration(Duration.hours(1));
    const bill = work.stepFunctionsTask(stack, "Bill", "OrderPlaced", { taskTimeout });
    const cancel = topic.stepFunctionsTask(stack, "Cancel", "OrderCancelled", {
      attributes: { reason: { value: sfn.JsonPath.stringAt("$.reason") } },
      taskTimeout,
    });
    const machine = new sfn.StateMachine(stack, "Checkout", {
      definitionBody: sfn.DefinitionBody.fromChainable(bill.next(cancel)),
      encryptionConfiguration: new sfn.CustomerManagedEncryptionConfiguration(given.encryptionKey),
      tracingEnabled: true,
      logs: {
        destination: new logs.LogGroup(stack, "Executions", { encryptionKey: given.encryptionKey }),
        level: sfn.LogLevel.ALL,
      },
    });
    machine.grantTaskResponse(work);
  },
  Shared: (stack, given) => {
    const topic = new FanoutTopic(stack, "Orders", { contract: orders, largePayloads: true, ...given });
    topic.shareWith({ accounts: ["444455556666"], events: ["OrderPlaced"] });
    topic.shareWith({ organization: "o-a1b2c3d4e5" });
  },
  Metrics: (stack, { encryptionKey, alarms }) => {
    const topic = new FanoutTopic(stack, "Orders", {
      contract: orders,
      encryptionKey,
      alarms: { ...alarms, preset: "full", ticketTopic: alarms.actionTopic, noisyGroups: 3, composite: true },
      metrics: true,
    });
    topic.fanOut("Billing", {
      handler: { entry: "test/template/fixtures/metered.ts", environment: { LEVEL: "info" } },
    });
  },
  Stores: (stack, given) => {
    const topic = new FanoutTopic(stack, "Orders", {
      contract: orders,
      largePayloads: {
        autoDeleteObjects: true,
        accessLogs: { bucket: s3.Bucket.fromBucketName(stack, "AccessLogs", "access-logs-of-the-account") },
      },
      removalPolicy: RemovalPolicy.DESTROY,
      tableClass: dynamodb.TableClass.STANDARD_INFREQUENT_ACCESS,
      ...given,
    });
    topic.fanOut("Billing", { handler: HANDLER });
  },
  OwnQueue: (stack, given) => {
    const encryptionMasterKey = given.encryptionKey;
    const deadLetters = new sqs.Queue(stack, "MailDeadLetterQueue", {
      encryptionMasterKey,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const queue = new sqs.Queue(stack, "Mail", {
      encryptionMasterKey,
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: Duration.minutes(5),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 60 },
    });
    const topic = new FanoutTopic(stack, "Orders", {
      contract: orders,
      savedQueries: false,
      dashboard: false,
      ...given,
    });
    topic.fanOut("Billing", { queue, handler: HANDLER, subscriptionDeadLetter: { queue: deadLetters } });
  },
  QueueOptions: (stack, given) => {
    const topic = new FanoutTopic(stack, "Orders", {
      contract: orders,
      fifo: true,
      fifoThroughputScope: sns.FifoThroughputScope.MESSAGE_GROUP,
      topicProps: { displayName: "Orders" },
      ...given,
    });
    topic.fanOut("Billing", {
      retention: Duration.days(7),
      deliveryDelay: Duration.seconds(5),
      visibilityTimeout: Duration.minutes(5),
      maxReceiveCount: 10,
      queueName: "billing.fifo",
      deadLetter: { queueName: "billing-dlq.fifo", retention: Duration.days(14) },
      subscriptionDeadLetter: { queueName: "billing-subscription-dlq.fifo" },
      queueRemovalPolicy: RemovalPolicy.RETAIN,
      queueProps: { receiveMessageWaitTime: Duration.seconds(20) },
    });
    topic.fanOut("Lossy", { subscriptionDeadLetter: false, filter: "none", alarms: false });
  },
  HandlerOptions: (stack, given) => {
    const { encryptionKey } = given;
    const topic = new FanoutTopic(stack, "Orders", {
      contract: orders,
      deletionProtection: true,
      pointInTimeRecovery: true,
      ...given,
    });
    topic.fanOut("Billing", {
      guarantee: "at-most-once",
      maxAttempts: 3,
      consumer: "billing",
      enabled: false,
      eventSourceProps: { maxConcurrency: 5 },
      handler: {
        ...HANDLER,
        export: "handler",
        timeout: Duration.minutes(1),
        memorySize: 1_024,
        runtime: lambda.Runtime.NODEJS_24_X,
        architecture: lambda.Architecture.X86_64,
        tracing: lambda.Tracing.ACTIVE,
        logRetention: logs.RetentionDays.ONE_MONTH,
        bundling: { sourceMap: true },
        functionProps: { description: "Bills orders" },
      },
    });
    const logGroup = new logs.LogGroup(stack, "Logs", { encryptionKey });
    topic.fanOut("Audit", { handler: { ...HANDLER, logGroup } });
  },
  Imported: (stack, { encryptionKey, alarms }) => {
    const topicArn = stack.formatArn({ service: "sns", resource: "orders" });
    const arnOf = (resource: string) => stack.formatArn({ service: "sqs", resource });
    const bucket = s3.Bucket.fromBucketName(stack, "Theirs", "payloads-of-the-owner");
    const topic = FanoutTopic.fromTopicArn(stack, "Orders", topicArn, {
      contract: orders,
      shared: true,
      encryptionKey,
      keyPolicyAllowsSns: true,
      alarms,
      largePayloads: { bucket, prefix: "orders", threshold: Size.kibibytes(128) },
    });
    topic.fanOut("Billing", { handler: HANDLER });
    const queue = sqs.Queue.fromQueueArn(stack, "Own", arnOf("audit"));
    topic.fanOut("Audit", { queue, queuePolicyAllowsTopic: true, handler: HANDLER });
    const adopted = sqs.Queue.fromQueueArn(stack, "Mail", arnOf("mail"));
    const deadLetterQueue = sqs.Queue.fromQueueArn(stack, "MailDead", arnOf("mail-dlq"));
    new AdoptedQueue(stack, "Adopted", { queue: adopted, deadLetterQueue, alarms });
  },
  AdoptedWithHandler: (stack, { encryptionKey, alarms }) => {
    const handler = new HandlerFunction(stack, "Handler", { ...HANDLER, encryptionKey });
    const queue = new sqs.Queue(stack, "Mail", {
      encryptionMasterKey: encryptionKey,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: Duration.minutes(5),
    });
    handler.addEventSource(new SqsEventSource(queue));
    const deadLetterRetention = Duration.days(10);
    new AdoptedQueue(stack, "Adopted", { queue, handler, maxReceiveCount: 8, deadLetterRetention, alarms });
  },
  PushTargets: (stack, given) => {
    const topic = new FanoutTopic(stack, "Orders", { contract: orders, ...given });
    topic.push("Mail", { email: "ops@example.com", json: true, deadLetter: { retention: Duration.days(7) } });
    topic.push("Phone", { sms: "+4915112345678", events: ["OrderCancelled"] });
    topic.push("Raw", { https: "https://partner.example/raw", raw: true, whereData: { orderId: [{ prefix: "eu-" }] } });
  },
  Views: (stack, { encryptionKey, alarms }) => {
    const topic = new FanoutTopic(stack, "Orders", {
      contract: orders,
      encryptionKey,
      dashboard: { name: "orders" },
      alarms: {
        actions: [new SnsAction(alarms.actionTopic)],
        okActions: false,
        runbookUrl: "https://wiki.example/runbook",
        alarmName: ({ kind, path }) => `${path.replaceAll("/", "-")}-${kind}`,
        settings: { oldestMessageAge: { severity: "ticket" } },
      },
    });
    topic.fanOut("Billing", { handler: HANDLER, scope: stack });
  },
  SharedQueues: (stack, given) => {
    const largePayloads = { expiration: Duration.days(400) };
    const topic = new FanoutTopic(stack, "Orders", { contract: orders, fifo: true, largePayloads, ...given });
    topic.shareWith({
      accounts: ["444455556666"],
      fifo: false,
      retention: Duration.days(90),
      subscriptionDeadLetter: { queueName: "orders-of-444455556666" },
    });
  },
  Publishers: (stack, given) => {
    const topic = new FanoutTopic(stack, "Orders", { contract: orders, ...given });
    topic.grantPublish(new iam.ServicePrincipal("events.amazonaws.com"));
    topic.grantPublish(new iam.AccountPrincipal("111122223333"));
  },
};

/** The app that is reviewed: the reference app, and a stack for every option. */
export function reviewedApp(outdir: string): App {
  const { context }: { context: Record<string, unknown> } = JSON.parse(readFileSync("cdk.json", "utf8"));
  const app = new App({
    analyticsReporting: false,
    outdir,
    // With path metadata, a finding in a template can be told by the path of its construct, as the CDK CLI does.
    context: { ...context, "aws:cdk:enable-path-metadata": true },
  });
  new ShopStack(app, "Shop");
  new ImagesStack(app, "Images");
  new WebhooksStack(app, "Webhooks");
  addOptionStacks(app);
  return app;
}

/** Adds a stack for every option to an app. */
export function addOptionStacks(app: App): void {
  for (const [name, build] of Object.entries(OPTIONS)) {
    const stack = new Stack(app, name);
    const encryptionKey = new kms.Key(stack, "Key", { enableKeyRotation: true });
    const actionTopic = new sns.Topic(stack, "Operations", { enforceSSL: true, masterKey: encryptionKey });
    build(stack, { encryptionKey, alarms: { actionTopic } });
  }
}
