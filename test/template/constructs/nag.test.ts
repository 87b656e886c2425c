import { Stack, Validations } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as kms from "aws-cdk-lib/aws-kms";
import { AwsSolutionsChecks } from "cdk-nag";
import { expect, test } from "vitest";
import { FanoutTopic, WorkQueue } from "../../../infra/constructs/index.ts";
import { orders } from "../fixtures/contract.ts";
import { BILLING, newApp } from "./support.ts";

/** Each finding of the AWS Solutions checks that is accepted, and why. There are no others. */
const ACCEPTED: readonly { readonly rule: string; readonly path: RegExp; readonly reason: string }[] = [
  {
    rule: "AwsSolutions-S1",
    path: /^Shop\/\w+\/Payloads\/Bucket\//,
    reason:
      "Access logs need a second bucket and its retention: the user's decision, possible with a bucket of their own.",
  },
  {
    rule: "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:",
    path: /\/HandlerRole\/DefaultPolicy\//,
    reason:
      "Log streams are named by Lambda when they are made; the wildcard stays within the function's own log group.",
  },
  {
    rule: "AwsSolutions-IAM5[Resource::<",
    path: /\/(?:HandlerRole|Publisher)\/DefaultPolicy\//,
    reason: "Payload objects are named when they are written; the wildcard stays under the contract's prefix.",
  },
  {
    rule: "AwsSolutions-IAM5[Action::kms:",
    path: /\/HandlerRole\/DefaultPolicy\//,
    reason:
      "DynamoDB asks of callers the ReEncrypt and GenerateDataKey families on the table's key, and on that key only.",
  },
  {
    rule: "AwsSolutions-SQS3",
    path: /\/SubscriptionDeadLetterQueue\//,
    reason: "It is a dead-letter queue, of a subscription, which the rule does not look at.",
  },
];

interface Finding {
  readonly path: string;
  readonly rule: string;
}

/** What the checks say of an app: the findings that its synthesis fails with. */
function findingsOf(build: (stack: Stack) => void): Finding[] {
  const app = newApp();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  build(new Stack(app, "Shop"));
  let report = "";
  try {
    app.synth();
  } catch (error) {
    report = String(error);
  }
  const pattern = /^\s+(Shop\/\S+) .*\n\s+Acknowledge with 'AwsSolutions::(.+)'$/gm;
  const found = [...report.matchAll(pattern)].map(([, path = "", rule = ""]) => ({ path, rule }));
  // No finding may be lost to a report of another form.
  expect(found).toHaveLength(report.match(/^ERROR /gm)?.length ?? 0);
  return found;
}

const isAccepted = ({ path, rule }: Finding): boolean =>
  ACCEPTED.some((accepted) => rule.startsWith(accepted.rule) && accepted.path.test(path));

test("the checks are at work: a topic that takes messages without TLS is found", () => {
  const found = findingsOf((stack) => {
    new FanoutTopic(stack, "Orders", { contract: orders, alarms: false, topicProps: { enforceSSL: false } });
  });
  expect(found.map(({ rule }) => rule)).toContain("AwsSolutions-SNS3");
  expect(found.every(isAccepted)).toBe(false);
});

test("there are no findings but the accepted ones, on standard and on FIFO, with and without a key", () => {
  const found = [false, true].flatMap((fifo) =>
    findingsOf((stack) => {
      const encryptionKey = fifo ? { encryptionKey: new kms.Key(stack, "Key", { enableKeyRotation: true }) } : {};
      const topic = new FanoutTopic(stack, "Orders", { contract: orders, fifo, largePayloads: true, ...encryptionKey });
      topic.fanOut("Billing", { handler: BILLING });
      topic.fanOut("Audit");
      const work = new WorkQueue(stack, "Work", { contract: orders, fifo, handler: BILLING, ...encryptionKey });
      const publisher = new iam.Role(stack, "Publisher", {
        assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
      });
      topic.grantPublish(publisher);
      work.grantPublish(publisher);
    }),
  );
  expect(found.filter((finding) => !isAccepted(finding))).toEqual([]);
  for (const accepted of ACCEPTED) {
    expect(found.some(({ path, rule }) => rule.startsWith(accepted.rule) && accepted.path.test(path))).toBe(true);
  }
});
