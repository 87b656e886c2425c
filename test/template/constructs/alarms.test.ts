import { Duration, Stack } from "aws-cdk-lib";
import { Annotations } from "aws-cdk-lib/assertions";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import * as kms from "aws-cdk-lib/aws-kms";
import * as sns from "aws-cdk-lib/aws-sns";
import { describe, expect, test } from "vitest";
import {
  type AlarmKind,
  type AlarmOptions,
  type AlarmPreset,
  type FanOutOptions,
  FanoutTopic,
  RUNBOOK_ANCHORS,
} from "../../../infra/constructs/index.ts";
import { planOf } from "../../../lib/plan/index.ts";
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
  templateOf,
} from "./support.ts";

const ALARM = "AWS::CloudWatch::Alarm";
const COMPOSITE = "AWS::CloudWatch::CompositeAlarm";
const DASHBOARD = "AWS::CloudWatch::Dashboard";
const ENV = { account: "111122223333", region: "eu-central-1" };

type Properties = Record<string, unknown> & { AlarmDescription: string };

function watched(alarms: AlarmOptions | false, options: FanOutOptions<typeof orders> = {}) {
  const topic = newTopic({ alarms });
  topic.fanOut("Billing", { handler: BILLING, ...options });
  return templateOf(topic);
}

/** The alarms of a template by the anchor of their runbook section. */
function byAnchor(template: ReturnType<typeof templateOf>): Record<string, Properties> {
  const all = Object.values(template.findResources(ALARM)).map(({ Properties: each }) => each as Properties);
  return Object.fromEntries(all.map((each) => [each.AlarmDescription.split("#")[1] ?? "", each]));
}
const alarmsOf = (alarms: AlarmOptions, options?: FanOutOptions<typeof orders>) => {
  const found = byAnchor(watched(alarms, options));
  return (kind: AlarmKind): Properties => {
    const alarm = found[RUNBOOK_ANCHORS[kind]];
    if (alarm === undefined) {
      throw new Error(`no alarm ${kind}; there are ${Object.keys(found).join(", ")}`);
    }
    return alarm;
  };
};
const kindsOf = (template: ReturnType<typeof templateOf>): string[] => {
  const anchors = Object.keys(byAnchor(template));
  return Object.entries(RUNBOOK_ANCHORS)
    .filter(([, anchor]) => anchors.includes(anchor))
    .map(([kind]) => kind)
    .sort();
};

const LEAN = ["deadLetterQueueDepth", "lostNotifications"];
const STANDARD = [...LEAN, "failedNotifications", "invalidAttributes", "oldestMessageAge"].sort();

/** Those of fair queues exist only where a threshold asks for them, and those of metrics only with `metrics`. */
const ELSEWHERE = ["noisyGroups", "quietGroupsAge", "oldestFailingEvent", "handlerTime"];
const IN_A_PRESET = Object.keys(RUNBOOK_ANCHORS)
  .filter((kind) => !ELSEWHERE.includes(kind))
  .sort();

describe("the alarms of a preset", () => {
  test.each<[AlarmPreset | undefined, string[]]>([
    ["lean", LEAN],
    ["standard", STANDARD],
    [undefined, STANDARD],
    ["full", IN_A_PRESET],
  ])("%s", (preset, kinds) => {
    expect(kindsOf(watched(preset === undefined ? {} : { preset }))).toEqual(kinds);
  });

  test("are more where a threshold is given, and fewer where it is false", () => {
    const options = { preset: "lean", functionErrors: 3, deadLetterQueueDepth: false } as const;
    expect(kindsOf(watched(options))).toEqual(["functionErrors", "lostNotifications"]);
  });

  test("can all be switched off", () => {
    watched(false).resourceCountIs(ALARM, 0);
  });

  test("of one subscriber can be others than the topic's", () => {
    const topic = newTopic({ alarms: { deadLetterQueueDepth: 5 } });
    topic.fanOut("Billing", { alarms: false });
    topic.fanOut("Audit", { alarms: { deadLetterQueueDepth: 9 } });
    const template = templateOf(topic);
    expect(Object.keys(template.findResources(ALARM)).some((id) => id.startsWith("OrdersBilling"))).toBe(false);
    expect(properties(template, ALARM, "OrdersAuditDeadLetterQueueDepthAlarm").Threshold).toBe(9);
  });

  test("of a work queue are those of a subscriber without SNS", () => {
    const work = newWorkQueue({ alarms: {}, handler: BILLING });
    expect(kindsOf(templateOf(work))).toEqual(["deadLetterQueueDepth", "oldestMessageAge"]);
    expect(work.alarms).toHaveLength(2);
  });

  test("without a handler are those of the queues", () => {
    const topic = newTopic({ alarms: { preset: "full" } });
    topic.fanOut("Audit");
    expect(kindsOf(templateOf(topic)).filter((kind) => /^function|^notPolled/.test(kind))).toEqual([]);
  });

  test("do not watch the polling of a mapping that is paused", () => {
    for (const paused of [{ enabled: false }, { eventSourceProps: { enabled: false } }]) {
      expect(kindsOf(watched({ preset: "full" }, paused))).not.toContain("notPolled");
    }
  });
});

