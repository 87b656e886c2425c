import { readFileSync } from "node:fs";
import { App, Duration, Size, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as kms from "aws-cdk-lib/aws-kms";
import * as sns from "aws-cdk-lib/aws-sns";
import * as sqs from "aws-cdk-lib/aws-sqs";
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

/** A stack for every option that adds or changes resources, by the name of the option. */
const OPTIONS: Readonly<Record<string, (stack: Stack, given: Given) => void>> = {
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
