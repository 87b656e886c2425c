import { readFileSync } from "node:fs";
import { type App, Duration, Stack } from "aws-cdk-lib";
import { Annotations } from "aws-cdk-lib/assertions";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { describe, expect, test } from "vitest";
import type { AlarmOptions, FanOutOptions } from "../../../infra/constructs/index.ts";
import { consumerMetric } from "../../../infra/constructs/observability/own-metrics.ts";
import { consoleLogger } from "../../../lib/consume/record/index.ts";
import type { orders } from "../fixtures/contract.ts";
import {
  BILLING,
  environmentOf,
  Match,
  newStack,
  newTopic,
  newWorkQueue,
  properties,
  refusal,
  templateOf,
} from "./support.ts";

const ALARM = "AWS::CloudWatch::Alarm";
const QUERY = "AWS::Logs::QueryDefinition";
const VARIABLE = "FANFARE_METRICS_NAMESPACE";

function billing(options: FanOutOptions<typeof orders> = {}, alarms: AlarmOptions | false = {}) {
  const topic = newTopic({ alarms });
  topic.fanOut("Billing", { handler: BILLING, metrics: true, ...options });
  return templateOf(topic);
}

const idsOf = (template: ReturnType<typeof templateOf>, type: string) => Object.keys(template.findResources(type));

