import type { LifecycleRule } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { checkAlarms } from "../../../lib/ops/doctor/alarm-checks.ts";
import { type KeyFacts, keyFindings, keyUses } from "../../../lib/ops/doctor/key-checks.ts";
import { checkQuotas, checkRuntimes, checkSnsQuotas } from "../../../lib/ops/doctor/limit-checks.ts";
import { findingsOf } from "../../../lib/ops/doctor/payload-checks.ts";
import { checkMappings } from "../../../lib/ops/doctor/queue-checks.ts";
import type { Fleet, FleetMapping, FleetQueue, FleetSubscriber, SubscriberStatus } from "../../../lib/ops/index.ts";

const DAY = 86_400;

const queueOf = (name: string, more: Partial<FleetQueue> = {}): FleetQueue => ({
  name,
  arn: `arn:aws:sqs:eu-central-1:111122223333:${name}`,
  url: `https://sqs/${name}`,
  fifo: false,
  retentionSeconds: 4 * DAY,
  visibilityTimeoutSeconds: 30,
  redrive: undefined,
  policy: undefined,
  encrypted: true,
  kmsKeyId: undefined,
  ...more,
});

const mappingOf = (more: Partial<FleetMapping> = {}): FleetMapping => ({
  id: "m-1",
  functionName: "billing",
  queueArn: "arn:aws:sqs:eu-central-1:111122223333:work",
  state: "Enabled",
  enabled: true,
  partialBatchResponses: true,
  maximumConcurrency: undefined,
  consumer: undefined,
  guarantee: undefined,
  table: undefined,
  runtime: "nodejs24.x",
  payloadSources: [],
  timeoutSeconds: 5,
  logGroup: "/aws/lambda/billing",
  ...more,
});

const subscriberOf = (more: Partial<FleetSubscriber> = {}): FleetSubscriber => ({
  name: "Billing",
  aliases: ["Billing"],
  contract: undefined,
  consumer: undefined,
  guarantee: undefined,
  queue: queueOf("work"),
  deadLetterQueue: queueOf("dead", { retentionSeconds: 14 * DAY }),
  subscriptions: [],
  subscriptionDeadLetterQueues: [],
  mappings: [],
  table: undefined,
  promised: undefined,
  ...more,
});

const fleetOf = (...more: Partial<FleetSubscriber>[]): Fleet => ({
  source: "attributes",
  subscribers: more.map(subscriberOf),
  queues: [],
  topics: [],
  tables: [],
  missing: [],
  notes: [],
});

