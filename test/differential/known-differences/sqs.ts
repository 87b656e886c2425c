import { type Answer, errorOf } from "../answer.ts";
import type { Operation } from "../sequence.ts";
import { faultOfAttributes } from "../sqs/faults.ts";
import { draftOf, isKind, isRefusedByBoth, isRefusedByFanfareOnly, type KnownDifference } from "./sighting.ts";

const api = (page: string) => `https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_${page}.html`;
const guide = (page: string) =>
  `https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/${page}.html`;
const HANDLES = "https://repost.aws/knowledge-center/sqs-receipt-handle-error";

/** Messages that LocalStack takes although a queue must refuse them, by what is wrong with them. */
function takenThere(id: string, fault: string, what: string, source: string): KnownDifference {
  return {
    id,
    what: `LocalStack takes ${what}`,
    right: "Fanfare",
    source,
    parts: true,
    matches: (sighting) => draftOf(sighting)?.fault === fault && isRefusedByFanfareOnly(sighting),
  };
}

/** Attributes of queues that LocalStack does not check. */
const UNCHECKED: ReadonlySet<string | undefined> = new Set([
  "visibility-range",
  "visibility-negative",
  "visibility-text",
  "delay-range",
  "size-range",
  "retention-range",
  "wait-range",
  "policy-json",
  "redrive-absent",
  "read-only",
]);

/** What LocalStack checks when a redrive policy is set, but not when a queue is created with it. */
const UNCHECKED_AT_CREATION: ReadonlySet<string | undefined> = new Set([
  "redrive-json",
  "redrive-no-count",
  "redrive-count-zero",
  "redrive-count-range",
]);

