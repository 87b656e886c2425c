import type { EngineEnvironment } from "../kernel/index.ts";
import type { DeliveryOutcome, ServiceDelivery } from "../sqs/index.ts";
import {
  type FilterableMessage,
  type FilterPolicy,
  type FilterPolicyScope,
  matchesFilterPolicy,
  parseFilterPolicy,
} from "./filter/index.ts";
import type { Notification, Publication } from "./publication.ts";

export interface SnsOptions {
  readonly environment: EngineEnvironment;
  /** Delivers a message to a queue and returns at once whether the queue accepted it. */
  readonly deliver: (delivery: ServiceDelivery) => DeliveryOutcome;
  /** The origin of the URLs in wrapped messages. @default `http://localhost` */
  readonly endpoint?: () => string;
  /** Whether notifications are signed, with the key of `signing/`. It takes a millisecond each. @default false */
  readonly signsMessages?: boolean;
}

/** What a FIFO topic keeps of a message to recognise its duplicates. */
export interface PublishedMessage {
  readonly at: number;
  readonly messageId: string;
  readonly sequenceNumber: string;
}

/** A topic. Attributes are those that were set, as strings; defaults are added when they are read. */
export interface Topic {
  readonly arn: string;
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly isFifo: boolean;
  readonly attributes: Map<string, string>;
  readonly tags: Map<string, string>;
  /** In the order in which they were made: the order of delivery. */
  readonly subscriptions: Map<string, Subscription>;
  /** By deduplication key, oldest first. */
  readonly published: Map<string, PublishedMessage>;
  sequence: number;
  deletedSubscriptions: number;
  /** What can be replayed, oldest first: see `archive/`. */
  archive: Publication[];
  /** Since when the archive policy is there, in milliseconds since the Unix epoch. */
  archivingSince: number | undefined;
}

/** The protocols of SNS (API Reference, "Subscribe"). The engine delivers to queues; it hands the others over. */
export type Protocol =
  | "sqs"
  | "lambda"
  | "http"
  | "https"
  | "email"
  | "email-json"
  | "sms"
  | "application"
  | "firehose";

/** A subscription of an endpoint. */
export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly ownerAccountId: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  readonly attributes: Map<string, string>;
  /** Whether the endpoint's owner has not confirmed it yet. */
  readonly isPending: boolean;
  /** What confirms it; undefined where it was confirmed when it was made. */
  readonly token: string | undefined;
  readonly wasAuthenticated: boolean;
}

/** A message that left the engine for an endpoint that is no queue. */
export type HandedOver =
  | {
      readonly protocol: Exclude<Protocol, "sqs">;
      readonly endpoint: string;
      /** Whether AWS would not deliver it yet: the endpoint's owner has not confirmed the subscription. */
      readonly isPending: boolean;
      readonly isRaw: boolean;
      readonly notification: Notification;
      readonly subscription: Subscription;
    }
  /** A text message that was published to a phone number. */
  | {
      readonly protocol: "sms";
      readonly endpoint: string;
      readonly isPending: false;
      readonly isRaw: true;
      readonly message: string;
      readonly messageId: string;
    };

/** A message that reached neither its subscription's queue nor a dead-letter queue. */
export interface UndeliveredMessage {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly endpoint: string;
  readonly messageId: string;
  /** Why the queue did not take it, for example `NonExistentQueue`. */
  readonly reason: string;
  /** The same in words, with the dead-letter queue's refusal if there was one. */
  readonly explanation: string;
  readonly body: string;
}

/** A message that a subscription's filter policy held back. */
export interface FilteredMessage {
  readonly topicArn: string;
  /** The queue. */
  readonly endpoint: string;
  readonly messageId: string;
  readonly body: string;
  /** The filter policy, as JSON. */
  readonly filterPolicy: string;
  readonly scope: FilterPolicyScope;
}

/** How many undelivered messages are kept for inspection; older ones are only counted. */
const UNDELIVERED_KEPT = 1_000;

/** Everything that the operations work on. */
export class SnsState {
  readonly environment: EngineEnvironment;
  readonly deliver: (delivery: ServiceDelivery) => DeliveryOutcome;
  readonly endpoint: () => string;
  readonly signsMessages: boolean;
  readonly topics = new Map<string, Topic>();
  /** Subscriptions of topics that were deleted. */
  readonly orphans = new Map<string, { readonly topic: Topic; readonly subscription: Subscription }>();
  readonly listeners = new Set<(message: HandedOver) => void>();
  undelivered: UndeliveredMessage[] = [];
  undeliveredCount = 0;
  /** Told of each message that a filter policy holds back. */
  onFiltered: ((message: FilteredMessage) => void) | undefined;
  /** Parsed policies, by subscription: derived from its attributes, so not part of a snapshot. */
  readonly #filters = new WeakMap<Subscription, { text: string; scope: string; policy: FilterPolicy }>();

  constructor({ environment, deliver, endpoint = () => "http://localhost", signsMessages = false }: SnsOptions) {
    this.environment = environment;
    this.deliver = deliver;
    this.endpoint = endpoint;
    this.signsMessages = signsMessages;
  }

  /** @returns undefined when no topic has such a subscription */
  subscription(subscriptionArn: string): { topic: Topic; subscription: Subscription } | undefined {
    const topic = this.topics.get(subscriptionArn.slice(0, subscriptionArn.lastIndexOf(":")));
    const subscription = topic?.subscriptions.get(subscriptionArn);
    return topic === undefined || subscription === undefined
      ? this.orphans.get(subscriptionArn)
      : { topic, subscription };
  }

  /** Whether the subscription's filter policy, if it has one, lets the message through. */
  accepts(subscription: Subscription, message: FilterableMessage): boolean {
    const text = subscription.attributes.get("FilterPolicy");
    if (text === undefined) {
      return true;
    }
    const scope = filterPolicyScope(subscription.attributes);
    let known = this.#filters.get(subscription);
    if (known?.text !== text || known.scope !== scope) {
      known = { text, scope, policy: parseFilterPolicy(text, scope) };
      this.#filters.set(subscription, known);
    }
    return matchesFilterPolicy(known.policy, message);
  }

  /** Tells the listeners about a message for an endpoint that is no queue. */
  handOver(message: HandedOver): void {
    for (const listener of this.listeners) {
      listener(message);
    }
  }

  /** Records a lost message. */
  addUndelivered(message: UndeliveredMessage): void {
    this.undeliveredCount++;
    this.undelivered.push(message);
    if (this.undelivered.length > UNDELIVERED_KEPT) {
      this.undelivered.shift();
    }
  }
}

/** The scope in force: MessageAttributes unless set otherwise. */
export function filterPolicyScope(attributes: ReadonlyMap<string, string>): FilterPolicyScope {
  return attributes.get("FilterPolicyScope") === "MessageBody" ? "MessageBody" : "MessageAttributes";
}
