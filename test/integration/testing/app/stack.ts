import { App, Duration, Stack } from "aws-cdk-lib";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { FanoutTopic } from "../../../../infra/constructs/index.ts";
import { orders } from "./contract.ts";

const HANDLERS = "test/integration/testing/app/handlers";

/** A topic with a subscriber that works, and one whose handler dies when it is loaded. */
export function shopWithBrokenAudit(outdir: string): Stack {
  const stack = new Stack(new App({ outdir, analyticsReporting: false }), "Shop");
  const topic = new FanoutTopic(stack, "Orders", { contract: orders, alarms: false, dashboard: false });
  const timeout = Duration.seconds(2);
  topic.fanOut("Billing", { events: ["OrderPlaced"], handler: { entry: `${HANDLERS}/billing.ts`, timeout } });
  topic.fanOut("Audit", { events: ["OrderPlaced"], handler: { entry: `${HANDLERS}/at-import.ts`, timeout } });
  return stack;
}

/** A topic with two subscribers and a queue, and a queue that a handler without Fanfare polls. */
export function shop(outdir: string): Stack {
  const stack = new Stack(new App({ outdir, analyticsReporting: false }), "Shop");
  const topic = new FanoutTopic(stack, "Orders", {
    contract: orders,
    largePayloads: true,
    alarms: false,
    dashboard: false,
  });
  topic.fanOut("Billing", {
    events: ["OrderPlaced"],
    maxReceiveCount: 4,
    visibilityTimeout: Duration.seconds(12),
    handler: { entry: `${HANDLERS}/billing.ts`, timeout: Duration.seconds(2) },
  });
  topic.fanOut("Audit", {
    events: ["OrderPlaced"],
    where: { region: ["us"] },
    handler: { entry: `${HANDLERS}/audit.ts`, timeout: Duration.seconds(2) },
  });
  topic.fanOut("Archive", { events: ["OrderPlaced"] });
  const foreign = new LambdaFunction(stack, "Foreign", {
    runtime: Runtime.NODEJS_24_X,
    handler: "index.handler",
    code: Code.fromInline("exports.handler = async () => {};"),
  });
  foreign.addEventSource(new SqsEventSource(new Queue(stack, "ForeignQueue")));
  return stack;
}
