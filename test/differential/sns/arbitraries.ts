import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import fc from "fast-check";
import { atMostOneWrong, seldomWrong } from "../faults.ts";
import { mostly, step as stepOf, without } from "../steps.ts";
import { BAD_POLICIES, FIFO_FAULTS, STANDARD_FAULTS } from "./faults.ts";
import type { Publication, SnsOperation } from "./operation.ts";

const text = (value: string): MessageAttributeValue => ({ DataType: "String", StringValue: value });
const number = (value: string): MessageAttributeValue => ({ DataType: "Number", StringValue: value });
const array = (value: string): MessageAttributeValue => ({ DataType: "String.Array", StringValue: value });

/** Chosen to meet, and to miss, the filter policies below. */
const ATTRIBUTES: readonly Record<string, MessageAttributeValue>[] = [
  { region: text("eu") },
  { region: text("EU"), total: number("100") },
  { region: text("us"), total: number("99.99") },
  { region: text("eu-west"), total: number("-5") },
  { regions: array('["eu","us"]'), total: number("1e2") },
  { regions: array('["us",null,true,3]') },
  { ip: text("10.0.3.4"), region: text("none") },
  { total: text("100") },
  { flag: text("true"), bytes: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2, 3]) } },
];

/** Filter policies with every operator that both sides have a name for. */
export const POLICIES: readonly string[] = [
  '{"region":["eu"]}',
  '{"region":["eu","us"],"total":[{"numeric":[">=",100]}]}',
  '{"region":[{"prefix":"eu"}]}',
  '{"region":[{"suffix":"west"}]}',
  '{"region":[{"equals-ignore-case":"eu"}]}',
  '{"region":[{"anything-but":["eu","us"]}]}',
  '{"region":[{"anything-but":{"prefix":"eu"}}]}',
  '{"region":[{"exists":true}]}',
  '{"total":[{"exists":false}]}',
  '{"total":[{"numeric":["=",100]}]}',
  '{"total":[{"numeric":[">",-10,"<",100]}]}',
  '{"total":[100]}',
  '{"regions":["eu"]}',
  '{"regions":[{"anything-but":["us"]}]}',
  '{"regions":[null,true]}',
  '{"ip":[{"cidr":"10.0.0.0/22"}]}',
  '{"$or":[{"region":["eu"]},{"total":[{"numeric":["<",100]}]}]}',
];

/** Conditions of a filter policy, by the attribute that they are made for. */
const CONDITIONS: Readonly<Record<string, readonly unknown[]>> = {
  region: [
    "eu",
    "us",
    { prefix: "e" },
    { suffix: "t" },
    { "equals-ignore-case": "EU" },
    { "anything-but": ["eu"] },
    { "anything-but": { prefix: "eu" } },
    { exists: true },
    { exists: false },
  ],
  total: [
    { numeric: ["=", 99.99] },
    { numeric: [">", -10, "<=", 100] },
    { numeric: ["<", 0] },
    { "anything-but": [100] },
    { exists: true },
    { exists: false },
  ],
  regions: ["eu", null, true, 3, { prefix: "u" }, { "anything-but": ["us", "eu"] }, { exists: true }],
  ip: [{ cidr: "10.0.3.0/24" }, { cidr: "10.0.4.0/24" }, { exists: false }],
};

/** Filter policies of one or two keys with one or two conditions each. */
const mixedPolicy: fc.Arbitrary<string> = fc
  .uniqueArray(fc.constantFrom(...Object.keys(CONDITIONS)), { minLength: 1, maxLength: 2 })
  .chain((keys) =>
    fc.record(
      Object.fromEntries(
        keys.map((key) => [
          key,
          fc.uniqueArray(fc.constantFrom(...(CONDITIONS[key] ?? [])), { minLength: 1, maxLength: 2 }),
        ]),
      ),
    ),
  )
  .map((policy) => JSON.stringify(policy));

const BODY_POLICIES: readonly string[] = [
  '{"order":{"region":["eu"]}}',
  '{"order":{"total":[{"numeric":[">",10]}]}}',
  '{"items":{"sku":["a"]}}',
  '{"flag":[true]}',
  '{"gone":[null]}',
  '{"gone":[{"exists":false}]}',
];

const MESSAGES = [
  "hello %",
  "héllo ☃ 😀 %",
  '{"n":"%","order":{"region":"eu","total":12}}',
  '{"n":"%","order":{"region":"us","total":5},"flag":true}',
  '{"n":"%","items":[{"sku":"a"},{"sku":"b"}],"gone":null}',
  '["%"]',
];

/** The same for every protocol but SQS. */
const STRUCTURED = '{"default":"default %","sqs":"{\\"n\\":\\"%\\",\\"flag\\":true}","http":1}';

const publication = (groups: readonly string[]): fc.Arbitrary<Publication> =>
  fc
    .record({
      message: mostly(25, fc.constantFrom(...MESSAGES), fc.constant("fixed")),
      subject: fc.constantFrom(undefined, undefined, "A subject"),
      attributes: fc.option(fc.constantFrom(...ATTRIBUTES), { nil: undefined, freq: 5 }),
      structure: mostly(12, fc.constant(undefined), fc.constant("json")),
      group: groups.length > 0 ? fc.constantFrom(...groups) : mostly(15, fc.constant(undefined), fc.constant("tenant")),
      deduplication: groups.length > 0 ? fc.constantFrom(undefined, "d1", "d2", "d3") : fc.constant(undefined),
    })
    .map((value) => without(value.structure === "json" ? { ...value, message: STRUCTURED } : value));

