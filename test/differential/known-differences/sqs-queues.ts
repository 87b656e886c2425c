import { errorOf } from "../answer.ts";
import type { Operation } from "../sequence.ts";
import { faultOfAttributes } from "../sqs/faults.ts";
import {
  holdsMore,
  isKind,
  isRefusedByBoth,
  isRefusedByFanfareOnly,
  type KnownDifference,
  type Sighting,
  totalOf,
} from "./sighting.ts";

const api = (page: string) => `https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_${page}.html`;
const guide = (page: string) =>
  `https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/${page}.html`;

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

/** What has been judged of queues, their attributes and dead-letter queues. */
export const SQS_QUEUE_DIFFERENCES: readonly KnownDifference[] = [
  {
    id: "sqs-attribute-values",
    what: "LocalStack does not check values of queue attributes: ranges, numbers, JSON, whether the dead-letter queue exists",
    right: "Fanfare",
    source: api("SetQueueAttributes"),
    parts: true,
    matches: (sighting) => {
      const { step } = sighting;
      if (!isKind(step, "sqs.setAttributes", "sqs.createQueue") || !isRefusedByFanfareOnly(sighting)) {
        return false;
      }
      const fault = faultOf(step.attributes, sighting.earlier);
      return UNCHECKED.has(fault) || (step.kind === "sqs.createQueue" && UNCHECKED_AT_CREATION.has(fault));
    },
  },
  {
    id: "sqs-create-existing",
    what: "CreateQueue for a queue that exists, with a wrong attribute: Fanfare's error names the attribute, LocalStack's says that the queue exists",
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
    id: "sqs-create-existing-fifo",
    what: "CreateQueue for a FIFO queue that exists, without FifoQueue: Fanfare refuses the name, LocalStack returns the queue",
    right: "not documented",
    source: api("CreateQueue"),
    parts: false,
    matches: (sighting) =>
      isKind(sighting.step, "sqs.createQueue") &&
      sighting.step.queue.endsWith(".fifo") &&
      !("FifoQueue" in sighting.step.attributes) &&
      isRefusedByFanfareOnly(sighting) &&
      isMade(sighting),
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
    what: "a RedrivePolicy that is not JSON causes an internal error in LocalStack",
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
    id: "sqs-sources-of-all",
    what: "ListDeadLetterSourceQueues causes an internal error in LocalStack while any queue, here one of another sequence, has a RedrivePolicy that is not JSON",
    right: "Fanfare",
    source: api("ListDeadLetterSourceQueues"),
    parts: false,
    matches: ({ step, ours, theirs }) =>
      isKind(step, "sqs.listSources") && errorOf(ours) === undefined && errorOf(theirs) === "InternalError",
  },
  {
    id: "sqs-redrive-self",
    what: "Fanfare refuses a queue as its own dead-letter queue, LocalStack accepts it",
    right: "not documented",
    source: api("SetQueueAttributes"),
    parts: true,
    matches: ({ step, ours }) =>
      isKind(step, "sqs.setAttributes", "sqs.createQueue") &&
      step.attributes.RedrivePolicy?.includes(`@${step.queue}@`) === true &&
      errorOf(ours) === "InvalidParameterValue",
  },
  {
    id: "sqs-throughput-limit",
    what: "LocalStack lets DeduplicationScope be queue while FifoThroughputLimit stays perMessageGroupId",
    right: "Fanfare",
    source: api("SetQueueAttributes"),
    parts: true,
    matches: (sighting) =>
      isKind(sighting.step, "sqs.setAttributes") &&
      faultOfAttributes(sighting.step.attributes) === "deduplication-scope" &&
      JSON.stringify(sighting.earlier).includes('"FifoThroughputLimit":"perMessageGroupId"') &&
      isRefusedByFanfareOnly(sighting),
  },
  {
    id: "sqs-redrive-count",
    what: "a maxReceiveCount that was set as a string: LocalStack returns a string, Fanfare a number",
    right: "Fanfare",
    source: "https://docs.aws.amazon.com/cli/latest/reference/sqs/get-queue-attributes.html",
    parts: false,
    matches: ({ step, path }) =>
      isKind(step, "sqs.getAttributes", "sqs.setAttributes") && path === ".ok.Attributes.RedrivePolicy.maxReceiveCount",
  },
  {
    id: "sqs-redrive-duplicate",
    what: "LocalStack drops a message that moves to a dead-letter queue which has taken another one with its deduplication id",
    right: "not documented",
    source: guide("sqs-dead-letter-queues"),
    parts: true,
    matches: ({ step, ours, theirs, index }) =>
      index === 2 && isKind(step, "sqs.receive") && step.queue.endsWith(".fifo") && totalOf(theirs) < totalOf(ours),
  },
  {
    id: "sqs-redrive-delay",
    what: "a message that moves to a dead-letter queue with DelaySeconds is delayed by LocalStack and not by Fanfare",
    right: "not documented",
    source: guide("sqs-delay-queues"),
    parts: true,
    matches: ({ step, ours, theirs, index, earlier }) =>
      index === 2 &&
      isKind(step, "sqs.receive") &&
      totalOf(theirs) === totalOf(ours) &&
      holdsMore(ours, theirs) &&
      JSON.stringify(earlier).includes('"DelaySeconds":"9'),
  },
  {
    id: "sqs-dead-letter-queue-gone",
    what: "when its dead-letter queue was deleted, Fanfare leaves a message in its queue, LocalStack returns QueueDoesNotExist",
    right: "not documented",
    source: guide("sqs-dead-letter-queues"),
    parts: true,
    matches: ({ step, ours, theirs, earlier }) =>
      isKind(step, "sqs.receive") &&
      errorOf(ours) === undefined &&
      errorOf(theirs) === "QueueDoesNotExist" &&
      earlier.some((other) => other.kind === "sqs.deleteQueue" && other.queue !== step.queue),
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
    what: "LocalStack accepts a label with a space in AddPermission",
    right: "Fanfare",
    source: api("AddPermission"),
    parts: true,
    matches: (sighting) =>
      isKind(sighting.step, "sqs.addPermission") &&
      sighting.step.label === "bad label" &&
      isRefusedByFanfareOnly(sighting),
  },
];

/** What is wrong with the attributes of a queue, by themselves or because their dead-letter queue was deleted. */
function faultOf(attributes: Readonly<Record<string, string>>, earlier: readonly Operation[]): string | undefined {
  const target = /@([\w.-]+)@/.exec(attributes.RedrivePolicy ?? "")?.[1];
  const isGone = earlier.some((other) => other.kind === "sqs.deleteQueue" && other.queue === target);
  return faultOfAttributes(attributes) ?? (isGone ? "redrive-absent" : undefined);
}

/** Whether the queue of a step was made before. */
function isMade({ step, earlier }: Sighting): boolean {
  return (
    step.kind === "sqs.createQueue" &&
    earlier.some((other) => other.kind === "sqs.createQueue" && other.queue === step.queue)
  );
}
