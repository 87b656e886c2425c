import { errorOf } from "../answer.ts";
import type { Publication } from "../sns/operation.ts";
import {
  faultsOf,
  holdsMore,
  isKind,
  isRefusedByBoth,
  isRefusedByFanfareOnly,
  type KnownDifference,
  publicationOf,
  publicationsOf,
} from "./sighting.ts";

const api = (page: string) => `https://docs.aws.amazon.com/sns/latest/api/API_${page}.html`;
const guide = (page: string) => `https://docs.aws.amazon.com/sns/latest/dg/${page}.html`;

/** Messages that LocalStack accepts although a topic must refuse them, by what is wrong with them. */
function takenThere(
  id: string,
  fault: string,
  what: string,
  source: string,
  right: KnownDifference["right"] = "Fanfare",
): KnownDifference {
  return {
    id,
    what: `LocalStack accepts ${what}`,
    right,
    source,
    parts: true,
    matches: (sighting) => publicationOf(sighting)?.fault === fault && isRefusedByFanfareOnly(sighting),
  };
}

/** A filter policy in force that LocalStack reads in another way, and messages that show it. */
function filteredThere(
  id: string,
  policy: RegExp,
  message: (publication: Publication) => boolean,
  what: string,
  source: string,
  /** Whether LocalStack delivers too much: that can show later, as it delivers after its answer. */
  isLate: boolean,
): KnownDifference {
  return {
    id,
    what,
    right: "Fanfare",
    source,
    parts: true,
    matches: ({ step, ours, theirs, index, earlier }) =>
      (step.kind.startsWith("sns.publish")
        ? index === 1 && (isLate ? holdsMore(theirs, ours) : holdsMore(ours, theirs))
        : isLate && isKind(step, "sqs.receive")) &&
      [step, ...(isLate ? earlier : [])].flatMap(publicationsOf).some(message) &&
      earlier.some(
        (other) =>
          (other.kind === "sns.subscribe" && policy.test(other.attributes.FilterPolicy ?? "")) ||
          (other.kind === "sns.setSubscriptionAttributes" && other.name === "FilterPolicy" && policy.test(other.value)),
      ),
  };
}

