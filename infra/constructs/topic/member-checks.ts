import { Annotations } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { refuseIf, SNS } from "../checks/index.ts";
import type { Subscriber } from "./subscriber.ts";

/** Ids of the topic's own children, which no subscriber can have. */
const OWN_IDS = [
  "Topic",
  "Payloads",
  "Idempotency",
  "Dashboard",
  "EventBridge",
  "FailedNotificationsAlarm",
  "LostNotificationsAlarm",
  "InvalidAttributesAlarm",
];

/** Checks the id of a new subscriber. */
export function checkMember(topic: Construct, members: readonly Subscriber[], id: string, scope: Construct): void {
  const isMember = members.some((subscriber) => subscriber.node.id === id);
  refuseIf(topic, isMember || OWN_IDS.includes(id) || scope.node.tryFindChild(id) !== undefined, {
    field: "id",
    message: `the id "${id}" is already used by another subscriber, by the topic itself, or in the scope`,
    remedy:
      "give each subscriber its own id; it is also part of the consumer's name, so that subscribers do not share idempotency records",
  });
}

/** Checks the number of subscriptions of a topic of large messages, before another one is added. */
export function checkSubscriptions(topic: Construct, members: readonly Subscriber[], maxMessageBytes: number): void {
  const most = SNS.subscriptionsOfLargeMessages;
  refuseIf(topic, maxMessageBytes > SNS.defaultMessageBytes && members.length >= most, {
    field: "maximumMessageSize",
    message: `maximumMessageSize is ${maxMessageBytes} bytes, but above ${SNS.defaultMessageBytes} bytes a topic may have at most ${most} subscriptions`,
    limit: `${most} subscriptions`,
    remedy: "leave maximumMessageSize out and set largePayloads, or split the topic",
  });
}

/** Warns once when a topic has more filter policies than the default quota. */
export function warnOfFilterQuota(topic: Construct, members: readonly Subscriber[]): void {
  if (members.filter(({ filterScope }) => filterScope !== undefined).length === SNS.filterPoliciesPerTopic + 1) {
    Annotations.of(topic).addWarningV2(
      "fanfare:filterPolicyQuota",
      `the topic has more than ${SNS.filterPoliciesPerTopic} filter policies: request a higher quota (SNS: filter policies per topic)`,
    );
  }
}