describe("an alarm", () => {
  const alarm = alarmsOf({ preset: "full" });
  const expressionOf = (kind: AlarmKind): string =>
    (alarm(kind).Metrics as { Expression?: string }[]).flatMap(({ Expression = [] }) => Expression).join();
  const metricsOf = (kind: AlarmKind): string[] =>
    (alarm(kind).Metrics as { MetricStat?: { Metric: { MetricName: string } } }[])
      .flatMap(({ MetricStat }) => MetricStat?.Metric.MetricName ?? [])
      .sort();

  test.each<[AlarmKind, string, string, number, number, number]>([
    ["deadLetterAge", "ApproximateAgeOfOldestMessage", "Maximum", 0.8 * 10 * 86_400, 300, 1],
    ["oldestMessageAge", "ApproximateAgeOfOldestMessage", "Maximum", 900, 300, 1],
    ["functionErrors", "Errors", "Sum", 0, 300, 1],
    ["functionThrottles", "Throttles", "Sum", 0, 300, 3],
    ["functionDuration", "Duration", "Maximum", 27_000, 300, 1],
    ["failedNotifications", "NumberOfNotificationsFailed", "Sum", 0, 300, 1],
    ["lostNotifications", "NumberOfNotificationsFailedToRedriveToDlq", "Sum", 0, 300, 1],
    ["invalidAttributes", "NumberOfNotificationsFilteredOut-InvalidAttributes", "Sum", 0, 300, 1],
  ])("%s measures %s", (kind, MetricName, Statistic, Threshold, Period, EvaluationPeriods) => {
    expect(alarm(kind)).toMatchObject({
      MetricName,
      Statistic,
      Threshold,
      Period,
      EvaluationPeriods,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: "notBreaching",
    });
  });

  test("of dead letters counts both queues of a subscriber, within a minute", () => {
    const { Metrics, Threshold } = alarm("deadLetterQueueDepth");
    expect(Threshold).toBe(0);
    expect(expressionOf("deadLetterQueueDepth")).toBe("m0 + m1");
    const text = JSON.stringify(Metrics);
    expect(text).toMatch(/OrdersBillingDeadLetterQueue.*OrdersBillingSubscriptionDeadLetterQueue/);
    expect(text).toContain('"Period":60');
  });

  test("of the rate of dead letters measures growth", () => {
    expect(expressionOf("deadLetterRate")).toBe("DIFF(FILL(depth, 0))");
    expect(alarm("deadLetterRate").Threshold).toBe(10);
  });

  test("of the time to drain divides what waits by what is deleted less what arrives", () => {
    expect(metricsOf("drainTime")).toEqual([
      "ApproximateNumberOfMessagesVisible",
      "NumberOfMessagesDeleted",
      "NumberOfMessagesSent",
    ]);
    expect(expressionOf("drainTime")).toContain("5 * visible / (done - arriving)");
    expect(alarm("drainTime")).toMatchObject({ Threshold: 60, EvaluationPeriods: 3 });
  });

  test("of redeliveries measures what was received and not deleted: the age leaves poison out", () => {
    expect(metricsOf("redeliveries")).toEqual(["NumberOfMessagesDeleted", "NumberOfMessagesReceived"]);
    expect(expressionOf("redeliveries")).toBe("received - done");
  });

  test("of a queue that nobody polls keeps its state without data, and goes off later for a function with a long timeout", () => {
    expect(metricsOf("notPolled")).toEqual(["NumberOfEmptyReceives", "NumberOfMessagesReceived"]);
    expect(alarm("notPolled")).toMatchObject({
      ComparisonOperator: "LessThanThreshold",
      Threshold: 1,
      EvaluationPeriods: 3,
      TreatMissingData: "ignore",
    });
    const long = { handler: { ...BILLING, timeout: Duration.minutes(15) } };
    expect(alarmsOf({ preset: "full" }, long)("notPolled").EvaluationPeriods).toBe(4);
    expect(alarmsOf({ notPolled: Duration.hours(1) })("notPolled").EvaluationPeriods).toBe(12);
  });

  test("links to its section of the published runbook of this version, or of the user's", () => {
    expect(alarm("oldestMessageAge").AlarmDescription).toMatch(
      /Severity: page\. Runbook: https:\/\/unpkg\.com\/fanfare@\d+\.\d+\.\d+\/docs\/runbook\.md#old-messages-in-a-queue$/,
    );
    expect(alarmsOf({ runbookUrl: "https://wiki.example/r" })("oldestMessageAge").AlarmDescription).toContain(
      "https://wiki.example/r#old-messages-in-a-queue",
    );
  });

  test("has the thresholds that it is given", () => {
    const given = alarmsOf({
      deadLetterQueueDepth: 5,
      deadLetterRate: 6,
      deadLetterAge: Duration.days(2),
      oldestMessageAge: Duration.hours(1),
      drainTime: Duration.minutes(90),
      redeliveries: 7,
      noisyGroups: 3,
      quietGroupsAge: Duration.hours(2),
      functionErrors: 2,
      functionThrottles: 3,
      functionDuration: 50,
      failedNotifications: 4,
      lostNotifications: 8,
      invalidAttributes: 9,
    });
    const thresholds = Object.keys(RUNBOOK_ANCHORS)
      .filter((kind) => !["notPolled", "oldestFailingEvent", "handlerTime"].includes(kind))
      .map((kind) => [kind, given(kind as AlarmKind).Threshold]);
    expect(Object.fromEntries(thresholds)).toEqual({
      deadLetterQueueDepth: 5,
      deadLetterRate: 6,
      deadLetterAge: 172_800,
      oldestMessageAge: 3_600,
      drainTime: 90,
      redeliveries: 7,
      noisyGroups: 3,
      quietGroupsAge: 7_200,
      functionErrors: 2,
      functionThrottles: 3,
      functionDuration: 15_000,
      failedNotifications: 4,
      lostNotifications: 8,
      invalidAttributes: 9,
    });
  });
});

