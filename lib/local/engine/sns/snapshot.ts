import { checkSnapshotVersion } from "../kernel/index.ts";
import type { PublishedMessage, SnsState, Subscription, Topic, UndeliveredMessage } from "./state.ts";

const VERSION = 1;

interface SubscriptionSnapshot extends Omit<Subscription, "protocol" | "attributes"> {
  readonly attributes: Readonly<Record<string, string>>;
}

interface TopicSnapshot extends Omit<Topic, "attributes" | "tags" | "subscriptions" | "published"> {
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: readonly (readonly [string, string])[];
  readonly subscriptions: readonly SubscriptionSnapshot[];
  readonly published: readonly (readonly [string, PublishedMessage])[];
}

/** The whole state of the SNS engine as plain JSON. */
export interface SnsSnapshot {
  readonly version: typeof VERSION;
  readonly topics: readonly TopicSnapshot[];
  readonly undelivered: readonly UndeliveredMessage[];
  readonly undeliveredCount: number;
}

/** @returns a copy that later changes of the state do not touch */
export function takeSnapshot(state: SnsState): SnsSnapshot {
  return {
    version: VERSION,
    topics: [...state.topics.values()].map((topic) => ({
      ...topic,
      attributes: Object.fromEntries(topic.attributes),
      tags: [...topic.tags],
      subscriptions: [...topic.subscriptions.values()].map(({ protocol: _protocol, attributes, ...subscription }) => ({
        ...subscription,
        attributes: Object.fromEntries(attributes),
      })),
      published: [...topic.published],
    })),
    undelivered: [...state.undelivered],
    undeliveredCount: state.undeliveredCount,
  };
}

/** Replaces the whole state. The snapshot may be used again. */
export function restoreSnapshot(state: SnsState, snapshot: SnsSnapshot): void {
  checkSnapshotVersion("SNS", snapshot.version, VERSION);
  state.topics.clear();
  for (const stored of snapshot.topics) {
    const subscriptions = stored.subscriptions.map((subscription): [string, Subscription] => [
      subscription.arn,
      { ...subscription, protocol: "sqs", attributes: new Map(Object.entries(subscription.attributes)) },
    ]);
    state.topics.set(stored.arn, {
      ...stored,
      attributes: new Map(Object.entries(stored.attributes)),
      tags: new Map(stored.tags),
      subscriptions: new Map(subscriptions),
      published: new Map(stored.published),
    });
  }
  state.undelivered = [...snapshot.undelivered];
  state.undeliveredCount = snapshot.undeliveredCount;
}
