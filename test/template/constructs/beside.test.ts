import { readFileSync } from "node:fs";
import type { App } from "aws-cdk-lib";
import { expect, test } from "vitest";
import { FanfareStack } from "../beside/fanfare.ts";
import { RawStack } from "../beside/raw.ts";
import { nagFindings } from "../review/nag.ts";
import { newApp, Template } from "./support.ts";

type Resource = { readonly Type: string; readonly Properties: Record<string, unknown> };

const linesOf = (name: string) =>
  readFileSync(new URL(`../beside/${name}.ts`, import.meta.url), "utf8")
    .split("\n")
    .filter(Boolean).length;

/** The numbers and yes or no of one column of the table. */
function column(name: string, build: (app: App) => RawStack | FanfareStack): Record<string, string> {
  const app = newApp();
  const template: { Resources: Record<string, Resource> } = Template.fromStack(build(app)).toJSON() as never;
  const resources = Object.values(template.Resources);
  const all = (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties = {} }) => Properties);
  const queues = all("AWS::SQS::Queue");
  const text = (type: string) => JSON.stringify(all(type));
  const yes = (condition: boolean) => (condition ? "yes" : "no");
  return {
    "lines of the stack's file": String(linesOf(name)),
    resources: String(resources.length),
    "findings of five cdk-nag packs": String(nagFindings(app).length),
    "TLS only, on topic and queues": yes(
      /SecureTransport/.test(text("AWS::SNS::TopicPolicy") + text("AWS::SQS::QueuePolicy")),
    ),
    "encryption stated on queues": yes(queues.every((queue) => queue.SqsManagedSseEnabled === true)),
    "dead letters are kept longer than messages": yes(
      queues.some(({ MessageRetentionPeriod: seconds, RedrivePolicy }) => !RedrivePolicy && seconds === 1_209_600),
    ),
    "dead-letter queue of the subscription": yes(/RedrivePolicy/.test(text("AWS::SNS::Subscription"))),
    "partial batch responses": yes(/ReportBatchItemFailures/.test(text("AWS::Lambda::EventSourceMapping"))),
    "bounded concurrency": yes(/MaximumConcurrency/.test(text("AWS::Lambda::EventSourceMapping"))),
    "the handler writes to its own log group only": yes(!/AWSLambdaBasicExecutionRole/.test(text("AWS::IAM::Role"))),
    "idempotency table": yes(resources.some(({ Type }) => /DynamoDB/.test(Type))),
    alarms: String(all("AWS::CloudWatch::Alarm").length),
  };
}

test("the table of docs/infrastructure.md beside raw L2 constructs is true", () => {
  const raw = column("raw", (app) => new RawStack(app, "Shop"));
  const fanfare = column("fanfare", (app) => new FanfareStack(app, "Shop"));
  const expected = Object.keys(raw).map((row) => `| ${row} | ${raw[row]} | ${fanfare[row]} |`);
  const page = readFileSync(new URL("../../../docs/infrastructure.md", import.meta.url), "utf8");
  expect(page.split("\n").filter((line) => expected.includes(line))).toEqual(expected);
});
