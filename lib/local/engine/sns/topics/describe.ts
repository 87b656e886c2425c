import { archiveBegin } from "../archive/index.ts";
import { findTopic } from "../lookup.ts";
import type { SnsHandler } from "../operations.ts";
import type { Topic } from "../state.ts";
import { policyText } from "../topic-policy.ts";
import { effectiveDeliveryPolicy, shownDeliveryPolicy } from "./delivery-policy.ts";

/**
 * The attributes of a topic: those that were set, and those that SNS returns of every topic. What nobody set is absent (API
 * Reference, "GetTopicAttributes"; measured on AWS).
 */
export const getTopicAttributes: SnsHandler<"GetTopicAttributes"> = (state, context, input) => {
  const topic = findTopic(state, context, input.TopicArn, "GetTopicAttributes");
  const subscriptions = [...topic.subscriptions.values()];
  const pending = subscriptions.filter(({ isPending }) => isPending).length;
  const begin = archiveBegin(topic, state.environment.now());
  return {
    Attributes: {
      DisplayName: "",
      ...(topic.isFifo ? { ContentBasedDeduplication: "false" } : {}),
      ...settings(topic),
      Policy: policyText(topic),
      Owner: topic.accountId,
      TopicArn: topic.arn,
      EffectiveDeliveryPolicy: effectiveDeliveryPolicy(topic.attributes.get("DeliveryPolicy")),
      SubscriptionsConfirmed: String(subscriptions.length - pending),
      SubscriptionsPending: String(pending),
      SubscriptionsDeleted: String(topic.deletedSubscriptions),
      ...(begin === undefined ? {} : { BeginningArchiveTime: new Date(begin).toISOString() }),
    },
  };
};

/** What was set. `DataProtectionPolicy` has a call of its own, and a standard topic shows no `FifoTopic`. */
function settings(topic: Topic): Record<string, string> {
  const shown = [...topic.attributes].filter(
    ([name]) => name !== "DataProtectionPolicy" && (name !== "FifoTopic" || topic.isFifo),
  );
  return Object.fromEntries(
    shown.map(([name, value]) => [name, name === "DeliveryPolicy" ? shownDeliveryPolicy(value) : value]),
  );
}
