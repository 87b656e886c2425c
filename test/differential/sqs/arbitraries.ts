import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import fc from "fast-check";
import { atMostOneWrong, seldomWrong } from "../faults.ts";
import { mostly, step as stepOf, without } from "../steps.ts";
import { FIFO_FAULTS, STANDARD_FAULTS, WRONG_ATTRIBUTES } from "./faults.ts";
import type { Draft, SqsOperation } from "./operation.ts";

/** Bodies; `%` becomes something unique. */
const BODIES = ["hello %", "héllo ☃ 😀 %", '{"a":[1,2,{"b":null}],"n":"%"}', "tab\tnew\nline\r %", " % "];
const FIXED_BODIES = ["one", "two", "three"];

const text = (value: string): MessageAttributeValue => ({ DataType: "String", StringValue: value });

/** Attributes of messages that every queue takes. */
const GOOD_ATTRIBUTES: readonly Record<string, MessageAttributeValue>[] = [
  { kind: text("order") },
  { kind: text("ordér ☃"), amount: { DataType: "Number", StringValue: "12.50" } },
  { bytes: { DataType: "Binary", BinaryValue: new Uint8Array([0, 1, 254, 255]) } },
  { "a.b-c_d": { DataType: "String.custom", StringValue: "x" }, n: { DataType: "Number.int", StringValue: "-7" } },
];

const attributes = fc.option(fc.constantFrom(...GOOD_ATTRIBUTES), { nil: undefined, freq: 2 });

const standardDraft: fc.Arbitrary<Draft> = fc
  .record({
    body: fc.constantFrom(...BODIES),
    attributes,
    delay: mostly(30, fc.constantFrom(undefined, 0), fc.constant(900)),
    group: mostly(12, fc.constant(undefined), fc.constantFrom("tenant-1", "tenant-2")),
  })
  .map((draft) => without(draft));

const fifoDraft = (groups: readonly string[]): fc.Arbitrary<Draft> =>
  fc
    .record({
      body: fc.constantFrom(...BODIES, ...FIXED_BODIES),
      attributes,
      delay: fc.constantFrom(undefined, 0),
      group: fc.constantFrom(...groups),
      deduplication: fc.constantFrom(undefined, "d1", "d2", "d3", "d4"),
    })
    .map((draft) => without(draft));

const pick = mostly(8, fc.nat({ max: 6 }), fc.constant(-1));

/** Values for attributes of queues; `@slot@` becomes the ARN of that queue. */
export const STANDARD_ATTRIBUTES: readonly Record<string, string>[] = [
  {},
  { VisibilityTimeout: "60" },
  { MaximumMessageSize: "1024" },
  { DelaySeconds: "900" },
  { RedrivePolicy: '{"deadLetterTargetArn":"@dead@","maxReceiveCount":"2"}' },
  { RedrivePolicy: '{"deadLetterTargetArn":"@dead@","maxReceiveCount":1}' },
  { MessageRetentionPeriod: "86400", ReceiveMessageWaitTimeSeconds: "0" },
];

/** The same for FIFO queues, with the slot of their dead-letter queue. */
export function fifoAttributes(dead: string): readonly Record<string, string>[] {
  return [
    { FifoQueue: "true" },
    { FifoQueue: "true", ContentBasedDeduplication: "true" },
    {
      FifoQueue: "true",
      ContentBasedDeduplication: "true",
      DeduplicationScope: "messageGroup",
      FifoThroughputLimit: "perMessageGroupId",
    },
    { FifoQueue: "true", RedrivePolicy: `{"deadLetterTargetArn":"@${dead}@","maxReceiveCount":"2"}` },
  ];
}

const names = fc.constantFrom<readonly string[]>(["All"], [], ["kind"], ["a.*"], [".*"], ["absent"]);

/** Receives from a queue. */
export function receiveSteps(queue: fc.Arbitrary<string>): fc.Arbitrary<SqsOperation> {
  return stepOf<SqsOperation>()("sqs.receive", {
    queue,
    maximum: mostly(60, fc.integer({ min: 1, max: 10 }), fc.constantFrom(0, 11)),
    visibility: mostly(60, fc.constantFrom(0, 600, 600, 600), fc.constantFrom(-1, 43_201)),
    names,
  });
}