/** What has been judged of SQS. */
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
    "a message attribute of type Number whose value is no number",
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
    matches: ({ step, path, index }) =>
      index === 0 &&
      isKind(step, "sqs.sendBatch", "sqs.deleteBatch", "sqs.visibilityBatch") &&
      path.endsWith(".failed.Code"),
  },
  {
    id: "sqs-sender-fault",
    what: "LocalStack says SenderFault false for a wrong receipt handle or body in a batch",
    right: "Fanfare",
    source: api("BatchResultErrorEntry"),
    parts: false,
    matches: ({ step, path, index }) =>
      index === 0 &&
      isKind(step, "sqs.sendBatch", "sqs.deleteBatch", "sqs.visibilityBatch") &&
      path.endsWith(".failed.SenderFault"),
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
    what: "with DeduplicationScope messageGroup LocalStack remembers an id for one group only, the last",
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
    id: "sqs-attribute-values",
    what: "LocalStack does not check values of queue attributes: ranges, numbers, JSON, whether the dead-letter queue exists",
    right: "Fanfare",
    source: api("SetQueueAttributes"),
    parts: true,
    matches: (sighting) => {
      const { step } = sighting;
      if (!isKind(step, "sqs.setAttributes", "sqs.createQueue") || !isRefusedByFanfareOnly(sighting)) return false;
      const fault = faultOf(step.attributes, sighting.earlier);
      return UNCHECKED.has(fault) || (step.kind === "sqs.createQueue" && UNCHECKED_AT_CREATION.has(fault));
    },
  },
  {
    id: "sqs-create-existing",
    what: "CreateQueue for a queue that exists, with a wrong attribute: Fanfare says what is wrong, LocalStack that it exists",
    right: "not documented",
    source: api("CreateQueue"),
    parts: false,
    matches: ({ step, theirs, ours, earlier }) =>
      isKind(step, "sqs.createQueue") &&
      faultOf(step.attributes, earlier) !== undefined &&
      errorOf(ours)?.startsWith("Invalid") === true &&
      errorOf(theirs) === "QueueNameExists",
  },
  {
    id: "sqs-fifo-false",
    what: "the error for FifoQueue false: InvalidAttributeName, or InvalidParameterValue",
    right: "not documented",
    source: api("CreateQueue"),
    parts: false,
    matches: (sighting) =>
      isKind(sighting.step, "sqs.createQueue") &&
      faultOfAttributes(sighting.step.attributes) === "fifo-false" &&
      isRefusedByBoth(sighting),
  },
  {
    id: "sqs-redrive-json",
    what: "a RedrivePolicy that is no JSON is an internal error of LocalStack",
    right: "Fanfare",
    source: api("SetQueueAttributes"),
    parts: false,
    matches: ({ step, theirs, index }) =>
      index === 0 &&
      isKind(step, "sqs.setAttributes") &&
      faultOfAttributes(step.attributes) === "redrive-json" &&
      errorOf(theirs) === "InternalError",
  },
  {
    id: "sqs-refused-but-set",
    what: "LocalStack refuses a wrong RedrivePolicy, but sets it",
    right: "Fanfare",
    source: api("SetQueueAttributes"),
    parts: true,
    matches: ({ step, path, index }) =>
      index === 1 &&
      isKind(step, "sqs.setAttributes") &&
      UNCHECKED_AT_CREATION.has(faultOfAttributes(step.attributes)) &&
      path.startsWith(".ok.Attributes"),
  },
  {
    id: "sqs-redrive-self",
    what: "Fanfare refuses a queue as its own dead-letter queue, LocalStack takes it",
    right: "not documented",
    source: api("SetQueueAttributes"),
    parts: true,
    matches: ({ step, ours }) =>
      isKind(step, "sqs.setAttributes", "sqs.createQueue") &&
      step.attributes.RedrivePolicy?.includes(`@${step.queue}@`) === true &&
      errorOf(ours) === "InvalidParameterValue",
  },
  {
    id: "sqs-redrive-count",
    what: "a maxReceiveCount that was set as a text: LocalStack answers a text, Fanfare a number",
    right: "Fanfare",
    source: "https://docs.aws.amazon.com/cli/latest/reference/sqs/get-queue-attributes.html",
    parts: false,
    matches: ({ step, path }) =>
      isKind(step, "sqs.getAttributes", "sqs.setAttributes") && path === ".ok.Attributes.RedrivePolicy.maxReceiveCount",
  },
  {
    id: "sqs-receive-range",
    what: "LocalStack takes a VisibilityTimeout or MaxNumberOfMessages that is out of range in ReceiveMessage",
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
    what: "LocalStack hands out messages of a FIFO group again while others of the group are in flight, once one was made visible",
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
    what: "which of two errors a batch gets that is wrong in two respects",
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
    id: "sqs-visibility-range",
    what: "LocalStack takes a new visibility timeout that is out of range",
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
    what: "LocalStack answers success to a new visibility timeout of a message that is not in flight, or through an old receipt handle",
    right: "Fanfare",
    source: api("ChangeMessageVisibility"),
    parts: true,
    matches: (sighting) =>
      isKind(sighting.step, "sqs.visibility", "sqs.visibilityBatch") && isRefusedByFanfareOnly(sighting),
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
      isRefusedByFanfareOnly(sighting),
  },
  {
    id: "sqs-delete-old-handle",
    what: "through an old receipt handle LocalStack deletes from a standard queue, Fanfare does not; both answer success",
    right: "either",
    source: api("DeleteMessage"),
    parts: true,
    matches: ({ step, index, earlier }) =>
      index === 1 &&
      isKind(step, "sqs.delete", "sqs.deleteBatch") &&
      !step.queue.endsWith(".fifo") &&
      (step.kind === "sqs.delete" ? [step.pick] : step.picks).some((pick) => pick > 0) &&
      earlier.filter((other) => other.kind === "sqs.receive" && other.queue === step.queue).length > 1,
  },
  {
    id: "sqs-purge-again",
    what: "LocalStack purges a queue again within 60 seconds",
    right: "Fanfare",
    source: api("PurgeQueue"),
    parts: true,
    matches: (sighting) =>
      isKind(sighting.step, "sqs.purge") &&
      isRefusedByFanfareOnly(sighting) &&
      errorOf(sighting.ours) === "PurgeQueueInProgress",
  },
  {
    id: "sqs-label",
    what: "LocalStack takes a label with a space in AddPermission",
    right: "Fanfare",
    source: api("AddPermission"),
    parts: true,
    matches: (sighting) =>
      isKind(sighting.step, "sqs.addPermission") &&
      sighting.step.label === "bad label" &&
      isRefusedByFanfareOnly(sighting),
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

/** How many messages a receive has returned. */
function lengthOf(answer: Answer): number {
  return "ok" in answer && Array.isArray(answer.ok) ? answer.ok.length : 0;
}

/** What is wrong with the attributes of a queue, by themselves or because their dead-letter queue was deleted. */
function faultOf(attributes: Readonly<Record<string, string>>, earlier: readonly Operation[]): string | undefined {
  const target = /@([\w.-]+)@/.exec(attributes.RedrivePolicy ?? "")?.[1];
  const isGone = earlier.some((other) => other.kind === "sqs.deleteQueue" && other.queue === target);
  return faultOfAttributes(attributes) ?? (isGone ? "redrive-absent" : undefined);
}