/** What subscriptions can be made with. */
export const subscriptionAttributes: fc.Arbitrary<Record<string, string>> = mostly(
  12,
  fc
    .record({
      raw: fc.constantFrom(undefined, "true", "true", "false"),
      filter: fc.oneof(
        fc.constant(undefined),
        fc.constantFrom(...POLICIES).map((FilterPolicy) => ({ FilterPolicy })),
        mixedPolicy.map((FilterPolicy) => ({ FilterPolicy })),
        fc.constantFrom(...BODY_POLICIES).map((FilterPolicy) => ({ FilterPolicy, FilterPolicyScope: "MessageBody" })),
      ),
    })
    .map(({ raw, filter }) => ({ ...(raw === undefined ? {} : { RawMessageDelivery: raw }), ...filter })),
  fc.oneof(
    fc.constantFrom(...BAD_POLICIES).map((FilterPolicy): Record<string, string> => ({ FilterPolicy })),
    fc.constantFrom<Record<string, string>>(
      { RawMessageDelivery: "yes" },
      { FilterPolicyScope: "Everything" },
      { Unknown: "x" },
      { RedrivePolicy: "{" },
      { RedrivePolicy: '{"deadLetterTargetArn":"nothing"}' },
    ),
  ),
);

/** Steps on the given topic; its queues are read by the steps of SQS. */
export function snsSteps(
  topic: string,
  queues: readonly string[],
  groups: readonly string[] = [],
): fc.Arbitrary<SnsOperation> {
  const fifo = groups.length > 0;
  const step = stepOf<SnsOperation>();
  const any = mostly(30, fc.constant(topic), fc.constant(fifo ? "absent.fifo" : "absent"));
  const subscription = mostly(20, fc.nat({ max: 3 }), fc.constant(-1));
  const one = publication(groups);
  const faults = fifo ? FIFO_FAULTS : STANDARD_FAULTS;
  return fc.oneof(
    { weight: 24, arbitrary: step("sns.publish", { topic: any, publication: seldomWrong(10, one, faults) }) },
    {
      weight: 8,
      arbitrary: step("sns.publishBatch", {
        topic: any,
        publications: atMostOneWrong(6, one, faults),
        ids: fc.constant("distinct"),
      }),
    },
    {
      weight: 1,
      arbitrary: step("sns.publishBatch", {
        topic: any,
        publications: fc.array(one, { minLength: 2, maxLength: 3 }),
        ids: fc.constantFrom("same", "invalid"),
      }),
    },
    {
      weight: 1,
      arbitrary: step("sns.publishBatch", {
        topic: any,
        publications: fc.array(one, { minLength: 11, maxLength: 11 }).chain((many) => fc.constantFrom([], many)),
        ids: fc.constant("distinct"),
      }),
    },
    {
      weight: 4,
      arbitrary: step("sns.subscribe", {
        topic: any,
        queue: fc.constantFrom(...queues),
        attributes: subscriptionAttributes,
      }),
    },
    { weight: 1, arbitrary: step("sns.unsubscribe", { subscription }) },
    { weight: 3, arbitrary: step("sns.getSubscriptionAttributes", { subscription }) },
    {
      weight: 5,
      arbitrary: fc.oneof(
        step("sns.setSubscriptionAttributes", {
          subscription,
          name: fc.constant("FilterPolicy"),
          value: mostly(
            4,
            fc.oneof(fc.constantFrom(...POLICIES, "{}", "{}"), mixedPolicy),
            fc.constantFrom(...BAD_POLICIES),
          ),
        }),
        step("sns.setSubscriptionAttributes", {
          subscription,
          name: fc.constant("RawMessageDelivery"),
          value: mostly(6, fc.constantFrom("true", "false"), fc.constant("yes")),
        }),
        step("sns.setSubscriptionAttributes", {
          subscription,
          name: fc.constantFrom("Unknown", "TopicArn"),
          value: fc.constant("x"),
        }),
      ),
    },
    { weight: 2, arbitrary: step("sns.listSubscriptionsByTopic", { topic: any }) },
    { weight: 2, arbitrary: step("sns.getTopicAttributes", { topic: any }) },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom(["DisplayName", "Orders"], ["DisplayName", ""], ["Unknown", "x"], ["SignatureVersion", "2"])
        .chain(([name = "", value = ""]) =>
          step("sns.setTopicAttributes", { topic: any, name: fc.constant(name), value: fc.constant(value) }),
        ),
    },
    {
      weight: 1,
      arbitrary: step("sns.tag", {
        topic: any,
        tags: fc.constantFrom<Record<string, string>>({ a: "1" }, { a: "2", b: "x" }),
      }),
    },
    { weight: 1, arbitrary: step("sns.untag", { topic: any, keys: fc.constantFrom<string[]>(["a"], ["absent"]) }) },
    { weight: 1, arbitrary: step("sns.listTags", { topic: any }) },
    { weight: 1, arbitrary: step("sns.deleteTopic", { topic: any }) },
    {
      weight: 2,
      arbitrary: step("sns.createTopic", {
        topic: fc.constantFrom(topic, "new", "new.fifo", "bad name", "n".repeat(257)),
        attributes: fc.constantFrom<Record<string, string>>(
          {},
          { DisplayName: "Orders" },
          { FifoTopic: "true" },
          { Unknown: "x" },
        ),
      }),
    },
  );
}
