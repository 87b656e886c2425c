import { Duration } from "aws-cdk-lib";
import { Annotations } from "aws-cdk-lib/assertions";
import { AlarmRule, CompositeAlarm } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import * as sns from "aws-cdk-lib/aws-sns";
import { describe, expect, test } from "vitest";
import { type AlarmOptions, RUNBOOK_ANCHORS } from "../../../infra/constructs/index.ts";
import { BILLING, Match, newStack, newTopic, newWorkQueue, properties, templateOf } from "./support.ts";

const ALARM = "AWS::CloudWatch::Alarm";
const DASHBOARD = "AWS::CloudWatch::Dashboard";

function alarms(options: AlarmOptions | false) {
  const topic = newTopic({ alarms: options });
  topic.fanOut("Billing", { handler: BILLING });
  return templateOf(topic);
}

describe("alarms", () => {
  test("watch the topic, the queue, both dead-letter queues and the function", () => {
    const template = alarms({});
    const summary = Object.values(template.findResources(ALARM)).map(({ Properties: p }) => [
      p.MetricName,
      p.Namespace,
      p.Statistic,
      p.Threshold,
      p.Period,
      p.EvaluationPeriods,
      p.AlarmDescription.split("#")[1],
    ]);
    expect(summary.sort()).toEqual(
      [
        ["NumberOfNotificationsFailed", "AWS/SNS", "Sum", 0, 300, 1, RUNBOOK_ANCHORS.failedNotifications],
        ["ApproximateAgeOfOldestMessage", "AWS/SQS", "Maximum", 900, 300, 1, RUNBOOK_ANCHORS.oldestMessageAge],
        ["ApproximateNumberOfMessagesVisible", "AWS/SQS", "Maximum", 0, 60, 1, RUNBOOK_ANCHORS.deadLetterQueueDepth],
        [
          "ApproximateNumberOfMessagesVisible",
          "AWS/SQS",
          "Maximum",
          0,
          60,
          1,
          RUNBOOK_ANCHORS.subscriptionDeadLetterQueueDepth,
        ],
        ["Errors", "AWS/Lambda", "Sum", 0, 300, 1, RUNBOOK_ANCHORS.functionErrors],
        ["Throttles", "AWS/Lambda", "Sum", 0, 300, 3, RUNBOOK_ANCHORS.functionThrottles],
      ].sort(),
    );
    for (const { Properties: p } of Object.values(template.findResources(ALARM))) {
      expect(p.ComparisonOperator).toBe("GreaterThanThreshold");
      expect(p.TreatMissingData).toBe("notBreaching");
      expect(p.AlarmDescription).toContain("Runbook: docs/runbook.md#");
      expect(p.AlarmActions).toBeUndefined();
    }
  });

  test("watch the right dead-letter queues", () => {
    const template = alarms({});
    const queueOf = (prefix: string) => JSON.stringify(properties(template, ALARM, prefix).Dimensions);
    expect(queueOf("OrdersBillingDeadLetterQueueDepthAlarm")).toContain("OrdersBillingDeadLetterQueue");
    expect(queueOf("OrdersBillingSubscriptionDeadLetterQueueDepthAlarm")).toContain(
      "OrdersBillingSubscriptionDeadLetterQueue",
    );
    expect(queueOf("OrdersBillingOldestMessageAgeAlarm")).toContain("OrdersBillingQueue");
  });

  test("can all be switched off", () => {
    alarms(false).resourceCountIs(ALARM, 0);
  });

  test.each([
    ["deadLetterQueueDepth", "ApproximateNumberOfMessagesVisible"],
    ["oldestMessageAge", "ApproximateAgeOfOldestMessage"],
    ["functionErrors", "Errors"],
    ["functionThrottles", "Throttles"],
    ["failedNotifications", "NumberOfNotificationsFailed"],
  ])("%s can be switched off alone", (name, metric) => {
    const names = (options: AlarmOptions) =>
      Object.values(alarms(options).findResources(ALARM)).map((alarm) => alarm.Properties.MetricName);
    expect(names({ [name]: false })).toEqual(names({}).filter((each) => each !== metric));
  });

  test("have the thresholds and the runbook that they are given", () => {
    const template = alarms({
      deadLetterQueueDepth: 5,
      oldestMessageAge: Duration.hours(1),
      functionErrors: 2,
      functionThrottles: 3,
      failedNotifications: 4,
      runbookUrl: "https://wiki.example/runbook",
    });
    const of = (id: string) => properties(template, ALARM, `Orders${id}Alarm`);
    expect(of("BillingDeadLetterQueueDepth").Threshold).toBe(5);
    expect(of("BillingSubscriptionDeadLetterQueueDepth").Threshold).toBe(5);
    expect(of("BillingOldestMessageAge").Threshold).toBe(3_600);
    expect(of("BillingFunctionErrors").Threshold).toBe(2);
    expect(of("BillingFunctionThrottles").Threshold).toBe(3);
    expect(of("FailedNotifications").Threshold).toBe(4);
    expect(of("FailedNotifications").AlarmDescription).toContain("https://wiki.example/runbook#failed-notifications");
  });

  test("tell the topic that they are given, and take other actions", () => {
    const stack = newStack();
    const actionTopic = new sns.Topic(stack, "Ops");
    const other = new SnsAction(new sns.Topic(stack, "Pager"));
    newTopic({ alarms: { actionTopic, actions: [other] } }, stack).fanOut("Billing", { handler: BILLING });
    const found = Object.values(templateOf(stack).findResources(ALARM));
    expect(found).toHaveLength(6);
    for (const alarm of found) {
      expect(alarm.Properties.AlarmActions).toEqual([
        { Ref: expect.stringMatching(/^Ops/) },
        { Ref: expect.stringMatching(/^Pager/) },
      ]);
    }
  });

  test("that tell nobody are a warning, and none are not", () => {
    const warnings = (options: AlarmOptions | false) => {
      const stack = newStack();
      newTopic({ alarms: options }, stack).fanOut("Billing");
      return Annotations.fromStack(stack).findWarning("*", Match.stringLikeRegexp("the alarms notify nobody"));
    };
    expect(warnings({}).map((warning) => warning.id)).toEqual(["/Shop/Orders"]);
    expect(warnings(false)).toEqual([]);
    expect(warnings({ actions: [] })).toEqual([]);
  });

  test("of one subscriber can be others than the topic's", () => {
    const topic = newTopic({ alarms: { deadLetterQueueDepth: 5 } });
    topic.fanOut("Billing", { alarms: false });
    topic.fanOut("Audit", { alarms: { deadLetterQueueDepth: 9 } });
    const template = templateOf(topic);
    expect(Object.keys(template.findResources(ALARM)).some((id) => id.startsWith("OrdersBilling"))).toBe(false);
    expect(properties(template, ALARM, "OrdersAuditDeadLetterQueueDepthAlarm").Threshold).toBe(9);
  });

  test("can be composed", () => {
    const stack = newStack();
    const topic = newTopic({ alarms: {} }, stack);
    const billing = topic.fanOut("Billing", { handler: BILLING });
    expect(topic.alarms).toHaveLength(1);
    expect(billing.alarms).toHaveLength(5);
    new CompositeAlarm(stack, "Any", { alarmRule: AlarmRule.anyOf(...topic.alarms, ...billing.alarms) });
    templateOf(stack).resourceCountIs("AWS::CloudWatch::CompositeAlarm", 1);
  });

  test("of a work queue are those of a subscriber without SNS", () => {
    const work = newWorkQueue({ alarms: {}, handler: BILLING });
    const names = Object.values(templateOf(work).findResources(ALARM)).map((alarm) => alarm.Properties.MetricName);
    expect(names.sort()).toEqual([
      "ApproximateAgeOfOldestMessage",
      "ApproximateNumberOfMessagesVisible",
      "Errors",
      "Throttles",
    ]);
    expect(work.alarms).toHaveLength(4);
  });
});

