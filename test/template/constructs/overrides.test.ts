import { Duration } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as sns from "aws-cdk-lib/aws-sns";
import { expect, test } from "vitest";
import { BILLING, newStack, newTopic, refusal } from "./support.ts";

// What eventSourceProps puts in place of an option is checked as the option is.
test.each([
  [
    "failures that are not reported",
    { reportBatchItemFailures: false },
    /would delete the messages .*reports as failed/,
  ],
  ["a large batch without a window", { batchSize: 100 }, /batchSize is 100 and maxBatchingWindow is 0 seconds/],
  ["a concurrency of 1", { maxConcurrency: 1 }, /maxConcurrency is 1, but must be an integer from 2 to 1000/],
])("eventSourceProps: %s is refused", (_, eventSourceProps, message) => {
  expect(refusal(() => newTopic().fanOut("Billing", { handler: BILLING, eventSourceProps }))).toMatch(message);
});

test("eventSourceProps: a window on FIFO is refused", () => {
  const eventSourceProps = { maxBatchingWindow: Duration.seconds(5) };
  expect(refusal(() => newTopic({ fifo: true }).fanOut("Billing", { handler: BILLING, eventSourceProps }))).toMatch(
    /maxBatchingWindow is set on a FIFO queue/,
  );
});

test("a FIFO topic for alarms is refused, also an imported one", () => {
  const stack = newStack();
  const own = new sns.Topic(stack, "Own", { fifo: true });
  const imported = sns.Topic.fromTopicArn(stack, "Imported", "arn:aws:sns:eu-central-1:111122223333:pages.fifo");
  for (const actionTopic of [own, imported]) {
    expect(refusal(() => newTopic({ alarms: { actionTopic } }))).toMatch(
      /actionTopic is a FIFO topic, .*standard topic/,
    );
  }
});

test("publishing is granted to everybody only with conditions", () => {
  for (const everybody of [new iam.AnyPrincipal(), new iam.StarPrincipal(), new iam.ArnPrincipal("*")]) {
    expect(refusal(() => newTopic().grantPublish(everybody))).toMatch(/any AWS account .*withConditions/);
  }
  const conditions = { StringEquals: { "aws:PrincipalOrgID": "o-1234567890" } };
  newTopic().grantPublish(new iam.AnyPrincipal().withConditions(conditions));
  newTopic().grantPublish(new iam.OrganizationPrincipal("o-1234567890"));
});

test.each([
  ["queueName", { queueName: "orders for billing" }],
  ["queueName", { queueProps: { queueName: "orders:billing" } }],
  ["queueName", { queueName: "q".repeat(81) }],
  ["queueName", { queueName: "" }],
  ["deadLetter.queueName", { deadLetter: { queueName: "letters/dead" } }],
])("a name that SQS refuses is refused: %s of %j", (field, options) => {
  expect(refusal(() => newTopic().fanOut("Billing", options))).toContain(`${field} is "`);
});

test.each(["orders of today", "", "t".repeat(257)])("a topic's name that SNS refuses is refused: %j", (topicName) => {
  expect(refusal(() => newTopic({ topicProps: { topicName } }))).toContain("topicProps.topicName is");
});

test.each([
  ["retention", { retention: Duration.minutes(2), visibilityTimeout: Duration.minutes(2) }],
  [
    "queueProps.retentionPeriod",
    { queueProps: { retentionPeriod: Duration.minutes(1) }, visibilityTimeout: Duration.minutes(5) },
  ],
  [
    "queueProps.visibilityTimeout",
    { retention: Duration.hours(1), queueProps: { visibilityTimeout: Duration.hours(2) } },
  ],
])("a message may not expire while it is in flight: %s", (_, options) => {
  expect(refusal(() => newTopic().fanOut("Billing", options))).toMatch(/would expire before it is redelivered/);
});

test("a message may not expire while it is in flight, for the visibility timeout that the handler needs either", () => {
  const handler = { ...BILLING, timeout: Duration.minutes(5) };
  expect(refusal(() => newTopic().fanOut("Billing", { handler, retention: Duration.minutes(20) }))).toMatch(
    /would expire before it is redelivered/,
  );
});

test("a consumer has a name", () => {
  expect(refusal(() => newTopic().fanOut("Billing", { handler: BILLING, consumer: "" }))).toMatch(
    /consumer is empty.*orders\.Billing/,
  );
});
