import { type PublishedMessage, SnsState, type Topic, type UndeliveredMessage } from "./state.ts";

const VERSION = 1;

interface SubscriptionSnapshot {
  readonly arn: string;
  readonly topicArn: string;
  readonly ownerAccountId: string;
  readonly endpoint: string;
  readonly attributes: Readonly<Record<string, string>>;
}

interface TopicSnapshot {
  readonly arn: string;
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly isFifo: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: readonly (readonly [string, string])[];
  readonly subscriptions: readonly SubscriptionSnapshot[];
  readonly published: readonly (readonly [string, PublishedMessage])[];
  readonly sequence: number;
  readonly deletedSubscriptions: number;
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
      subscriptions: [...topic.subscriptions.values()].map(
        ({ arn, topicArn, ownerAccountId, endpoint, attributes }) => ({
          arn,
          topicArn,
          ownerAccountId,
          endpoint,
          attributes: Object.fromEntries(attributes),
        }),
      ),
      published: [...topic.published],
    })),
    undelivered: [...state.undelivered],
    undeliveredCount: state.undeliveredCount,
  };
}

/** The state that a snapshot describes. */
export function fromSnapshot(snapshot: SnsSnapshot): SnsState {
  if (snapshot.version !== VERSION) {
    throw new Error(
      `The snapshot of SNS has version ${String(snapshot.version)}, but this engine reads version ${VERSION}. Start without the stored state.`,
    );
  }
  const state = new SnsState();
  for (const recorded of snapshot.topics) {
    const topic: Topic = {
      ...recorded,
      attributes: new Map(Object.entries(recorded.attributes)),
      tags: new Map(recorded.tags),
      subscriptions: new Map(
        recorded.subscriptions.map((subscription) => [
          subscription.arn,
          { ...subscription, protocol: "sqs", attributes: new Map(Object.entries(subscription.attributes)) },
        ]),
      ),
      published: new Map(recorded.published),
    };
    state.topics.set(topic.arn, topic);
  }
  state.undelivered = [...snapshot.undelivered];
  state.undeliveredCount = snapshot.undeliveredCount;
  return state;
}
