import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Stack } from "aws-cdk-lib";
import { Annotations } from "aws-cdk-lib/assertions";
import * as kms from "aws-cdk-lib/aws-kms";
import * as sns from "aws-cdk-lib/aws-sns";
import { describe, expect, test } from "vitest";
import { FanoutTopic, WorkQueue } from "../../../infra/constructs/index.ts";
import { orders } from "../fixtures/contract.ts";
import { BILLING, Match, newApp, SHIPPING, Template } from "./support.ts";

const path = createRequire(import.meta.url).resolve("aws-cdk-lib/recommended-feature-flags.json");
const RECOMMENDED: Record<string, unknown> = JSON.parse(readFileSync(path, "utf8"));

/** One of everything, as a user would write it. */
function shop(options: {
  readonly fifo: boolean;
  readonly key: boolean;
  readonly context: Record<string, unknown>;
}): Stack {
  const { fifo, key, context } = options;
  const stack = new Stack(newApp(context), "Shop");
  const encryption = key ? { encryptionKey: new kms.Key(stack, "Key") } : {};
  const common = { contract: orders, fifo, largePayloads: true, alarms: { actionTopic: new sns.Topic(stack, "Ops") } };
  const topic = new FanoutTopic(stack, "Orders", { ...common, ...encryption });
  const billing = topic.fanOut("Billing", {
    events: ["OrderPlaced"],
    where: { region: ["eu"], total: [{ numeric: [">=", 100] }] },
    handler: BILLING,
  });
  topic.fanOut("Audit", { fifo: false });
  const work = new WorkQueue(stack, "Shipping", { ...common, ...encryption, handler: SHIPPING });
  if (billing.handler !== undefined) {
    work.grantPublish(billing.handler);
  }
  if (work.handler !== undefined) {
    topic.grantPublish(work.handler);
  }
  return stack;
}

describe.each([
  { fifo: false, key: false },
  { fifo: true, key: false },
  { fifo: false, key: true },
  { fifo: true, key: true },
])("a whole stack: $fifo FIFO, $key key", ({ fifo, key }) => {
  test.each([
    ["all recommended feature flags", RECOMMENDED],
    ["no feature flags", {}],
  ])("synthesises with %s, without circular references and without warnings", (_name, context) => {
    const stack = shop({ fifo, key, context });
    const template = Template.fromStack(stack);
    template.resourceCountIs("AWS::SNS::Subscription", 2);
    template.resourceCountIs("AWS::SQS::Queue", 2 * 3 + 2);
    template.resourceCountIs("AWS::Lambda::Function", 2);
    expect(Annotations.fromStack(stack).findWarning("*", Match.anyValue())).toEqual([]);
    expect(Annotations.fromStack(stack).findError("*", Match.anyValue())).toEqual([]);
  });
});
