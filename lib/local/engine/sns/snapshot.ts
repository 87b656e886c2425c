import { checkSnapshotVersion } from "../kernel/index.ts";
import type { Message, MessageAttribute, Publication } from "./publication.ts";
import type { PublishedMessage, SnsState, Subscription, Topic, UndeliveredMessage } from "./state.ts";

const VERSION = 2;

type Entries<Value> = readonly (readonly [string, Value])[];

interface SubscriptionSnapshot extends Omit<Subscription, "attributes"> {
  readonly attributes: Entries<string>;
}

/** An attribute as JSON can hold it. */
type AttributeSnapshot = Omit<MessageAttribute, "BinaryValue"> & { readonly base64?: string };

interface PublicationSnapshot extends Omit<Publication, "message"> {
  readonly message: Omit<Message, "variants" | "attributes"> & {
    readonly variants: Entries<string> | undefined;
    readonly attributes: Entries<AttributeSnapshot>;
  };
}

interface TopicSnapshot extends Omit<Topic, "attributes" | "tags" | "subscriptions" | "published" | "archive"> {
  readonly attributes: Entries<string>;
  readonly tags: Entries<string>;
  readonly subscriptions: readonly SubscriptionSnapshot[];
  readonly published: Entries<PublishedMessage>;
  readonly archive: readonly PublicationSnapshot[];
}

/** The whole state of the SNS engine as plain JSON. */
export interface SnsSnapshot {
  readonly version: typeof VERSION;
  readonly topics: readonly TopicSnapshot[];
  /** Topics that were deleted, for the subscriptions that are still there. */
  readonly deletedTopics: readonly TopicSnapshot[];
  readonly undelivered: readonly UndeliveredMessage[];
  readonly undeliveredCount: number;
}

/** @returns a copy that later changes of the state do not touch */
export function takeSnapshot(state: SnsState): SnsSnapshot {
  const deleted = new Map<Topic, Subscription[]>();
  for (const { topic, subscription } of state.orphans.values()) {
    deleted.set(topic, [...(deleted.get(topic) ?? []), subscription]);
  }
  return {
    version: VERSION,
    topics: [...state.topics.values()].map((topic) => snapshotOf(topic, topic.subscriptions.values())),
    deletedTopics: [...deleted].map(([topic, subscriptions]) => snapshotOf(topic, subscriptions)),
    undelivered: [...state.undelivered],
    undeliveredCount: state.undeliveredCount,
  };
}

/** Replaces the whole state. The snapshot may be used again. */
export function restoreSnapshot(state: SnsState, snapshot: SnsSnapshot): void {
  checkSnapshotVersion("SNS", snapshot.version, VERSION);
  state.topics.clear();
  state.orphans.clear();
  for (const stored of snapshot.topics) {
    state.topics.set(stored.arn, topicFrom(stored));
  }
  for (const stored of snapshot.deletedTopics) {
    const topic = topicFrom(stored);
    for (const subscription of topic.subscriptions.values()) {
      state.orphans.set(subscription.arn, { topic, subscription });
    }
  }
  state.undelivered = [...snapshot.undelivered];
  state.undeliveredCount = snapshot.undeliveredCount;
}

function snapshotOf(topic: Topic, subscriptions: Iterable<Subscription>): TopicSnapshot {
  return {
    ...topic,
    attributes: [...topic.attributes],
    tags: [...topic.tags],
    subscriptions: [...subscriptions].map((subscription) => ({
      ...subscription,
      attributes: [...subscription.attributes],
    })),
    published: [...topic.published],
    archive: topic.archive.map(({ message, ...publication }) => ({
      ...publication,
      message: {
        ...message,
        variants: message.variants === undefined ? undefined : [...message.variants],
        attributes: Object.entries(message.attributes).map(([name, attribute]) => [name, encode(attribute)] as const),
      },
    })),
  };
}

function topicFrom(stored: TopicSnapshot): Topic {
  const subscriptions = stored.subscriptions.map((subscription): [string, Subscription] => [
    subscription.arn,
    { ...subscription, attributes: new Map(subscription.attributes) },
  ]);
  return {
    ...stored,
    attributes: new Map(stored.attributes),
    tags: new Map(stored.tags),
    subscriptions: new Map(subscriptions),
    published: new Map(stored.published),
    archive: stored.archive.map(({ message, ...publication }) => ({
      ...publication,
      message: {
        ...message,
        variants: message.variants === undefined ? undefined : new Map(message.variants),
        attributes: Object.fromEntries(message.attributes.map(([name, attribute]) => [name, decode(attribute)])),
      },
    })),
  };
}

function encode({ BinaryValue, ...rest }: MessageAttribute): AttributeSnapshot {
  return BinaryValue === undefined ? rest : { ...rest, base64: Buffer.from(BinaryValue).toString("base64") };
}

function decode({ base64, ...rest }: AttributeSnapshot): MessageAttribute {
  return base64 === undefined ? rest : { ...rest, BinaryValue: new Uint8Array(Buffer.from(base64, "base64")) };
}
