import { type Answer, errorOf } from "./answer.ts";
import type { Operation } from "./sequence.ts";

/** A place where both sides part. */
export interface Sighting {
  readonly step: Operation;
  readonly ours: Answer;
  readonly theirs: Answer;
  /** Path of the first field that differs. */
  readonly path: string;
  /** Which of the step's answers: 0 is the call itself, what follows shows its effect. */
  readonly index: number;
}

/** A difference that has been judged. */
export interface KnownDifference {
  readonly id: string;
  /** What both do. */
  readonly what: string;
  /** Who does what AWS documents. */
  readonly right: "Fanfare" | "LocalStack" | "both";
  /** The page of AWS that says so. */
  readonly source: string;
  /** Whether both sides are in different states afterwards, so that the sequence has to end. */
  readonly parts: boolean;
  readonly matches: (sighting: Sighting) => boolean;
}

const SQS = "Amazon SQS API Reference";
const SNS = "Amazon SNS API Reference";
const S3 = "Amazon S3 API Reference";

/** All that has been judged. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    id: "sqs-sender-fault",
    what: "LocalStack says SenderFault false for a wrong receipt handle in a batch",
    right: "Fanfare",
    source: `${SQS}, BatchResultErrorEntry`,
    parts: false,
    matches: ({ step, path }) => step.kind.startsWith("sqs.") && path.endsWith(".SenderFault"),
  },
  {
    id: "sqs-attribute-range",
    what: "LocalStack accepts values of queue attributes that are out of range, no JSON, or a redrive policy to no queue",
    right: "Fanfare",
    source: `${SQS}, SetQueueAttributes and CreateQueue`,
    parts: true,
    matches: ({ step, ours, theirs }) =>
      (step.kind === "sqs.setAttributes" || step.kind === "sqs.createQueue") &&
      ["InvalidAttributeValue", "InvalidParameterValue", "InvalidAttributeName"].includes(errorOf(ours) ?? "") &&
      errorOf(theirs) === undefined,
  },
  {
    id: "sqs-attribute-error",
    what: "both refuse an attribute or a name of a queue, by different error codes",
    right: "both",
    source: `${SQS}, SetQueueAttributes and CreateQueue`,
    parts: false,
    matches: ({ step, ours, theirs }) =>
      (step.kind === "sqs.setAttributes" || step.kind === "sqs.createQueue") && bothFail(ours, theirs),
  },
  {
    id: "sqs-receive-range",
    what: "LocalStack takes a visibility timeout that is out of range in ReceiveMessage",
    right: "Fanfare",
    source: `${SQS}, ReceiveMessage`,
    parts: true,
    matches: ({ step, ours, theirs }) =>
      step.kind === "sqs.receive" &&
      (step.visibility < 0 || step.visibility > 43_200) &&
      errorOf(ours) === "InvalidParameterValue" &&
      errorOf(theirs) === undefined,
  },
  {
    id: "sqs-label",
    what: "LocalStack takes a label with a space in AddPermission",
    right: "Fanfare",
    source: `${SQS}, AddPermission`,
    parts: true,
    matches: ({ step, theirs }) =>
      step.kind === "sqs.addPermission" && step.label === "bad label" && errorOf(theirs) === undefined,
  },
  {
    id: "sqs-batch-code",
    what: "LocalStack writes InvalidParameterValueException where Fanfare writes the query protocol's InvalidParameterValue into a failed entry",
    right: "both",
    source: `${SQS}, BatchResultErrorEntry`,
    parts: false,
    matches: ({ step, path }) => step.kind.startsWith("sqs.") && path.endsWith("Failed[].Code"),
  },
  {
    id: "sqs-successive-periods",
    what: "LocalStack accepts two periods in a row in the name of a message attribute",
    right: "Fanfare",
    source: "Amazon SQS Developer Guide, Amazon SQS message metadata",
    parts: true,
    matches: ({ step, ours, theirs }) =>
      JSON.stringify(step).includes('"two..dots"') && step.kind.startsWith("sqs.send") && !same(ours, theirs),
  },
  {
    id: "sns-subscription-counts",
    what: "LocalStack counts no subscriptions in a topic's attributes",
    right: "Fanfare",
    source: `${SNS}, GetTopicAttributes`,
    parts: false,
    matches: ({ step, path }) => step.kind === "sns.getTopicAttributes" && path.startsWith(".ok.Subscriptions"),
  },
  {
    id: "sns-maximum-message-size",
    what: "LocalStack 4.8 is older than the attribute MaximumMessageSize of topics",
    right: "Fanfare",
    source: `${SNS}, GetTopicAttributes`,
    parts: false,
    matches: ({ step, path }) => step.kind === "sns.getTopicAttributes" && path === ".ok.MaximumMessageSize",
  },
  {
    id: "sns-batch-subject",
    what: "LocalStack does not check the subjects of a batch",
    right: "Fanfare",
    source: `${SNS}, PublishBatchRequestEntry`,
    parts: true,
    matches: ({ step }) =>
      step.kind === "sns.publishBatch" &&
      step.publications.some(({ subject }) => subject !== undefined && subject !== "A subject"),
  },
  {
    id: "sns-unknown-attribute",
    what: "LocalStack takes attributes that topics do not have",
    right: "Fanfare",
    source: `${SNS}, CreateTopic and SetTopicAttributes`,
    parts: true,
    matches: ({ step, ours, theirs }) =>
      (step.kind === "sns.createTopic" || step.kind === "sns.setTopicAttributes") &&
      errorOf(ours) === "InvalidParameterException" &&
      errorOf(theirs) === undefined,
  },
  {
    id: "sns-duplicate-id",
    what: "for a duplicate on a FIFO topic Fanfare answers the id of the first message, LocalStack a new one",
    right: "both",
    source: "Amazon SNS Developer Guide, Amazon SNS message deduplication for FIFO topics",
    parts: true,
    matches: ({ step, path }) =>
      (step.kind === "sns.publish" || step.kind === "sns.publishBatch") &&
      step.topic.endsWith(".fifo") &&
      path.endsWith(".MessageId"),
  },
  {
    id: "sns-empty-batch",
    what: "LocalStack answers an internal error to an empty batch",
    right: "Fanfare",
    source: `${SNS}, PublishBatch`,
    parts: false,
    matches: ({ step }) => step.kind === "sns.publishBatch" && step.publications.length === 0,
  },
  {
    id: "sns-batch-deduplication",
    what: "Fanfare refuses a deduplication id in a batch for a standard topic, as Publish does; LocalStack ignores it",
    right: "both",
    source: `${SNS}, PublishBatchRequestEntry`,
    parts: true,
    matches: ({ step }) =>
      step.kind === "sns.publishBatch" &&
      !step.topic.endsWith(".fifo") &&
      step.publications.some(({ deduplication }) => deduplication !== undefined),
  },
  {
    id: "s3-copy-checksum-type",
    what: "LocalStack leaves the type of the checksum out of CopyObject's answer",
    right: "Fanfare",
    source: `${S3}, CopyObjectResult`,
    parts: false,
    matches: ({ step, path }) => step.kind === "s3.copy" && path === ".ok.CopyObjectResult.ChecksumType",
  },
  {
    id: "s3-no-keys",
    what: "LocalStack takes MaxKeys 0 for 1,000",
    right: "Fanfare",
    source: `${S3}, ListObjectsV2`,
    parts: false,
    matches: ({ step }) => step.kind === "s3.list" && step.maximum === 0,
  },
];

/** The judgement on a difference, if there is one. */
export function knownDifference(sighting: Sighting): KnownDifference | undefined {
  return KNOWN_DIFFERENCES.find(({ matches }) => matches(sighting));
}

function bothFail(left: Answer, right: Answer): boolean {
  return errorOf(left) !== undefined && errorOf(right) !== undefined;
}

function same(left: Answer, right: Answer): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