describe("a threshold is computed", () => {
  const ageOf = (options: FanOutOptions<typeof orders>) => alarmsOf({}, options)("oldestMessageAge").Threshold;

  test("from visibility timeout and delay, below the retention", () => {
    expect(ageOf({ handler: { ...BILLING, timeout: Duration.minutes(10) } })).toBe(2 * 6 * 600);
    expect(ageOf({ deliveryDelay: Duration.minutes(15), visibilityTimeout: Duration.minutes(6) })).toBe(900 + 2 * 360);
    expect(ageOf({ retention: Duration.minutes(20) })).toBe(600);
  });

  test("from the retention of the dead-letter queue, less what the queue used up of it on standard queues", () => {
    const retentions = { retention: Duration.days(4), deadLetter: { retention: Duration.days(14) } };
    const full = { preset: "full" } as const;
    expect(alarmsOf(full, retentions)("deadLetterAge").Threshold).toBe(0.8 * 10 * 86_400);
    const same = { retention: Duration.days(14), deadLetter: { retention: Duration.days(14) } };
    expect(alarmsOf(full, same)("deadLetterAge").Threshold).toBe(Math.floor(0.8 * 14 * 86_400));
    const fifo = newTopic({ fifo: true, alarms: full });
    fifo.fanOut("Billing", retentions);
    expect(byAnchor(templateOf(fifo))[RUNBOOK_ANCHORS.deadLetterAge]?.Threshold).toBe(Math.floor(0.8 * 14 * 86_400));
  });

  test.each<[string, AlarmOptions, FanOutOptions<typeof orders>]>([
    ["alarms.oldestMessageAge is 60 seconds, but a message can be 180", { oldestMessageAge: Duration.minutes(1) }, {}],
    [
      "alarms.oldestMessageAge is 300 seconds, but a message can be 930",
      { oldestMessageAge: Duration.minutes(5) },
      { handler: BILLING, deliveryDelay: Duration.minutes(15), visibilityTimeout: Duration.seconds(30) },
    ],
    ["the queue deletes messages after 345600 seconds", { oldestMessageAge: Duration.days(5) }, {}],
    ["alarms.deadLetterAge is 1296000 seconds", { deadLetterAge: Duration.days(15) }, {}],
    ["alarms.deadLetterQueueDepth is -1", { deadLetterQueueDepth: -1 }, {}],
    ["alarms.redeliveries is NaN", { redeliveries: Number.NaN }, {}],
    ["alarms.functionDuration is 100 percent", { functionDuration: 100 }, { handler: BILLING }],
    ["the alarm would always go off", { functionDuration: 0 }, { handler: BILLING }],
    ["a backlog that grows counts as one day", { drainTime: Duration.days(1) }, {}],
    ["during which all pollers may wait", { notPolled: Duration.seconds(30) }, { handler: BILLING }],
    ["of at most 86400 seconds together", { notPolled: Duration.days(2) }, { handler: BILLING }],
    [
      "alarms.handlerTime is 30 seconds, but Lambda stops",
      { handlerTime: Duration.seconds(30) },
      { handler: BILLING, metrics: true },
    ],
    [
      "datapointsToAlarm is 3, of 2 evaluationPeriods",
      { settings: { oldestMessageAge: { evaluationPeriods: 2, datapointsToAlarm: 3 } } },
      {},
    ],
    [
      "periods of 300 seconds, but CloudWatch allows whole periods",
      { settings: { oldestMessageAge: { evaluationPeriods: 289 } } },
      {},
    ],
  ])("or refused: %s", (message, alarms, options) => {
    expect(refusal(() => watched(alarms, options))).toContain(message);
  });
});