describe("the policy of a key", () => {
  const key = "arn:aws:kms:eu-central-1:111122223333:key/1";
  const allow = (Service: unknown, Action: unknown = ["kms:Decrypt", "kms:GenerateDataKey*"], more: object = {}) => ({
    Effect: "Allow",
    Principal: { Service },
    Action,
    ...more,
  });
  const root = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "kms:*" };
  const facts = (Statement: unknown, state = "Enabled"): KeyFacts => ({
    state,
    policy: { Statement } as KeyFacts["policy"],
  });
  const sendTo = (Service: string) => ({
    Statement: { Effect: "Allow", Principal: { Service }, Action: "sns:Publish" },
  });
  const topic = "arn:aws:sns:eu-central-1:111122223333:alarms";

  test.each<[string, KeyFacts | undefined, readonly RegExp[]]>([
    ["that nobody may read", undefined, []],
    ["for the account alone", facts([root]), [/does not let sns\.amazonaws\.com send/]],
    ["for SNS", facts([root, allow("sns.amazonaws.com")]), []],
    ["for SNS in a list of services", facts(allow(["events.amazonaws.com", "sns.amazonaws.com"], "kms:*")), []],
    ["for SNS from an opt-in Region", facts([allow("sns.af-south-1.amazonaws.com")]), []],
    [
      "for SNS in two statements",
      facts([allow("sns.amazonaws.com", "kms:Decrypt"), allow("sns.amazonaws.com", "kms:GenerateDataKey*")]),
      [],
    ],
    ["for all", facts({ Effect: "Allow", Principal: "*", Action: "*" }), []],
    ["for another service", facts([allow("events.amazonaws.com")]), [/sns\.amazonaws\.com/]],
    ["without GenerateDataKey", facts([allow("sns.amazonaws.com", "kms:Decrypt")]), [/sns\.amazonaws\.com/]],
    ["without Decrypt", facts([allow("sns.amazonaws.com", "kms:GenerateDataKey")]), [/sns\.amazonaws\.com/]],
    ["that denies", facts([allow("sns.amazonaws.com", "kms:*", { Effect: "Deny" })]), [/sns\.amazonaws\.com/]],
    ["that is disabled", facts([allow("sns.amazonaws.com")], "Disabled"), [/which is Disabled/]],
    ["that is being deleted", facts([allow("sns.amazonaws.com")], "PendingDeletion"), [/which is PendingDeletion/]],
  ])("%s", (_, known, messages) => {
    const subscription = {
      arn: `${topic}:1`,
      topicArn: topic,
      raw: true,
      filterPolicy: undefined,
      filterScope: "MessageAttributes" as const,
      deadLetterQueueArn: undefined,
    };
    const uses = keyUses(
      fleetOf({ subscriptions: [subscription], queue: queueOf("work", { kmsKeyId: key }) }),
      [],
      new Set(),
    );
    expect(keyFindings(uses, new Map([[key, known]])).map(({ message }) => message)).toEqual(
      messages.map((each) => expect.stringMatching(each)),
    );
  });

  test.each<[string, string | undefined, object | undefined, boolean, readonly RegExp[]]>([
    [
      "an alarm's topic with AWS's key",
      "alias/aws/sns",
      undefined,
      true,
      [/cannot let cloudwatch\.amazonaws\.com send/],
    ],
    ["an alarm's topic with a key", key, undefined, true, [/does not let cloudwatch\.amazonaws\.com/]],
    ["an alarm's topic without a key", undefined, undefined, true, []],
    ["a topic to which EventBridge sends", key, sendTo("events.amazonaws.com"), false, []],
    ["a topic to which S3 sends", key, sendTo("s3.amazonaws.com"), false, [/does not let s3\.amazonaws\.com/]],
    ["a topic to which only roles send", key, undefined, false, []],
  ])("of %s", (_, kmsKey, policy, alarmed, messages) => {
    const known = facts([root, allow("events.amazonaws.com")]);
    const topics = [{ arn: topic, key: kmsKey, policy: policy as KeyFacts["policy"] | undefined }];
    const uses = keyUses(fleetOf(), topics, new Set(alarmed ? [topic] : []));
    expect(keyFindings(uses, new Map([[key, known]])).map(({ message }) => message)).toEqual(
      messages.map((each) => expect.stringMatching(each)),
    );
  });
});

test("alarms that tell nobody are found: without an action, and with actions that are off", () => {
  const action = "arn:aws:sns:eu-central-1:111122223333:night";
  const alarms = [
    { AlarmName: "told", AlarmActions: [action], ActionsEnabled: true },
    { AlarmName: "without", AlarmActions: [], ActionsEnabled: true },
    { AlarmName: "off", AlarmActions: [action], ActionsEnabled: false },
  ];
  expect(checkAlarms(alarms).map(({ message }) => message)).toEqual([
    "the alarm without tells nobody",
    "the alarm off tells nobody",
  ]);
});

test.each([
  ["FIFO topics", 799, 800, (count: number) => ({ topics: topicsOf(count, true), subscribers: [] })],
  [
    "subscriptions of t0",
    79,
    80,
    (count: number) => ({ topics: topicsOf(1, true), subscribers: [subscribed(count, false)] }),
  ],
  [
    "filter policies of t0",
    159,
    160,
    (count: number) => ({ topics: topicsOf(1, false), subscribers: [subscribed(count, true)] }),
  ],
])("%s: %i are none, %i are near the quota", (what, few, many, fleet) => {
  expect(checkSnsQuotas(fleet(few))).toEqual([]);
  expect(checkSnsQuotas(fleet(many)).map(({ message }) => message)).toEqual([
    expect.stringMatching(new RegExp(`there are ${many} ${what}, and the default quota is`)),
  ]);
});

const topicsOf = (count: number, fifo: boolean) =>
  Array.from({ length: count }, (_, index) => ({
    arn: `arn:aws:sns:eu-central-1:1:t${index}`,
    name: `t${index}`,
    fifo,
  }));

const subscribed = (count: number, filtered: boolean) =>
  subscriberOf({
    subscriptions: Array.from({ length: count }, (_, index) => ({
      arn: `arn:${index}`,
      topicArn: "arn:aws:sns:eu-central-1:1:t0",
      raw: true,
      filterPolicy: filtered ? { type: ["a"] } : undefined,
      filterScope: "MessageAttributes" as const,
      deadLetterQueueArn: undefined,
    })),
  });

