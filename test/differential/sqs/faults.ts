import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { Faults } from "../faults.ts";
import type { Draft } from "./operation.ts";

const text = (value: string): MessageAttributeValue => ({ DataType: "String", StringValue: value });

/** What makes a message wrong for every queue. */
const COMMON: Faults<Draft> = {
  "attribute-empty": { attributes: { empty: text("") } },
  "attribute-type": { attributes: { kind: { DataType: "Text", StringValue: "x" } } },
  "attribute-reserved": { attributes: { "AWS.reserved": text("x") } },
  "attribute-dot": { attributes: { ".dot": text("x") } },
  "attribute-dots": { attributes: { "two..dots": text("x") } },
  "attribute-number": { attributes: { n: { DataType: "Number", StringValue: "seven" } } },
  "attribute-no-value": { attributes: { kind: { DataType: "String" } } },
  "attribute-space": { attributes: { "with space": text("x") } },
  "attributes-many": {
    attributes: Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, text("x")])),
  },
  "body-empty": { body: "" },
  "body-control": { body: "\u0001 %" },
  "body-noncharacter": { body: "\ufffe %" },
  /** Only where the queue's MaximumMessageSize is 1,024. */
  "body-long": { body: `${"x".repeat(1_100)} %` },
  "group-space": { group: "with space" },
};

/** What makes a message wrong for a standard queue. */
export const STANDARD_FAULTS: Faults<Draft> = {
  ...COMMON,
  "delay-range": { delay: 901 },
  "delay-negative": { delay: -1 },
  "deduplication-standard": { deduplication: "d1" },
};

/** What makes a message wrong for a FIFO queue. */
export const FIFO_FAULTS: Faults<Draft> = {
  ...COMMON,
  "delay-fifo": { delay: 5 },
  "group-missing": { group: undefined },
  "group-empty": { group: "" },
  "group-long": { group: "g".repeat(129) },
  "deduplication-empty": { deduplication: "" },
  "deduplication-space": { deduplication: "with space" },
  "deduplication-long": { deduplication: "d".repeat(129) },
};

/** Attributes that queues do not take; some of them only queues of one type. */
export const WRONG_ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "visibility-range": { VisibilityTimeout: "43201" },
  "visibility-negative": { VisibilityTimeout: "-1" },
  "visibility-text": { VisibilityTimeout: "soon" },
  "delay-range": { DelaySeconds: "901" },
  "size-range": { MaximumMessageSize: "1023" },
  "retention-range": { MessageRetentionPeriod: "59" },
  "wait-range": { ReceiveMessageWaitTimeSeconds: "21" },
  unknown: { Unknown: "1" },
  "redrive-json": { RedrivePolicy: "{" },
  "redrive-absent": { RedrivePolicy: '{"deadLetterTargetArn":"@absent@","maxReceiveCount":"2"}' },
  "redrive-no-count": { RedrivePolicy: '{"deadLetterTargetArn":"@dead@"}' },
  "redrive-count-zero": { RedrivePolicy: '{"deadLetterTargetArn":"@dead@","maxReceiveCount":"0"}' },
  "redrive-count-range": { RedrivePolicy: '{"deadLetterTargetArn":"@dead@","maxReceiveCount":"1001"}' },
  "content-deduplication": { ContentBasedDeduplication: "true" },
  "fifo-false": { FifoQueue: "false" },
  "deduplication-scope": { DeduplicationScope: "queue" },
  "read-only": { QueueArn: "x" },
  "policy-json": { Policy: "{" },
};

/** The name of what is wrong with the attributes, if the generator made them wrong. The type of the queue does not count. */
export function faultOfAttributes(attributes: Readonly<Record<string, string>>): string | undefined {
  const { FifoQueue, ...others } = attributes;
  const given = JSON.stringify(FifoQueue === "false" ? { FifoQueue } : others);
  return Object.entries(WRONG_ATTRIBUTES).find(([, wrong]) => JSON.stringify(wrong) === given)?.[0];
}
