import * as sqs from "aws-cdk-lib/aws-sqs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { FanoutTopic } from "../../../infra/constructs/index.ts";
import { defineContract, event } from "../../../lib/contract/index.ts";
import { wide } from "../fixtures/contract.ts";
import { newStack, newTopic, properties, refusal, resource, templateOf } from "./support.ts";

const SUBSCRIPTION = "AWS::SNS::Subscription";

type Options = Parameters<ReturnType<typeof newTopic>["fanOut"]>[1];

/** Also of options that the compiler would refuse: JavaScript users have no compiler. */
function subscription(options: object = {}): Record<string, unknown> {
  const topic = newTopic();
  topic.fanOut("Billing", options as Options);
  return properties(templateOf(topic), SUBSCRIPTION, "OrdersBilling");
}

describe("the subscription", () => {
  test("delivers raw, and keeps what cannot be delivered", () => {
    const made = subscription();
    expect(made).toMatchObject({ Protocol: "sqs", RawMessageDelivery: true });
    expect(made.Endpoint).toEqual({ "Fn::GetAtt": [expect.stringMatching(/^OrdersBillingQueue/), "Arn"] });
    expect(made.RedrivePolicy).toEqual({
      deadLetterTargetArn: {
        "Fn::GetAtt": [expect.stringMatching(/^OrdersBillingSubscriptionDeadLetterQueue/), "Arn"],
      },
    });
    expect(made.Region).toBeUndefined();
  });

  test("is made after the policies that let the topic send", () => {
    const topic = newTopic();
    topic.fanOut("Billing");
    const dependencies = resource(templateOf(topic), SUBSCRIPTION, "OrdersBilling").DependsOn;
    expect(dependencies).toEqual([expect.stringMatching(/^OrdersBillingQueuePolicy/)]);
  });

  test("lets only this topic send, by the one policy that the queues of the subscriber share", () => {
    const topic = newTopic();
    topic.fanOut("Billing");
    const template = templateOf(topic);
    const { TopicName: name } = properties(template, "AWS::SNS::Topic", "OrdersTopic");
    const { Queues, PolicyDocument } = properties(template, "AWS::SQS::QueuePolicy", "OrdersBilling");
    expect(Queues).toEqual(
      ["Queue", "DeadLetterQueue", "SubscriptionDeadLetterQueue"].map((id) => ({
        Ref: expect.stringMatching(new RegExp(`^OrdersBilling${id}`)),
      })),
    );
    const { Statement: statements } = PolicyDocument as { Statement: Record<string, unknown>[] };
    expect(statements.map(({ Effect }) => Effect)).toEqual(["Deny", "Allow"]);
    expect(statements[0]).toMatchObject({
      Action: "sqs:*",
      Principal: { AWS: "*" },
      Resource: "*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    expect(statements[1]).toMatchObject({
      Action: "sqs:SendMessage",
      Principal: { Service: "sns.amazonaws.com" },
      Resource: "*",
    });
    const condition = JSON.stringify(statements[1]?.Condition);
    expect(condition).toMatch(/^\{"ArnEquals":\{"aws:SourceArn":/);
    expect(condition).toContain(`:${name}"`);
  });

  test("to an own queue has a policy for the subscription's dead-letter queue alone", () => {
    const stack = newStack();
    const deadLetterQueue = { queue: new sqs.Queue(stack, "Dead"), maxReceiveCount: 5 };
    const topic = newTopic({}, stack);
    topic.fanOut("Billing", { queue: new sqs.Queue(stack, "Own", { deadLetterQueue }) });
    const { Queues } = properties(templateOf(stack), "AWS::SQS::QueuePolicy", "OrdersBilling");
    expect(Queues).toEqual([{ Ref: expect.stringMatching(/^OrdersBillingSubscriptionDeadLetterQueue/) }]);
  });
});

describe("the filter", () => {
  test("asks for the types of all events of the contract", () => {
    expect(subscription()).toMatchObject({
      FilterPolicy: { type: ["orders.OrderPlaced", "orders.OrderCancelled"] },
      FilterPolicyScope: "MessageAttributes",
    });
  });

  test("asks for the types of the events named, and for the conditions", () => {
    const { FilterPolicy } = subscription({
      events: ["OrderPlaced"],
      where: { region: ["eu"], total: [{ numeric: [">=", 100] }] },
    });
    expect(FilterPolicy).toEqual({
      type: ["orders.OrderPlaced"],
      region: ["eu"],
      total: [{ numeric: [">=", 100] }],
    });
  });

  test("takes alternatives", () => {
    const { FilterPolicy } = subscription({
      events: ["OrderPlaced"],
      where: { $or: [{ region: ["eu"] }, { total: [5] }] },
    });
    expect(FilterPolicy).toMatchObject({ $or: [{ region: ["eu"] }, { total: [5] }] });
  });

  test("asks for booleans as the text that they travel as, in alternatives too", () => {
    const contract = defineContract("flags", {
      Set: event({ schema: z.object({ on: z.boolean() }), attributes: { on: (flag) => flag.on } }),
    });
    const topic = new FanoutTopic(newStack(), "Flags", { contract });
    topic.fanOut("On", { where: { on: [true, { exists: false }] } });
    topic.fanOut("Either", { where: { $or: [{ on: [false] }, { on: [{ exists: true }] }] } });
    const policyOf = (id: string) => properties(templateOf(topic), "AWS::SNS::Subscription", `Flags${id}`).FilterPolicy;
    expect(policyOf("On")).toEqual({ type: ["flags.Set"], on: ["true", { exists: false }] });
    expect(policyOf("Either")).toMatchObject({ $or: [{ on: ["false"] }, { on: [{ exists: true }] }] });
  });

  test("can leave the types out", () => {
    expect(subscription({ filter: "none" }).FilterPolicy).toBeUndefined();
    expect(subscription({ filter: "none", where: { region: ["eu"] } }).FilterPolicy).toEqual({ region: ["eu"] });
  });
});

describe("the filter is refused", () => {
  const attempt = (options: object) => refusal(() => newTopic().fanOut("Billing", options));

  test("with an event that the contract does not have", () => {
    expect(attempt({ events: ["OrderPaid"] })).toBe(
      'Shop/Orders/Billing: contract orders has no event "OrderPaid" (use OrderPlaced, OrderCancelled, or add the event to the contract)',
    );
    expect(attempt({ events: ["toString"] })).toContain('no event "toString"');
  });

  test("without any event", () => {
    expect(attempt({ events: [] })).toContain("events is empty");
  });

  test("with an attribute that none of the events sets", () => {
    expect(attempt({ events: ["OrderCancelled"], where: { region: ["eu"] } })).toBe(
      'Shop/Orders/Billing: where names the attribute "region", which these events of contract orders do not set: OrderCancelled (use reason, or declare the attribute for the event in the contract)',
    );
    expect(attempt({ where: { $or: [{ colour: ["red"] }, { region: ["eu"] }] } })).toContain('"colour"');
  });

  test("with conditions that are no list", () => {
    expect(attempt({ where: { region: "eu" } })).toContain("where.region is empty, or not a list of conditions");
    expect(attempt({ where: { region: [] } })).toContain("where.region is empty, or not a list of conditions");
    expect(attempt({ where: { $or: [{ region: [] }, { region: ["eu"] }] } })).toContain("where.$or.region");
  });

  test("with more than 5 keys, the type included", () => {
    const topic = new FanoutTopic(newStack(), "Wide", { contract: wide, alarms: false });
    const where = { a: ["1"], b: ["1"], c: ["1"], d: ["1"] };
    expect(topic.fanOut("Four", { where }).filtered).toBe(true);
    expect(refusal(() => topic.fanOut("Five", { where: { ...where, e: ["1"] } }))).toContain(
      "the filter policy has 6 keys (type, a, b, c, d, e), but SNS allows at most 5",
    );
    expect(topic.fanOut("FiveUntyped", { filter: "none", where: { ...where, e: ["1"] } }).filtered).toBe(true);
    expect(refusal(() => topic.fanOut("Or", { where: { ...where, $or: [{ e: ["1"] }, { f: ["1"] }] } }))).toContain(
      "7 keys",
    );
  });

  test("with more than 150 combinations", () => {
    const topic = new FanoutTopic(newStack(), "Wide", { contract: wide, alarms: false });
    const list = (length: number) => Array.from({ length }, (_, index) => String(index));
    expect(topic.fanOut("Most", { where: { a: list(15), b: list(10) } }).filtered).toBe(true);
    const message = refusal(() => topic.fanOut("More", { where: { a: list(16), b: list(10) } }));
    expect(message).toContain("the filter policy has 160 combinations of values, but SNS allows at most 150");
    expect(refusal(() => topic.fanOut("But", { where: { a: [{ "anything-but": list(151) }] } }))).toContain("151");
    const or = { $or: [{ a: list(8) }, { b: list(8) }] };
    expect(topic.fanOut("Or", { where: { c: list(9), ...or } }).filtered).toBe(true);
    expect(refusal(() => topic.fanOut("TooOr", { where: { c: list(10), ...or } }))).toContain("160 combinations");
  });

  test("with more JSON than SNS takes", () => {
    const topic = new FanoutTopic(newStack(), "Wide", { contract: wide, alarms: false });
    expect(refusal(() => topic.fanOut("Long", { where: { a: ["x".repeat(262_144)] } }))).toContain("bytes of JSON");
  });

  test.each([[1_000_000_001], [-1_000_000_001], [0.123456], [1e-7], [Number.NaN], [Number.POSITIVE_INFINITY]])(
    "with the number %d",
    (number) => {
      const message = attempt({ events: ["OrderPlaced"], where: { total: [{ numeric: [">=", number] }] } });
      expect(message).toContain(
        `the filter policy has the number ${number}, but SNS allows only numbers from -10^9 to 10^9 with at most 5 decimals`,
      );
    },
  );

  test.each([[1_000_000_000], [-1_000_000_000], [0.12345], [0]])("but not with the number %d", (number) => {
    expect(subscription({ events: ["OrderPlaced"], where: { total: [number] } }).FilterPolicy).toMatchObject({
      total: [number],
    });
  });
});
