import { expect, test } from "vitest";
import { differenceOf } from "../../../lib/assembly/index.ts";
import { readTemplate } from "../../../lib/local/deploy/index.ts";

type Resources = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A shop with a queue, its function, a topic, a table and a bucket, with these properties changed. */
function resources(changed: Resources = {}, resource: Resources = {}): Resources {
  const base: Record<string, readonly [type: string, properties: Readonly<Record<string, unknown>>]> = {
    Dead: ["AWS::SQS::Queue", { QueueName: "dead" }],
    Work: [
      "AWS::SQS::Queue",
      {
        QueueName: "work.fifo",
        FifoQueue: true,
        ContentBasedDeduplication: true,
        VisibilityTimeout: 60,
        KmsMasterKeyId: "key-1",
        RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] }, maxReceiveCount: 5 },
      },
    ],
    Orders: ["AWS::SNS::Topic", { ArchivePolicy: { MessageRetentionPeriod: "30" } }],
    Claims: [
      "AWS::DynamoDB::Table",
      {
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      },
    ],
    Payloads: ["AWS::S3::Bucket", {}],
    Fn: ["AWS::Lambda::Function", { Timeout: 10 }],
    Subscription: [
      "AWS::SNS::Subscription",
      {
        TopicArn: { Ref: "Orders" },
        Endpoint: { "Fn::GetAtt": ["Work", "Arn"] },
        Protocol: "sqs",
        RawMessageDelivery: true,
        RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] } },
      },
    ],
    Mapping: [
      "AWS::Lambda::EventSourceMapping",
      { EventSourceArn: { "Fn::GetAtt": ["Work", "Arn"] }, FunctionName: { Ref: "Fn" } },
    ],
  };
  return Object.fromEntries(
    Object.entries(base)
      .filter(([id]) => resource[id]?.gone !== true)
      .map(([id, [Type, properties]]) => [
        id,
        { Type, DeletionPolicy: "Retain", ...resource[id], Properties: { ...properties, ...changed[id] } },
      ]),
  );
}

const stackOf = (Resources: Resources, more: object = {}, name = "Shop") => ({
  name,
  template: readTemplate({ Resources, ...more }, name),
});

const findings = (before: Parameters<typeof differenceOf>[0], after: Parameters<typeof differenceOf>[1]) =>
  differenceOf(before, after).findings.map(({ kind, resource }) => `${kind} ${resource}`);

const withFilter = (...patterns: string[]) => ({
  Mapping: { FilterCriteria: { Filters: patterns.map((Pattern) => ({ Pattern })) } },
});

