import { errorOf } from "../answer.ts";
import {
  draftOf,
  isDeletedBefore,
  isKind,
  isRefusedByBoth,
  isRefusedByFanfareOnly,
  type KnownDifference,
  lengthOf,
  refusalOf,
  type Sighting,
  totalOf,
  valueAt,
} from "./sighting.ts";

const api = (page: string) => `https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_${page}.html`;
const guide = (page: string) =>
  `https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/${page}.html`;
const HANDLES = "https://repost.aws/knowledge-center/sqs-receipt-handle-error";

/** Messages that LocalStack accepts although a queue must refuse them, by what is wrong with them. */
function takenThere(id: string, fault: string, what: string, source: string): KnownDifference {
  return {
    id,
    what: `LocalStack accepts ${what}`,
    right: "Fanfare",
    source,
    parts: true,
    matches: (sighting) => draftOf(sighting)?.fault === fault && isRefusedByFanfareOnly(sighting),
  };
}

/** Errors of the query protocol, and the shapes they are in the JSON protocol. */
const SHAPES: Readonly<Record<string, string>> = {
  InvalidParameterValue: "InvalidParameterValueException",
  MissingParameter: "MissingRequiredParameterException",
};

/** What has been judged of messages in queues. */
export const SQS_DIFFERENCES: readonly KnownDifference[] = [
  takenThere(
    "sqs-attribute-dots",
    "attribute-dots",
    "two periods in a row in the name of a message attribute",
    guide("sqs-message-metadata"),
  ),
  takenThere(
    "sqs-attribute-number",
    "attribute-number",
    "a message attribute of type Number whose value is not a number",
    guide("sqs-message-metadata"),
  ),
  takenThere("sqs-attributes-many", "attributes-many", "11 message attributes", guide("sqs-message-metadata")),
  takenThere("sqs-delay-range", "delay-range", "a DelaySeconds of a message above 900", api("SendMessage")),
  takenThere("sqs-delay-negative", "delay-negative", "a negative DelaySeconds of a message", api("SendMessage")),
  {
    id: "sqs-batch-code",
    what: "the Code of a failed entry: LocalStack writes the name of the error's shape, Fanfare that of the query protocol",
    right: "not documented",
    source: api("BatchResultErrorEntry"),
    parts: false,
    matches: ({ step, path, index, ours, theirs }) =>
      index === 0 &&
      isKind(step, "sqs.sendBatch", "sqs.deleteBatch", "sqs.visibilityBatch") &&
      path.endsWith(".failed.Code") &&
      SHAPES[String(valueAt(ours, path))] === valueAt(theirs, path),
  },
  {
    id: "sqs-sender-fault",
    what: "LocalStack returns SenderFault false for a wrong receipt handle or body in a batch",
    right: "Fanfare",
    source: api("BatchResultErrorEntry"),
    parts: false,
    matches: ({ step, path, index, ours }) =>
      index === 0 &&
      isKind(step, "sqs.sendBatch", "sqs.deleteBatch", "sqs.visibilityBatch") &&
      path.endsWith(".failed.SenderFault") &&
      valueAt(ours, path) === true,
  },
  {
    id: "sqs-batch-empty-deduplication",
    what: "for an empty deduplication id in a batch Fanfare refuses the entry, LocalStack the batch",
    right: "not documented",
    source: api("SendMessageBatch"),
    parts: true,
    matches: ({ step, theirs, ours, index }) =>
      index === 0 &&
      isKind(step, "sqs.sendBatch") &&
      step.drafts.some(({ fault }) => fault === "deduplication-empty") &&
      errorOf(ours) === undefined &&
      errorOf(theirs) === "InvalidParameterValue",
  },
  {
    id: "sqs-group-scope",
    what: "with DeduplicationScope messageGroup LocalStack stores an id for the last group only",
    right: "Fanfare",
    source: api("CreateQueue"),
    parts: true,
    matches: ({ step, path, earlier }) =>
      isKind(step, "sqs.send", "sqs.sendBatch") &&
      path.endsWith("MessageId") &&
      JSON.stringify(earlier).includes('"DeduplicationScope":"messageGroup"'),
  },
  {
    id: "sqs-purged-deduplication",
    what: "LocalStack forgets deduplication ids when a queue is purged",
    right: "not documented",
    source: api("PurgeQueue"),
    parts: true,
    matches: ({ step, path, earlier }) =>
      isKind(step, "sqs.send", "sqs.sendBatch") &&
      path.endsWith("MessageId") &&
      earlier.some((other) => other.kind === "sqs.purge" && other.queue === step.queue),
  },
  {
    id: "sqs-receive-range",
    what: "LocalStack accepts a VisibilityTimeout or MaxNumberOfMessages that is out of range in ReceiveMessage",
    right: "Fanfare",
    source: api("ReceiveMessage"),
    parts: true,
    matches: (sighting) =>
      isKind(sighting.step, "sqs.receive") &&
      isRefusedByFanfareOnly(sighting) &&
      (sighting.step.maximum < 1 || sighting.step.visibility < 0 || sighting.step.visibility > 43_200),
  },
  {
    id: "sqs-group-in-flight",
    what: "LocalStack delivers messages of a FIFO group again while others of the group are in flight, once one of them was made visible",
    right: "Fanfare",
    source: api("ReceiveMessage"),
    parts: true,
    matches: ({ step, ours, theirs, index, earlier }) =>
      index === 0 &&
      isKind(step, "sqs.receive") &&
      step.queue.endsWith(".fifo") &&
      lengthOf(theirs) > lengthOf(ours) &&
      earlier.some(
        (other) =>
          isKind(other, "sqs.visibility", "sqs.visibilityBatch") && other.queue === step.queue && other.timeout === 0,
      ),
  },
  {
    id: "sqs-order-of-errors",
    what: "which of two errors is returned for a batch that is wrong in two respects",
    right: "not documented",
    source: api("SendMessageBatch"),
    parts: false,
    matches: (sighting) =>
      isKind(sighting.step, "sqs.sendBatch") &&
      sighting.step.ids !== "distinct" &&
      sighting.step.queue.endsWith(".fifo") &&
      sighting.step.drafts.some(({ deduplication }) => deduplication === undefined) &&
      isRefusedByBoth(sighting),
  },
  {
    id: "sqs-handle-of-former-queue",
    what: "a receipt handle of a queue that was deleted and created again: Fanfare reports an invalid handle, LocalStack a missing message",
    right: "not documented",
    source: api("DeleteQueue"),
    parts: false,
    matches: (sighting) =>
      sighting.index === 0 &&
      isKind(sighting.step, "sqs.visibility", "sqs.visibilityBatch", "sqs.delete", "sqs.deleteBatch") &&
      isDeletedBefore(sighting) &&
      refusalOf(sighting) === "ReceiptHandleIsInvalid",
  },
  {
    id: "sqs-visibility-range",
    what: "LocalStack accepts a new visibility timeout that is out of range",
    right: "Fanfare",
    source: api("ChangeMessageVisibility"),
    parts: true,
    matches: (sighting) =>
      isKind(sighting.step, "sqs.visibility", "sqs.visibilityBatch") &&
      (sighting.step.timeout < 0 || sighting.step.timeout > 43_200) &&
      isRefusedByFanfareOnly(sighting),
  },
  {
    id: "sqs-visibility-old-handle",
    what: "LocalStack returns success for a new visibility timeout of a FIFO queue's message that is not in flight, or through an old receipt handle",
    right: "Fanfare",
    source: api("ChangeMessageVisibility"),
    parts: true,
    matches: (sighting) =>
      isKind(sighting.step, "sqs.visibility", "sqs.visibilityBatch") &&
      sighting.step.queue.endsWith(".fifo") &&
      isRefusedByFanfareOnly(sighting) &&
      ["MessageNotInflight", "InvalidParameterValue"].includes(refusalOf(sighting) ?? ""),
  },
  {
    id: "sqs-visibility-after-timeout",
    what: "a new visibility timeout hides a standard queue's message that is visible again; LocalStack returns success and leaves it visible",
    right: "Fanfare",
    source: api("ChangeMessageVisibility"),
    parts: true,
    matches: ({ step, index, path }) =>
      isKind(step, "sqs.visibility", "sqs.visibilityBatch") &&
      !step.queue.endsWith(".fifo") &&
      step.timeout > 0 &&
      index === 1 &&
      path === ".ok[]",
  },
  {
    id: "sqs-visibility-of-moved",
    what: "for a message that has moved to the dead-letter queue, Fanfare refuses a new visibility timeout through the queue's handle; LocalStack returns success",
    right: "not documented",
    source: api("ChangeMessageVisibility"),
    parts: true,
    matches: (sighting) =>
      isKind(sighting.step, "sqs.visibility", "sqs.visibilityBatch") &&
      !sighting.step.queue.endsWith(".fifo") &&
      isRefusedByFanfareOnly(sighting) &&
      refusalOf(sighting) === "InvalidParameterValue" &&
      hasRedrivePolicy(sighting),
  },
  {
    id: "sqs-delete-old-handle-fifo",
    what: "LocalStack deletes from a FIFO queue through an old receipt handle, or one whose message is visible again",
    right: "Fanfare",
    source: HANDLES,
    parts: true,
    matches: (sighting) =>
      isKind(sighting.step, "sqs.delete", "sqs.deleteBatch") &&
      sighting.step.queue.endsWith(".fifo") &&
      isRefusedByFanfareOnly(sighting) &&
      refusalOf(sighting) === "InvalidParameterValue",
  },
  {
    id: "sqs-delete-old-handle",
    what: "through an old receipt handle LocalStack deletes from a standard queue, Fanfare does not; both return success",
    right: "either",
    source: api("DeleteMessage"),
    parts: true,
    matches: ({ step, ours, theirs, index, earlier }) =>
      index === 1 &&
      totalOf(theirs) < totalOf(ours) &&
      isKind(step, "sqs.delete", "sqs.deleteBatch") &&
      !step.queue.endsWith(".fifo") &&
      (step.kind === "sqs.delete" ? [step.pick] : step.picks).some((pick) => pick > 0) &&
      earlier.filter((other) => other.kind === "sqs.receive" && other.queue === step.queue).length > 1,
  },
  {
    id: "sqs-sender-of-notification",
    what: "the SenderId of what a topic delivers: sns.amazonaws.com or the account",
    right: "not documented",
    source: api("ReceiveMessage"),
    parts: false,
    matches: ({ step, path, earlier }) =>
      isKind(step, "sqs.receive") && path.endsWith(".SenderId") && earlier.some(({ kind }) => kind === "sns.subscribe"),
  },
];

/** Whether the step's queue has had a redrive policy. */
function hasRedrivePolicy({ step, earlier }: Sighting): boolean {
  return (
    "queue" in step &&
    earlier.some(
      (other) =>
        isKind(other, "sqs.createQueue", "sqs.setAttributes") &&
        other.queue === step.queue &&
        "RedrivePolicy" in other.attributes,
    )
  );
}