/** What has been judged of messages to topics. */
export const SNS_DIFFERENCES: readonly KnownDifference[] = [
  takenThere("sns-subject-lines", "subject-lines", "line breaks in a subject", api("Publish")),
  takenThere("sns-subject-long", "subject-long", "a subject of 101 characters", api("Publish")),
  takenThere(
    "sns-subject-empty",
    "subject-empty",
    "an empty subject in a batch",
    api("PublishBatchRequestEntry"),
    "not documented",
  ),
  takenThere("sns-message-empty", "message-empty", "an empty message in a batch", guide("sns-message-attributes")),
  takenThere("sns-structure", "structure-unknown", "a MessageStructure that is not json", api("Publish")),
  takenThere(
    "sns-attribute-number",
    "attribute-number",
    "a Number attribute whose value is not a number",
    guide("sns-message-attributes"),
  ),
  takenThere(
    "sns-attribute-reserved",
    "attribute-reserved",
    "attribute names that begin with AWS.",
    guide("sns-message-attributes"),
  ),
  takenThere("sns-group-characters", "group-space", "a space in a message group id", api("Publish")),
  takenThere("sns-deduplication-characters", "deduplication-space", "a space in a deduplication id", api("Publish")),
  takenThere(
    "sns-batch-deduplication",
    "deduplication-standard",
    "a deduplication id in a batch for a standard topic, which it refuses in Publish",
    api("PublishBatchRequestEntry"),
    "not documented",
  ),
  {
    id: "sns-batch-ids",
    what: "LocalStack accepts entry ids with spaces in PublishBatch",
    right: "Fanfare",
    source: api("PublishBatch"),
    parts: true,
    matches: (sighting) =>
      isKind(sighting.step, "sns.publishBatch") && sighting.step.ids === "invalid" && isRefusedByFanfareOnly(sighting),
  },
  {
    id: "sns-empty-batch",
    what: "an empty batch causes an internal error in LocalStack",
    right: "Fanfare",
    source: api("PublishBatch"),
    parts: false,
    matches: ({ step, theirs }) =>
      isKind(step, "sns.publishBatch") &&
      step.publications.length === 0 &&
      errorOf(theirs) === "InternalErrorException",
  },
  {
    id: "sns-subscription-of-deleted-topic",
    what: "when a topic is deleted, LocalStack removes its subscriptions at once; Fanfare still shows them, and changes their attributes",
    right: "not documented",
    source: api("DeleteTopic"),
    parts: false,
    matches: ({ step, theirs, earlier }) =>
      isKind(step, "sns.getSubscriptionAttributes", "sns.setSubscriptionAttributes") &&
      errorOf(theirs) === "NotFoundException" &&
      earlier.some(({ kind }) => kind === "sns.deleteTopic"),
  },
  {
    id: "sns-order-of-errors",
    what: "which of two errors is returned for a request that is wrong in itself and for a topic that does not exist, or wrong in two respects",
    right: "not documented",
    source: api("PublishBatch"),
    parts: false,
    matches: (sighting) => {
      const { step } = sighting;
      if (!isKind(step, "sns.publish", "sns.publishBatch") || !isRefusedByBoth(sighting)) {
        return false;
      }
      const isAbsent = errorOf(sighting.ours) === "NotFoundException";
      const wrong = [
        ...faultsOf(step),
        ...(step.kind === "sns.publishBatch" && (step.ids !== "distinct" || step.publications.length > 10)
          ? ["ids"]
          : []),
        ...(step.topic.endsWith(".fifo") &&
        publicationsOf(step).some(({ deduplication }) => deduplication === undefined)
          ? ["no deduplication id"]
          : []),
        ...(isAbsent ? ["absent"] : []),
      ];
      return wrong.length > 1;
    },
  },
  {
    id: "sns-duplicate-id",
    what: "for a duplicate on a FIFO topic Fanfare returns the id of the first message, LocalStack a new id",
    right: "not documented",
    source: guide("fifo-message-dedup"),
    parts: true,
    matches: ({ step, path, index, earlier }) =>
      index === 0 &&
      isKind(step, "sns.publish", "sns.publishBatch") &&
      step.topic.endsWith(".fifo") &&
      path.endsWith(".MessageId") &&
      [...earlier, step].flatMap(publicationsOf).length > 1,
  },
  filteredThere(
    "sns-filter-number",
    /"total":\[100\]/,
    isHundred,
    "LocalStack compares a number in a filter policy with the string of a Number attribute, so that it never matches",
    guide("sns-subscription-filter-policies"),
    false,
  ),
  filteredThere(
    "sns-filter-number-but",
    /"total":\[.*\{"anything-but":\[100\]\}/,
    isHundred,
    "for the same reason, anything-but a number excludes no message in LocalStack",
    guide("numeric-value-matching"),
    true,
  ),
  filteredThere(
    "sns-filter-numeric-text",
    /"total":\[.*\{"numeric"/,
    ({ attributes }) => attributes?.total?.DataType === "String",
    "LocalStack applies numeric matching to attributes of type String",
    guide("numeric-value-matching"),
    true,
  ),
  filteredThere(
    "sns-filter-exists-false",
    /"exists":false/,
    ({ attributes }) => attributes === undefined,
    "LocalStack delivers a message without any attribute where a filter policy says exists false",
    guide("attribute-key-matching"),
    true,
  ),
  {
    id: "sns-structure-deduplication",
    what: "what content-based deduplication hashes of a message whose structure is json: Fanfare hashes all of it, LocalStack does not",
    right: "not documented",
    source: guide("fifo-message-dedup"),
    parts: true,
    matches: ({ step, path, earlier }) =>
      isKind(step, "sqs.receive") &&
      path.endsWith(".MessageDeduplicationId") &&
      earlier
        .flatMap(publicationsOf)
        .some(({ structure, deduplication }) => structure === "json" && deduplication === undefined),
  },
];

/** Whether a message has the number that filter policies name as such. */
function isHundred({ attributes }: Publication): boolean {
  return attributes?.total?.DataType === "Number" && Number(attributes.total.StringValue) === 100;
}