test.each<[string, Resources, Resources, string[]]>([
  ["nothing", {}, {}, []],
  ["wrapped delivery", { Subscription: { RawMessageDelivery: false } }, {}, ["deliveryChanges Subscription"]],
  ["delivery by default", { Subscription: { RawMessageDelivery: undefined } }, {}, ["deliveryChanges Subscription"]],
  [
    "a subscription without a dead-letter queue",
    { Subscription: { RedrivePolicy: undefined } },
    {},
    ["deadLetterQueueRemoved Subscription"],
  ],
  [
    "fewer receives",
    { Work: { RedrivePolicy: { deadLetterTargetArn: "dead", maxReceiveCount: 2 } } },
    {},
    ["deadLettersSooner Work"],
  ],
  [
    "more receives, as text",
    { Work: { RedrivePolicy: { deadLetterTargetArn: "dead", maxReceiveCount: "10" } } },
    {},
    [],
  ],
  ["a visibility timeout below the function's", { Work: { VisibilityTimeout: 5 } }, {}, ["visibilityTooShort Work"]],
  ["the default visibility timeout", { Work: { VisibilityTimeout: undefined } }, {}, []],
  ["a longer timeout of the function", { Fn: { Timeout: 61 } }, {}, ["visibilityTooShort Work"]],
  ["another key", { Work: { KmsMasterKeyId: "key-2" } }, {}, ["keyChanges Work"]],
  ["no key", { Work: { KmsMasterKeyId: undefined } }, {}, ["keyChanges Work"]],
  ["a first key", { Dead: { KmsMasterKeyId: "key-2" } }, {}, []],
  ["no content-based deduplication", { Work: { ContentBasedDeduplication: false } }, {}, ["deduplicationNarrows Work"]],
  ["deduplication within groups", { Work: { DeduplicationScope: "messageGroup" } }, {}, ["deduplicationNarrows Work"]],
  ["deduplication by queue, in words", { Work: { DeduplicationScope: "queue" } }, {}, []],
  ["a standard queue", { Work: { FifoQueue: false, QueueName: "work" } }, {}, ["replaced Work"]],
  ["no time to live", { Claims: { TimeToLiveSpecification: undefined } }, {}, ["timeToLiveChanges Claims"]],
  [
    "time to live that is off",
    { Claims: { TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: false } } },
    {},
    ["timeToLiveChanges Claims"],
  ],
  [
    "time to live by another attribute",
    { Claims: { TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true } } },
    {},
    ["timeToLiveChanges Claims"],
  ],
  ["another table key", { Claims: { KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }] } }, {}, ["replaced Claims"]],
  ["no archive", { Orders: { ArchivePolicy: undefined } }, {}, ["retentionShrinks Orders"]],
  ["a longer archive", { Orders: { ArchivePolicy: { MessageRetentionPeriod: "60" } } }, {}, []],
  [
    "a bucket that is deleted later",
    {},
    { Payloads: { DeletionPolicy: "Delete" } },
    ["deletionPolicyWeakens Payloads"],
  ],
  ["a queue without a deletion policy", {}, { Work: { DeletionPolicy: undefined } }, ["deletionPolicyWeakens Work"]],
  ["a function that is deleted later", {}, { Fn: { DeletionPolicy: "Delete" } }, []],
  ["no mapping", {}, { Mapping: { gone: true } }, ["consumerRemoved Work"]],
  ["a disabled mapping", { Mapping: { Enabled: false } }, {}, ["consumerRemoved Work"]],
  ["a filter of the mapping", withFilter('{"body":{"a":[1]}}'), {}, ["filterNarrows Mapping"]],
])("%s", (_, changed, resource, expected) => {
  expect(findings([stackOf(resources())], [stackOf(resources(changed, resource))])).toEqual(expected);
});

test("filters of a mapping may be added, and not taken away", () => {
  const [one, two] = [withFilter("a"), withFilter("a", "b")];
  expect(findings([stackOf(resources(one))], [stackOf(resources(two))])).toEqual([]);
  expect(findings([stackOf(resources(two))], [stackOf(resources(one))])).toEqual(["filterNarrows Mapping"]);
  expect(findings([stackOf(resources(one))], [stackOf(resources())])).toEqual([]);
});

test("a queue that moves to another stack is replaced, and the stack is named", () => {
  const { Work = {}, ...rest } = resources({}, { Mapping: { gone: true }, Subscription: { gone: true } });
  const { findings: found } = differenceOf(
    [stackOf({ Work, ...rest })],
    [stackOf(rest), stackOf({ Work }, {}, "Billing")],
  );
  expect(found).toMatchObject([{ kind: "replaced", resource: "Work" }]);
  expect(found[0]?.change).toContain("it moves from the stack Shop to Billing");
});

test("parameters stand for their values: the deployed one, else the default", () => {
  const withDays = (Default: string, parameterValues?: ReadonlyMap<string, unknown>) => ({
    ...stackOf(resources({ Dead: { MessageRetentionPeriod: { Ref: "Seconds" } } }), {
      Parameters: { Seconds: { Type: "Number", Default } },
    }),
    parameterValues,
  });
  expect(findings([withDays("1209600")], [withDays("86400")])).toEqual(["retentionShrinks Dead"]);
  expect(findings([withDays("86400")], [withDays("1209600")])).toEqual([]);
  const deployed = new Map([["Seconds", "604800"]]);
  expect(findings([withDays("1209600", deployed)], [withDays("86400", deployed)])).toEqual([]);
  const literal = stackOf(resources({ Dead: { MessageRetentionPeriod: 86_400 } }));
  expect(findings([withDays("1209600")], [literal])).toEqual(["retentionShrinks Dead"]);
});

test("a retention that only the deployment knows is told when it changes, and not otherwise", () => {
  const days = (name: string) => stackOf(resources({ Dead: { MessageRetentionPeriod: { "Fn::ImportValue": name } } }));
  expect(findings([days("a")], [days("a")])).toEqual([]);
  expect(findings([days("a")], [days("b")])).toEqual(["retentionShrinks Dead"]);
});
