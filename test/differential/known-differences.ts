import { type Answer, errorOf } from "./answer.ts";
import type { Operation } from "./sequence.ts";
import type { Publication } from "./sns/operation.ts";
import type { Draft } from "./sqs/operation.ts";

/** A place where both sides part. */
export interface Sighting {
  readonly step: Operation;
  readonly ours: Answer;
  readonly theirs: Answer;
  /** Path of the first field that differs. */
  readonly path: string;
  /** Which of the step's answers: 0 is the call itself, what follows shows its effect. */
  readonly index: number;
  /** The steps before. */
  readonly earlier: readonly Operation[];
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
    what: "LocalStack takes a visibility timeout or a number of messages that is out of range in ReceiveMessage",
    right: "Fanfare",
    source: `${SQS}, ReceiveMessage`,
    parts: true,
    matches: ({ step, ours, theirs }) =>
      step.kind === "sqs.receive" && errorOf(ours) === "InvalidParameterValue" && errorOf(theirs) === undefined,
  },
  {
    id: "sqs-delay-range",
    what: "LocalStack takes a DelaySeconds of a message that is out of range",
    right: "Fanfare",
    source: `${SQS}, SendMessage`,
    parts: true,
    matches: ({ step }) => drafts(step).some(({ delay }) => delay !== undefined && (delay < 0 || delay > 900)),
  },
  {
    id: "sqs-visibility-range",
    what: "LocalStack takes a new visibility timeout that is out of range",
    right: "Fanfare",
    source: `${SQS}, ChangeMessageVisibility`,
    parts: true,
    matches: ({ step }) =>
      (step.kind === "sqs.visibility" || step.kind === "sqs.visibilityBatch") &&
      (step.timeout < 0 || step.timeout > 43_200),
  },
  {
    id: "sqs-not-in-flight",
    what: "LocalStack answers success to a new visibility timeout of a message that is not in flight",
    right: "Fanfare",
    source: `${SQS}, ChangeMessageVisibility, error MessageNotInflight`,
    parts: false,
    matches: ({ step, ours, theirs, index }) =>
      index === 0 &&
      ((step.kind === "sqs.visibility" && errorOf(ours) === "MessageNotInflight" && errorOf(theirs) === undefined) ||
        (step.kind === "sqs.visibilityBatch" && JSON.stringify(ours).includes("MessageNotInflight"))),
  },
  {
    id: "sqs-expired-handle",
    what: "LocalStack answers success to a new visibility timeout through an expired receipt handle",
    right: "Fanfare",
    source: "AWS re:Post Knowledge Center, How do I resolve SQS receipt handle errors",
    parts: false,
    matches: ({ step, ours, theirs, index }) =>
      step.kind === "sqs.visibility" &&
      index === 0 &&
      errorOf(ours) === "InvalidParameterValue" &&
      errorOf(theirs) === undefined,
  },
  {
    id: "sqs-batch-empty-deduplication",
    what: "for an empty or malformed id of a FIFO message in a batch one refuses the entry, the other the batch",
    right: "both",
    source: `${SQS}, SendMessageBatch`,
    parts: true,
    matches: ({ step, ours, theirs }) =>
      step.kind === "sqs.sendBatch" &&
      step.queue.endsWith(".fifo") &&
      (errorOf(ours) === undefined) !== (errorOf(theirs) === undefined),
  },
  {
    id: "sqs-deduplication-memory",
    what: "LocalStack forgets deduplication ids when a queue is purged, and fixes their scope when it is made",
    right: "both",
    source: `Amazon SQS Developer Guide, Exactly-once processing in Amazon SQS`,
    parts: true,
    matches: ({ step, path, earlier }) =>
      (step.kind === "sqs.send" || step.kind === "sqs.sendBatch") &&
      path.endsWith(".MessageId") &&
      earlier.some(({ kind }) => kind === "sqs.purge" || kind === "sqs.setAttributes"),
  },
  {
    id: "sqs-sender-of-notification",
    what: "the SenderId of what a topic delivers: sns.amazonaws.com or the account",
    right: "both",
    source: `${SQS}, ReceiveMessage`,
    parts: false,
    matches: ({ step, path }) => step.kind === "sqs.receive" && path.endsWith(".SenderId"),
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
    id: "sns-throughput-scope",
    what: "LocalStack 4.8 leaves FifoThroughputScope out of a topic's attributes",
    right: "Fanfare",
    source: `${SNS}, GetTopicAttributes`,
    parts: false,
    matches: ({ step, path }) => step.kind === "sns.getTopicAttributes" && path === ".ok.FifoThroughputScope",
  },
  {
    id: "sns-subject-lines",
    what: "LocalStack takes line breaks in a subject",
    right: "Fanfare",
    source: `${SNS}, Publish`,
    parts: true,
    matches: ({ step }) => step.kind === "sns.publish" && step.publication.subject === "two\nlines",
  },
  {
    id: "sns-tags-of-nothing",
    what: "LocalStack lists tags of a topic that does not exist",
    right: "Fanfare",
    source: `${SNS}, ListTagsForResource, error ResourceNotFound`,
    parts: true,
    matches: ({ step, ours }) =>
      ["sns.tag", "sns.untag", "sns.listTags"].includes(step.kind) && errorOf(ours) === "ResourceNotFoundException",
  },
  {
    id: "sns-exists-false",
    what: "LocalStack delivers a message without any attribute where a filter policy says exists false",
    right: "Fanfare",
    source: "Amazon SNS Developer Guide, Key matching",
    parts: true,
    matches: ({ step, index, earlier }) =>
      index > 0 &&
      publications(step).some(({ attributes }) => attributes === undefined) &&
      JSON.stringify(earlier).includes('exists\\":false'),
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
    id: "sns-group-characters",
    what: "LocalStack takes spaces in group and deduplication ids",
    right: "Fanfare",
    source: `${SNS}, Publish`,
    parts: true,
    matches: ({ step, ours }) =>
      publications(step).some(({ group, deduplication }) => group === "with space" || deduplication === "with space") &&
      JSON.stringify(ours).includes("InvalidParameter"),
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
    id: "s3-none-match-any",
    what: "LocalStack ignores If-None-Match: * when it reads",
    right: "Fanfare",
    source: `${S3}, GetObject, which refers to RFC 7232`,
    parts: false,
    matches: ({ step, theirs }) =>
      (step.kind === "s3.get" || step.kind === "s3.head") &&
      step.condition === "ifNoneMatchAny" &&
      errorOf(theirs) === undefined,
  },
  {
    id: "s3-range-checksum",
    what: "LocalStack answers the object's checksum to a range that is the whole object; Fanfare to no range",
    right: "both",
    source: `${S3}, GetObject`,
    parts: false,
    matches: ({ step, path }) => step.kind === "s3.get" && step.range !== "" && path.startsWith(".ok.Checksum"),
  },
  {
    id: "s3-parts-checksum",
    what: "Fanfare lists the CRC64NVME of parts of an upload that asked for no checksum, LocalStack none",
    right: "both",
    source: `${S3}, ListParts`,
    parts: false,
    matches: ({ step, path }) => step.kind === "s3.listParts" && path.includes(".Checksum"),
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

function drafts(step: Operation): readonly Draft[] {
  if (step.kind === "sqs.send") return [step.draft];
  return step.kind === "sqs.sendBatch" ? step.drafts : [];
}

function publications(step: Operation): readonly Publication[] {
  if (step.kind === "sns.publish") return [step.publication];
  return step.kind === "sns.publishBatch" ? step.publications : [];
}

function bothFail(left: Answer, right: Answer): boolean {
  return errorOf(left) !== undefined && errorOf(right) !== undefined;
}

function same(left: Answer, right: Answer): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