describe("lifecycle rules of payloads", () => {
  const rule = (more: Partial<LifecycleRule>): LifecycleRule => ({
    Status: "Enabled",
    Filter: { Prefix: "" },
    Expiration: { Days: 18 },
    ...more,
  });

  test.each<[string, readonly LifecycleRule[] | undefined, readonly RegExp[]]>([
    ["unknown rules", undefined, []],
    ["no rules", [], [/never deleted/]],
    ["a rule that is long enough for queue and dead-letter queue together", [rule({})], []],
    ["a rule that is a day too short", [rule({ Expiration: { Days: 17 } })], [/after 17 days.*for 18/]],
    ["the shortest of several rules", [rule({}), rule({ Expiration: { Days: 2 } })], [/after 2 days/]],
    ["a rule that is disabled", [rule({ Status: "Disabled", Expiration: { Days: 2 } })], [/never deleted/]],
    ["a rule of another prefix", [rule({}), rule({ Filter: { Prefix: "other/" }, Expiration: { Days: 2 } })], []],
    ["a rule of a parent prefix", [rule({ Filter: { Prefix: "orders/" }, Expiration: { Days: 2 } })], [/after 2 days/]],
    ["a rule with the old form of a prefix", [{ Status: "Enabled", Prefix: "orders/", Expiration: { Days: 18 } }], []],
    ["a rule that expires nothing", [{ Status: "Enabled", Filter: { Prefix: "" } }], [/never deleted/]],
  ])("%s", (_, rules, messages) => {
    const found = findingsOf(subscriberOf(), "payloads", "orders/billing", rules);
    expect(found.map(({ message }) => message)).toEqual(messages.map((each) => expect.stringMatching(each)));
  });
});

test.each([
  ["nodejs18.x", 1],
  ["nodejs20.x", 1],
  ["nodejs22.x", 0],
  ["nodejs24.x", 0],
  ["python3.13", 0],
  [undefined, 0],
])("the runtime %s has %i findings", (runtime, count) => {
  expect(checkRuntimes(subscriberOf({ mappings: [mappingOf({ runtime })] }))).toHaveLength(count);
});

test("an AWS managed key is found on queues to which SNS sends, and nowhere else", () => {
  const subscription = {
    arn: "arn:aws:sns:eu-central-1:111122223333:orders:1",
    topicArn: "arn:aws:sns:eu-central-1:111122223333:orders",
    raw: true,
    filterPolicy: undefined,
    filterScope: "MessageAttributes" as const,
    deadLetterQueueArn: undefined,
  };
  const key = "arn:aws:kms:eu-central-1:111122223333:key/1";
  const managed = queueOf("work", { kmsKeyId: "alias/aws/sqs" });
  const check = (more: Partial<FleetSubscriber>) =>
    keyFindings(keyUses(fleetOf(more), [], new Set()), new Map()).map(({ message }) => message);
  expect(check({ queue: managed })).toEqual([]);
  expect(check({ queue: managed, subscriptions: [subscription] })).toEqual([
    expect.stringMatching(/^work is encrypted/),
  ]);
  expect(check({ queue: queueOf("work", { kmsKeyId: key }), subscriptions: [subscription] })).toEqual([]);
  const undelivered = queueOf("undelivered", { kmsKeyId: "arn:aws:kms:eu-central-1:111122223333:alias/aws/sqs" });
  expect(check({ subscriptions: [subscription], subscriptionDeadLetterQueues: [undelivered] })).toEqual([
    expect.stringMatching(/^undelivered is encrypted/),
  ]);
});

test.each([
  [95_999, 0],
  [96_000, 1],
  [120_000, 1],
])("%i messages in flight have %i findings", (inFlight, count) => {
  const status: SubscriberStatus = {
    name: "Billing",
    queue: { visible: 0, inFlight, delayed: 0 },
    deadLetters: undefined,
    undelivered: undefined,
    oldestSeconds: undefined,
    oldestDeadLetterSeconds: undefined,
    drainRate: undefined,
    drainSeconds: undefined,
    warnings: [],
  };
  expect(checkQuotas({ at: 0, subscribers: [status] })).toHaveLength(count);
});

test("a mapping that ignores partial batch responses is found if its function is a consumer, by its variables or the manifest", () => {
  const whole = mappingOf({ partialBatchResponses: false });
  const promised = { name: "Billing", consumer: "shop.Billing", queue: "work", polled: true };
  const check = (more: Partial<FleetSubscriber>) => checkMappings(subscriberOf(more)).map(({ message }) => message);
  expect(check({ mappings: [whole] })).toEqual([]);
  expect(check({ mappings: [{ ...whole, consumer: "shop.Billing" }] })).toEqual([
    expect.stringMatching(/ignores partial batch responses/),
  ]);
  expect(check({ mappings: [whole], promised })).toEqual([expect.stringMatching(/ignores partial batch responses/)]);
  expect(check({ mappings: [mappingOf()], promised })).toEqual([]);
});