describe("the dashboard", () => {
  const bodyOf = (construct: Parameters<typeof templateOf>[0], prefix: string) =>
    JSON.stringify(properties(templateOf(construct), DASHBOARD, prefix).DashboardBody);

  test("shows the topic and each subscriber, also those without a handler", () => {
    const topic = newTopic({ dashboard: true });
    topic.fanOut("Billing", { handler: BILLING });
    topic.fanOut("Audit");
    const body = bodyOf(topic, "OrdersDashboard");
    for (const metric of [
      "NumberOfMessagesPublished",
      "NumberOfNotificationsFailed",
      "ApproximateAgeOfOldestMessage",
    ]) {
      expect(body).toContain(metric);
    }
    for (const title of ["Billing: rates", "Billing: depth", "Billing: handler", "Audit: rates"]) {
      expect(body).toContain(title);
    }
    expect(body).not.toContain("Audit: handler");
    expect(topic.dashboard).toBeDefined();
  });

  test("shows a work queue", () => {
    expect(bodyOf(newWorkQueue({ dashboard: true, handler: BILLING }), "ImagesDashboard")).toContain("Images: handler");
  });

  test("is there by default and can be switched off", () => {
    const stack = newStack();
    newTopic({}, stack);
    templateOf(stack).resourceCountIs(DASHBOARD, 0);
    expect(newTopic({ dashboard: undefined as never }).dashboard).toBeDefined();
  });
});