describe("names, severities and actions", () => {
  test("are the user's", () => {
    const alarmName = ({ kind, severity, path }: { kind: string; severity: string; path: string }) =>
      `${severity}-${path.replaceAll("/", "-")}-${kind}`;
    const settings = {
      oldestMessageAge: { severity: "ticket", period: Duration.minutes(1), evaluationPeriods: 5, datapointsToAlarm: 4 },
    } as const;
    expect(alarmsOf({ alarmName, settings })("oldestMessageAge")).toMatchObject({
      AlarmName: "ticket-Shop-Orders-Billing-oldestMessageAge",
      Period: 60,
      EvaluationPeriods: 5,
      DatapointsToAlarm: 4,
    });
    expect(refusal(() => watched({ alarmName: () => "same" }))).toContain('alarms.alarmName is "same", the name of');
    // Composite alarms have the names of alarms.
    const asDepth = ({ kind, path }: { kind: string; path: string }) =>
      `${path.replaceAll("/", "-")}-${kind === "unhealthy" ? "deadLetterQueueDepth" : kind}`;
    expect(refusal(() => watched({ alarmName: asDepth, composite: true }))).toContain(
      "the name of Shop/Orders/Billing/",
    );
  });

  test("notify a topic for pages, another one for tickets, and both when it is over", () => {
    const stack = newStack();
    const [actionTopic, ticketTopic] = [new sns.Topic(stack, "Pages"), new sns.Topic(stack, "Tickets")];
    newTopic({ alarms: { preset: "full", actionTopic, ticketTopic } }, stack).fanOut("Billing", { handler: BILLING });
    for (const alarm of Object.values(byAnchor(templateOf(stack)))) {
      const prefix = alarm.AlarmDescription.includes("Severity: page") ? "Pages" : "Tickets";
      expect(JSON.stringify(alarm.AlarmActions)).toMatch(new RegExp(`^\\[\\{"Ref":"${prefix}\\w+"\\}\\]$`));
      expect(alarm.OKActions).toEqual(alarm.AlarmActions);
    }
  });

  test("take other actions, and need not say when it is over", () => {
    const stack = newStack();
    const actionTopic = new sns.Topic(stack, "Ops");
    const other = new SnsAction(new sns.Topic(stack, "Pager"));
    newTopic({ alarms: { actionTopic, actions: [other], okActions: false } }, stack).fanOut("Billing");
    for (const alarm of Object.values(byAnchor(templateOf(stack)))) {
      expect(alarm.AlarmActions).toEqual([
        { Ref: expect.stringMatching(/^Ops/) },
        { Ref: expect.stringMatching(/^Pager/) },
      ]);
      expect(alarm.OKActions).toBeUndefined();
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

  test("have a composite for each consumer that notifies nobody", () => {
    const topic = newTopic({ alarms: { preset: "full" } });
    const billing = topic.fanOut("Billing", { handler: BILLING });
    topic.fanOut("Audit", { alarms: { composite: true } });
    topic.fanOut("Quiet", { alarms: {} });
    expect(billing.alarms).toHaveLength(10);
    expect(billing.healthAlarm).toBeInstanceOf(cloudwatch.CompositeAlarm);
    const template = templateOf(topic);
    template.resourceCountIs(COMPOSITE, 2);
    const rule = JSON.stringify(properties(template, COMPOSITE, "OrdersBillingUnhealthyAlarm").AlarmRule);
    expect(rule.match(/ALARM\(/g)).toHaveLength(10);
    expect(properties(template, COMPOSITE, "OrdersBilling").AlarmActions).toBeUndefined();
  });
});

describe("a topic that alarms notify", () => {
  /** Every SNS topic that an alarm of the app notifies, with the statements of its policy and its key. */
  function actionTopics(stack: Stack) {
    const template = templateOf(stack);
    const ids = Object.values(template.findResources(ALARM)).flatMap(({ Properties: { AlarmActions = [] } }) =>
      (AlarmActions as { Ref?: string }[]).map(({ Ref }) => Ref ?? ""),
    );
    const policies = Object.values(template.findResources("AWS::SNS::TopicPolicy"));
    return [...new Set(ids)].map((id) => {
      const policy = policies.find(({ Properties: { Topics } }) => JSON.stringify(Topics).includes(id));
      return { id, statements: policy?.Properties.PolicyDocument.Statement ?? [] };
    });
  }
  const allowsCloudWatch = expect.objectContaining({
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Action: "sns:Publish",
    Condition: { StringEquals: { "aws:SourceAccount": ENV.account } },
  });

  test.each([
    ["that enforces TLS", (stack: Stack) => new sns.Topic(stack, "Ops", { enforceSSL: true })],
    ["without a policy", (stack: Stack) => new sns.Topic(stack, "Ops")],
  ])("%s lets CloudWatch publish, once", (_name, topicOf) => {
    const stack = newStack({ env: ENV });
    const alarms = { actionTopic: topicOf(stack) };
    newTopic({ alarms }, stack).fanOut("Billing", { handler: BILLING });
    newWorkQueue({ alarms }, stack);
    const [topic, ...others] = actionTopics(stack);
    expect(others).toEqual([]);
    expect(topic?.statements.filter(({ Effect }: { Effect: string }) => Effect === "Allow")).toEqual([
      allowsCloudWatch,
    ]);
  });

  test("through an action of the user's own lets CloudWatch publish too", () => {
    const stack = newStack({ env: ENV });
    const pager = new SnsAction(new sns.Topic(stack, "Pager", { enforceSSL: true }));
    newTopic({ alarms: { actions: [pager] } }, stack);
    expect(actionTopics(stack)[0]?.statements).toContainEqual(allowsCloudWatch);
  });

  test("with a key lets CloudWatch use it", () => {
    const stack = newStack({ env: ENV });
    const masterKey = new kms.Key(stack, "Key");
    newTopic({ alarms: { actionTopic: new sns.Topic(stack, "Ops", { masterKey }) } }, stack);
    const { KeyPolicy } = properties(templateOf(stack), "AWS::KMS::Key", "Key");
    expect((KeyPolicy as { Statement: object[] }).Statement).toContainEqual({
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": ENV.account } },
    });
  });

  test("with an AWS managed key, of another Region, or the one that is monitored is refused", () => {
    const stack = newStack({ env: ENV });
    const masterKey = kms.Alias.fromAliasName(stack, "Managed", "alias/aws/sns");
    const managed = new sns.Topic(stack, "Ops", { masterKey });
    expect(refusal(() => newTopic({ alarms: { actionTopic: managed } }, stack))).toContain(
      "cloudwatch.amazonaws.com cannot be allowed to use",
    );
    const far = sns.Topic.fromTopicArn(stack, "Far", "arn:aws:sns:us-east-1:111122223333:ops");
    const other = newStack({ env: ENV });
    expect(refusal(() => newTopic({ alarms: { actionTopic: far } }, other))).toContain(
      "alarms.actionTopic is in us-east-1, but the alarms are in eu-central-1",
    );
    const topic = new sns.Topic(other, "Same");
    expect(refusal(() => newTopic({ topic, alarms: { actionTopic: topic } }, newStack()))).toContain(
      "alarms.actionTopic is the topic that is monitored",
    );
  });

  test("that is imported is a warning with the statements to add", () => {
    const stack = newStack({ env: ENV });
    const actionTopic = sns.Topic.fromTopicAttributes(stack, "Ops", {
      topicArn: "arn:aws:sns:eu-central-1:111122223333:ops",
      keyArn: "arn:aws:kms:eu-central-1:111122223333:key/k",
    });
    newTopic({ alarms: { actionTopic } }, stack).fanOut("Billing");
    const warnings = Annotations.fromStack(stack).findWarning("*", Match.stringLikeRegexp("nobody is notified"));
    expect(warnings).toHaveLength(1);
    const text = String(warnings[0]?.entry.data);
    for (const part of [
      "sns:Publish",
      "cloudwatch.amazonaws.com",
      "kms:GenerateDataKey*",
      '"aws:SourceAccount":"111122223333"',
    ]) {
      expect(text).toContain(part);
    }
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
      "NumberOfNotificationsFailedToRedriveToDlq",
      "ApproximateAgeOfOldestMessage",
      "Minutes to drain",
    ]) {
      expect(body).toContain(metric);
    }
    for (const title of [
      "Billing: rates",
      "Billing: depth",
      "Billing: dead letters",
      "Billing: handler",
      "Audit: rates",
    ]) {
      expect(body).toContain(title);
    }
    expect(body).not.toContain("Audit: handler");
    expect(topic.dashboard).toBeDefined();
  });

  test("shows the subscribers of other stacks by name, so that no stack needs the other", () => {
    const app = newApp();
    const [one, two] = [new Stack(app, "One", { env: ENV }), new Stack(app, "Two", { env: ENV })];
    const topic = newTopic({ dashboard: true }, one);
    topic.fanOut("Billing", { handler: BILLING, scope: two });
    const body = bodyOf(one, "OrdersDashboard");
    expect(body).toContain("Billing: rates");
    expect(body).toContain("Two-Billing-");
    expect(one.dependencies).toEqual([]);
  });

  test("has a name, or is the user's own", () => {
    const stack = newStack();
    newTopic({ dashboard: { name: "orders" } }, stack);
    expect(properties(templateOf(stack), DASHBOARD, "OrdersDashboard").DashboardName).toBe("orders");
    const own = newStack();
    const dashboard = new cloudwatch.Dashboard(own, "Everything");
    expect(newTopic({ dashboard }, own).dashboard).toBe(dashboard);
    newWorkQueue({ dashboard, handler: BILLING }, own);
    const template = templateOf(own);
    template.resourceCountIs(DASHBOARD, 1);
    const body = JSON.stringify(properties(template, DASHBOARD, "Everything").DashboardBody);
    expect(body).toContain("NumberOfMessagesPublished");
    expect(body).toContain("Images: handler");
  });

  test("is there by default and can be switched off", () => {
    const stack = newStack();
    newTopic({}, stack);
    templateOf(stack).resourceCountIs(DASHBOARD, 0);
    expect(new FanoutTopic(newStack(), "Orders", { contract: orders, alarms: false }).dashboard).toBeDefined();
  });
});

describe("what a preset costs", () => {
  test.each<[AlarmPreset, boolean]>([
    ["lean", false],
    ["standard", false],
    ["full", false],
    ["lean", true],
    ["standard", true],
    ["full", true],
  ])("%s is what fanfare plan counts, with metrics: %s", (preset, metrics) => {
    const metricsOf = (subscribers: number) => {
      const topic = newTopic({ alarms: { preset }, metrics });
      for (let index = 0; index < subscribers; index += 1) {
        topic.fanOut(`S${index}`, { handler: BILLING });
      }
      const template = templateOf(topic);
      const alarms = Object.values(template.findResources(ALARM));
      const counts = alarms.map(
        ({ Properties: { Metrics = [{ MetricStat: {} }] } }) =>
          (Metrics as { MetricStat?: object }[]).filter(({ MetricStat }) => MetricStat !== undefined).length,
      );
      return {
        alarmMetrics: counts.reduce((sum, count) => sum + count, 0),
        compositeAlarms: Object.keys(template.findResources(COMPOSITE)).length,
      };
    };
    for (const subscribers of [1, 2]) {
      const { items } = planOf({ rate: 1, alarms: preset, subscribers, metrics }).cost;
      const units = (price: string) => items.find((item) => item.price === price)?.units ?? 0;
      expect({ alarmMetrics: units("alarmMetrics"), compositeAlarms: units("compositeAlarms") }).toEqual(
        metricsOf(subscribers),
      );
    }
  });
});