/** Steps on the given queues. */
export function sqsSteps(queues: readonly string[], groups: readonly string[] = []): fc.Arbitrary<SqsOperation> {
  const fifo = groups.length > 0;
  const queue = mostly(40, fc.constantFrom(...queues), fc.constant(fifo ? "absent.fifo" : "absent"));
  const draft = fifo ? fifoDraft(groups) : standardDraft;
  const faults = fifo ? FIFO_FAULTS : STANDARD_FAULTS;
  const usual = fifo ? fifoAttributes(queues[1] ?? "") : STANDARD_ATTRIBUTES;
  const step = stepOf<SqsOperation>();
  return fc.oneof(
    { weight: 16, arbitrary: step("sqs.send", { queue, draft: seldomWrong(10, draft, faults) }) },
    {
      weight: 8,
      arbitrary: step("sqs.sendBatch", {
        queue,
        drafts: atMostOneWrong(6, draft, faults),
        ids: fc.constant("distinct"),
      }),
    },
    {
      weight: 1,
      arbitrary: step("sqs.sendBatch", {
        queue,
        drafts: fc.array(draft, { minLength: 2, maxLength: 3 }),
        ids: fc.constantFrom("same", "invalid"),
      }),
    },
    {
      weight: 1,
      arbitrary: step("sqs.sendBatch", {
        queue,
        drafts: fc.array(draft, { minLength: 11, maxLength: 11 }).chain((many) => fc.constantFrom([], many)),
        ids: fc.constant("distinct"),
      }),
    },
    { weight: 18, arbitrary: receiveSteps(queue) },
    { weight: 7, arbitrary: step("sqs.delete", { queue, pick }) },
    { weight: 4, arbitrary: step("sqs.deleteBatch", { queue, picks: fc.array(pick, { minLength: 0, maxLength: 4 }) }) },
    {
      weight: 7,
      arbitrary: step("sqs.visibility", {
        queue,
        pick,
        timeout: mostly(40, fc.constantFrom(0, 0, 600), fc.constantFrom(-1, 43_201)),
      }),
    },
    {
      weight: 4,
      arbitrary: step("sqs.visibilityBatch", {
        queue,
        picks: fc.array(pick, { minLength: 0, maxLength: 4 }),
        timeout: mostly(40, fc.constantFrom(0, 600), fc.constantFrom(-1, 43_201)),
      }),
    },
    {
      weight: 2,
      arbitrary: step("sqs.setAttributes", {
        queue,
        attributes: mostly(3, fc.constantFrom(...usual), fc.constantFrom(...Object.values(WRONG_ATTRIBUTES))),
      }),
    },
    {
      weight: 3,
      arbitrary: step("sqs.getAttributes", {
        queue,
        names: fc.constantFrom<readonly string[]>(
          ["All"],
          ["QueueArn", "VisibilityTimeout"],
          ["RedrivePolicy"],
          [],
          ["Unknown"],
        ),
      }),
    },
    { weight: 1, arbitrary: step("sqs.getQueueUrl", { queue }) },
    { weight: 1, arbitrary: step("sqs.listQueues", { slotPrefix: fc.constantFrom("", "d", "none") }) },
    { weight: 1, arbitrary: step("sqs.listSources", { queue }) },
    {
      weight: 1,
      arbitrary: step("sqs.tag", {
        queue,
        tags: fc.constantFrom<Record<string, string>>({ a: "1" }, { a: "2", b: "" }, {}),
      }),
    },
    { weight: 1, arbitrary: step("sqs.untag", { queue, keys: fc.constantFrom<string[]>(["a"], ["absent"], []) }) },
    { weight: 1, arbitrary: step("sqs.listTags", { queue }) },
    {
      weight: 1,
      arbitrary: step("sqs.addPermission", {
        queue,
        label: mostly(6, fc.constantFrom("l1", "l2"), fc.constant("bad label")),
      }),
    },
    { weight: 1, arbitrary: step("sqs.removePermission", { queue, label: fc.constantFrom("l1", "absent") }) },
    { weight: 1, arbitrary: step("sqs.purge", { queue }) },
    { weight: 1, arbitrary: step("sqs.deleteQueue", { queue: fc.constantFrom(...queues) }) },
    {
      weight: 2,
      arbitrary: step("sqs.createQueue", {
        queue: fc.constantFrom(...queues, fifo ? "new.fifo" : "new"),
        attributes: mostly(3, fc.constantFrom(...usual), fc.constantFrom(...Object.values(WRONG_ATTRIBUTES))).map(
          (attributes): Readonly<Record<string, string>> => (fifo ? { FifoQueue: "true", ...attributes } : attributes),
        ),
      }),
    },
    {
      weight: 1,
      arbitrary: step("sqs.createQueue", {
        queue: fc.constantFrom("new.fifo", "bad name", "", "n".repeat(81)),
        attributes: fc.constant({}),
      }),
    },
  );
}