describe("metrics: true", () => {
  test("names the namespace to the handler, and watches the oldest failing event in it", () => {
    const template = billing();
    expect(environmentOf(template, "OrdersBillingHandler")[VARIABLE]).toBe("Fanfare");
    expect(properties(template, ALARM, "OrdersBillingOldestFailingEventAlarm")).toMatchObject({
      Namespace: "Fanfare",
      MetricName: "OldestFailingEventAge",
      Dimensions: [{ Name: "Consumer", Value: "orders.Billing" }],
      Statistic: "Maximum",
      Threshold: 900,
      Period: 900,
      TreatMissingData: "notBreaching",
      AlarmDescription: expect.stringMatching(/#events-that-keep-failing$/),
    });
    expect(idsOf(template, ALARM).some((id) => id.includes("HandlerTime"))).toBe(false);
  });

  test("watches the time of handlers with the preset full, by the function's timeout", () => {
    const template = billing({ handler: { ...BILLING, timeout: Duration.seconds(40) } }, { preset: "full" });
    expect(properties(template, ALARM, "OrdersBillingHandlerTimeAlarm")).toMatchObject({
      MetricName: "HandlerTime",
      ExtendedStatistic: "p99",
      Threshold: 20_000,
      EvaluationPeriods: 3,
    });
  });

  test("takes thresholds and the name of the consumer", () => {
    const template = billing(
      { consumer: "money" },
      { oldestFailingEvent: Duration.hours(2), handlerTime: Duration.seconds(3) },
    );
    expect(properties(template, ALARM, "OrdersBillingOldestFailingEventAlarm")).toMatchObject({
      Threshold: 7_200,
      Dimensions: [{ Name: "Consumer", Value: "money" }],
    });
    expect(properties(template, ALARM, "OrdersBillingHandlerTimeAlarm").Threshold).toBe(3_000);
  });

  test("of a topic is that of its subscribers and publishers, unless they differ", () => {
    const stack = newStack();
    const topic = newTopic({ metrics: { namespace: "Shop/Prod" }, alarms: {} }, stack);
    topic.fanOut("Billing", { handler: BILLING });
    topic.fanOut("Audit", { handler: BILLING, metrics: false });
    topic.fanOut("Archive");
    const code = lambda.Code.fromInline("exports.handler = () => {}");
    topic.grantPublish(
      new lambda.Function(stack, "Checkout", { code, handler: "index.handler", runtime: lambda.Runtime.NODEJS_24_X }),
    );
    const template = templateOf(topic);
    expect(environmentOf(template, "OrdersBillingHandler")[VARIABLE]).toBe("Shop/Prod");
    expect(environmentOf(template, "OrdersAuditHandler")[VARIABLE]).toBeUndefined();
    expect(environmentOf(template, "Checkout")[VARIABLE]).toBe("Shop/Prod");
    const failing = idsOf(template, ALARM).filter((id) => id.includes("OldestFailingEvent"));
    expect(failing).toEqual([expect.stringMatching(/^OrdersBilling/)]);
  });

  test("of a work queue is that of its handler and publishers", () => {
    const template = templateOf(newWorkQueue({ metrics: true, handler: BILLING, alarms: {} }));
    expect(idsOf(template, ALARM).filter((id) => id.includes("OldestFailingEvent"))).toHaveLength(1);
    expect(environmentOf(template, "ImagesHandler")[VARIABLE]).toBe("Fanfare");
  });

  test("is off by default", () => {
    const template = billing({ metrics: false });
    expect(environmentOf(template, "OrdersBillingHandler")[VARIABLE]).toBeUndefined();
    expect(idsOf(template, ALARM).some((id) => /OldestFailingEvent|HandlerTime/.test(id))).toBe(false);
  });

  test.each(["AWS/Lambda", "my shop", "", ":a", "x".repeat(256)])("refuses the namespace %j", (namespace) => {
    const refused = refusal(() => newTopic().fanOut("Billing", { handler: BILLING, metrics: { namespace } }));
    expect(refused).toContain("metrics.namespace");
  });

  test("refuses an age of failing events that healthy messages reach", () => {
    expect(refusal(() => billing({}, { oldestFailingEvent: Duration.seconds(1) }))).toContain(
      "alarms.oldestFailingEvent",
    );
  });

  test("adds graphs to the dashboard, by cause and error too", () => {
    const topic = newTopic({ dashboard: true, metrics: true });
    topic.fanOut("Billing", { handler: BILLING });
    const body = JSON.stringify(templateOf(topic).findResources("AWS::CloudWatch::Dashboard"));
    for (const text of ["OldestFailingEventAge", "HandlerTime", "StoreTime", "PublishTime", "BufferedBytes"]) {
      expect(body).toContain(text);
    }
    expect(body).toMatch(/SEARCH\('\{.*Fanfare.*,Consumer,Cause\} MetricName=.*Retried.* Consumer=.*orders\.Billing/);
    expect(body).toMatch(/,Consumer,Error\} MetricName=.*DeadLettered/);
  });
});

test("a threshold of metrics that are off is warned of", () => {
  const stack = newStack();
  newTopic({ alarms: { handlerTime: Duration.seconds(1) } }, stack).fanOut("Billing", { handler: BILLING });
  expect(Annotations.fromStack(stack).findWarning("*", Match.stringLikeRegexp("set metrics: true"))).toHaveLength(1);
});

test("a consumer's name is the value that the runtime writes", () => {
  const metric = consumerMetric({ namespace: "Fanfare", consumer: "Zahlungen 💶" }, "HandlerTime", {});
  expect(metric.dimensions).toEqual({ Consumer: "Zahlungen ??" });
});

describe("saved queries", () => {
  const queriesOf = (template: ReturnType<typeof templateOf>) =>
    Object.values(template.findResources(QUERY)).map(
      ({ Properties }) => Properties as { Name: string; QueryString: string; LogGroupNames: unknown[] },
    );

  test("are four per topic, over the logs of all its handlers", () => {
    const topic = newTopic();
    topic.fanOut("Billing", { handler: BILLING });
    topic.fanOut("Audit", { handler: BILLING });
    topic.fanOut("Archive");
    const queries = queriesOf(templateOf(topic));
    expect(queries.map(({ Name }) => Name)).toEqual([
      "Shop/Orders/Outcomes by cause",
      "Shop/Orders/Dead letters by error",
      "Shop/Orders/Slowest handlers",
      "Shop/Orders/One event's way",
    ]);
    for (const { LogGroupNames } of queries) {
      expect(LogGroupNames).toEqual(
        ["Billing", "Audit"].map((id) => ({ Ref: expect.stringContaining(`Orders${id}HandlerLogs`) })),
      );
    }
  });

  test("of a function with the log group that Lambda creates are over that", () => {
    const stack = newStack();
    const code = lambda.Code.fromInline("exports.handler = () => {}");
    const handler = new lambda.Function(stack, "Own", {
      code,
      handler: "index.handler",
      runtime: lambda.Runtime.NODEJS_24_X,
    });
    newTopic({}, stack).fanOut("Billing", { handler });
    const template = templateOf(stack);
    expect(JSON.stringify(queriesOf(template)[0]?.LogGroupNames)).toMatch(/\/aws\/lambda\/.*"Ref":"Own/);
    template.resourceCountIs("Custom::LogRetention", 0);
  });

  test("are none without a handler here, or where they are not wanted", () => {
    const without = newTopic();
    without.fanOut("Archive");
    expect(queriesOf(templateOf(without))).toEqual([]);
    const unwanted = newTopic({ savedQueries: false });
    unwanted.fanOut("Billing", { handler: BILLING });
    expect(queriesOf(templateOf(unwanted))).toEqual([]);
    expect(queriesOf(templateOf(newWorkQueue({ handler: BILLING })))).toHaveLength(4);
    expect(queriesOf(templateOf(newWorkQueue({ handler: BILLING, savedQueries: false })))).toEqual([]);
  });

  test("leave out a handler in another stack, which refers to the topic's", () => {
    const topic = newTopic();
    topic.fanOut("Billing", { handler: BILLING, scope: new Stack(topic.node.root as App, "Other") });
    expect(queriesOf(templateOf(topic))).toEqual([]);
  });

  test("use fields that docs/observability.md documents", () => {
    const page = readFileSync("docs/observability.md", "utf8");
    const documented = new Set([...page.matchAll(/`([@\w.]+)`/g)].map((match) => match[1]));
    const topic = newTopic();
    topic.fanOut("Billing", { handler: BILLING });
    for (const { Name, QueryString } of queriesOf(templateOf(topic))) {
      const fields = [
        ...QueryString.matchAll(/\/"(\w+)\\\\\?"/g),
        ...QueryString.matchAll(/(@duration|record\.[\w.]+)/g),
      ];
      expect({ Name, missing: fields.map((match) => match[1]).filter((field) => !documented.has(field)) }).toEqual({
        Name,
        missing: [],
      });
      expect(fields.length).toBeGreaterThan(1);
    }
  });

  /** What a query's `parse` commands take out of a line. Insights reads RE2-like expressions, of which these are also JavaScript's. */
  function parsed(query: string, message: string): Record<string, string | undefined> {
    const expressions = [...query.matchAll(/parse @message \/(.*)\//g)].map((match) => new RegExp(match[1] ?? ""));
    return Object.assign({}, ...expressions.map((expression) => expression.exec(message)?.groups ?? {}));
  }

  test.each<[string, (line: string) => string]>([
    [
      "the JSON format, where the line is a string",
      (line) => JSON.stringify({ level: "ERROR", requestId: "1", message: line }),
    ],
    ["the text format, where it has a prefix", (line) => `2026-11-29T12:00:00.000Z\trequest\tERROR\t${line}`],
  ])("find the fields of a line in %s", (_, inLambda) => {
    const topic = newTopic();
    topic.fanOut("Billing", { handler: BILLING });
    const queries = queriesOf(templateOf(topic));
    const written: string[] = [];
    const before = console.error;
    console.error = (line: string) => void written.push(line);
    try {
      consoleLogger.error("message dead-lettered", {
        ...{
          outcome: "deadLettered",
          consumer: "orders.Billing",
          event: "OrderPlaced",
          eventId: "e-1",
          messageId: "m-1",
        },
        error: { name: "TypeError", message: 'no "outcome":"done" here' },
      });
    } finally {
      console.error = before;
    }
    const line = inLambda(written[0] ?? "");
    const found = Object.assign({}, ...queries.map(({ QueryString }) => parsed(QueryString, line)));
    expect(found).toEqual({
      ...{
        outcome: "deadLettered",
        consumer: "orders.Billing",
        event: "OrderPlaced",
        eventId: "e-1",
        messageId: "m-1",
      },
      errorName: "TypeError",
    });
  });
});

describe("a handler whose metrics are wanted", () => {
  const METERED = { entry: "test/template/fixtures/metered.ts" };
  const ELSEWHERE = {
    entry: "test/template/fixtures/metered-elsewhere.ts",
    bundling: { external: ["fanfare/*", "fanfare"] },
  };

  /** Paths of the functions that are warned of. */
  const warned = (options: FanOutOptions<typeof orders>): string[] => {
    const stack = newStack();
    newTopic({}, stack).fanOut("Billing", options);
    const found = Annotations.fromStack(stack).findWarning("*", Match.stringLikeRegexp("writes none"));
    return found.map(({ id, entry }) => `${id} ${entry.data}`);
  };

  test("is warned of if its code writes none: the alarms would have no data", () => {
    expect(warned({ handler: BILLING, metrics: true })).toEqual([
      expect.stringMatching(
        /^\/Shop\/Orders\/Billing\/Handler metrics is set, .*observers: \[metrics\(\)\].*metricsMissing/,
      ),
    ]);
  });

  test.each([
    ["its code writes them", { handler: METERED, metrics: true }],
    ["they are off", { handler: BILLING, metrics: false }],
    ["fanfare is not in the bundle", { handler: ELSEWHERE, metrics: true }],
  ])("is not warned of if %s", (_, options) => {
    expect(warned(options)).toEqual([]);
  });
});
