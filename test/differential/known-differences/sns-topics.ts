import { errorOf } from "../answer.ts";
import { isKind, isRefusedByFanfareOnly, type KnownDifference } from "./sighting.ts";

const api = (page: string) => `https://docs.aws.amazon.com/sns/latest/api/API_${page}.html`;

/** What has been judged of topics and subscriptions. */
export const SNS_TOPIC_DIFFERENCES: readonly KnownDifference[] = [
  {
    id: "sns-filter-list",
    what: "LocalStack accepts a list as a filter policy",
    right: "Fanfare",
    source: api("SetSubscriptionAttributes"),
    parts: true,
    matches: (sighting) =>
      isRefusedByFanfareOnly(sighting) &&
      ((sighting.step.kind === "sns.subscribe" && sighting.step.attributes.FilterPolicy === "[]") ||
        (sighting.step.kind === "sns.setSubscriptionAttributes" && sighting.step.value === "[]")),
  },
  {
    id: "sns-filter-removed",
    what: "LocalStack returns a removed filter policy as {} with its scope, Fanfare omits both",
    right: "not documented",
    source: api("GetSubscriptionAttributes"),
    parts: false,
    matches: ({ step, path, earlier }) =>
      isKind(step, "sns.getSubscriptionAttributes") &&
      [".ok.FilterPolicy", ".ok.FilterPolicyScope"].includes(path) &&
      earlier.some((other) => other.kind === "sns.setSubscriptionAttributes" && other.value === "{}"),
  },
  {
    id: "sns-subscription-counts",
    what: "LocalStack counts no subscriptions in a topic's attributes",
    right: "Fanfare",
    source: api("GetTopicAttributes"),
    parts: false,
    matches: ({ step, path }) => isKind(step, "sns.getTopicAttributes") && path.startsWith(".ok.Subscriptions"),
  },
  {
    id: "sns-maximum-message-size",
    what: "LocalStack 4.8 is older than the attribute MaximumMessageSize of topics",
    right: "Fanfare",
    source: api("GetTopicAttributes"),
    parts: false,
    matches: ({ step, path }) => isKind(step, "sns.getTopicAttributes") && path === ".ok.MaximumMessageSize",
  },
  {
    id: "sns-throughput-scope",
    what: "LocalStack 4.8 omits FifoThroughputScope from a topic's attributes",
    right: "Fanfare",
    source: api("GetTopicAttributes"),
    parts: false,
    matches: ({ step, path }) => isKind(step, "sns.getTopicAttributes") && path === ".ok.FifoThroughputScope",
  },
  {
    id: "sns-tags-of-nothing",
    what: "for a topic that does not exist, LocalStack lists no tags, Fanfare returns an error",
    right: "Fanfare",
    source: api("ListTagsForResource"),
    parts: false,
    matches: (sighting) =>
      isKind(sighting.step, "sns.listTags") &&
      isRefusedByFanfareOnly(sighting) &&
      errorOf(sighting.ours) === "ResourceNotFoundException",
  },
  {
    id: "sns-unknown-attribute",
    what: "LocalStack accepts attributes that topics do not have",
    right: "Fanfare",
    source: api("SetTopicAttributes"),
    parts: true,
    matches: (sighting) =>
      isRefusedByFanfareOnly(sighting) &&
      ((sighting.step.kind === "sns.createTopic" && "Unknown" in sighting.step.attributes) ||
        (sighting.step.kind === "sns.setTopicAttributes" && sighting.step.name === "Unknown")),
  },
  {
    id: "sns-create-existing",
    what: "CreateTopic for a topic that exists, with other attributes: Fanfare refuses, LocalStack returns the topic",
    right: "not documented",
    source: api("CreateTopic"),
    parts: true,
    matches: (sighting) =>
      isKind(sighting.step, "sns.createTopic") &&
      "DisplayName" in sighting.step.attributes &&
      isRefusedByFanfareOnly(sighting),
  },
];
