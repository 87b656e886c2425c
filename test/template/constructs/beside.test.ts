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

/** A row of the table in the documentation: its name, and the columns aws-cdk-lib, Solutions Constructs and Fanfare. */
type Row = readonly [string, string, string, string];

const page = readFileSync(new URL("../../../docs/infrastructure.md", import.meta.url), "utf8");
const [, , ...rows] = (page.split("## Beside raw constructs and Solutions Constructs")[1]?.split("\n## ")[0] ?? "")
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map(
    (line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()) as unknown as Row,
  );

test("the table of docs/infrastructure.md is true of aws-cdk-lib and Fanfare", () => {
  const raw = column("raw", (app) => new RawStack(app, "Shop"));
  const fanfare = column("fanfare", (app) => new FanfareStack(app, "Shop"));
  expect(rows.map(([name, first, , last]) => [name, first, last])).toEqual(
    Object.keys(raw).map((name) => [name, raw[name], fanfare[name]]),
  );
});

test("the table has what was measured of Solutions Constructs, with the versions", () => {
  const [header = "", source = ""] = readFileSync(new URL("../beside/solutions.txt", import.meta.url), "utf8").split(
    "---\n",
  );
  expect(rows.every(([, , measured]) => /^(?:\d+|yes|no)$/.test(measured))).toBe(true);
  expect(rows[0]?.[2]).toBe(String(source.split("\n").filter(Boolean).length));
  const versions = [...header.matchAll(/@aws-solutions-constructs\/(\S+)@(\S+)/g)].map(
    ([, name, version]) => `\`${name}\` ${version}`,
  );
  expect(versions).toHaveLength(2);
  expect(versions.filter((version) => !page.includes(version))).toEqual([]);
});
