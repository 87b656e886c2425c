import { AwsError, type CallContext, Dispatcher } from "../kernel/index.ts";
import type { SnsOperations } from "./operations.ts";
import type { PublicationOutcome, ServicePublication } from "./publish/index.ts";
import * as publishing from "./publish/index.ts";
import { restoreSnapshot, type SnsSnapshot, takeSnapshot } from "./snapshot.ts";
import { type FilteredMessage, type HandedOver, type SnsOptions, SnsState, type UndeliveredMessage } from "./state.ts";
import * as subscriptions from "./subscriptions/index.ts";
import * as topics from "./topics/index.ts";

const HANDLERS = {
  AddPermission: topics.addPermission,
  ConfirmSubscription: subscriptions.confirmSubscription,
  CreateTopic: topics.createTopic,
  DeleteTopic: topics.deleteTopic,
  GetDataProtectionPolicy: topics.getDataProtectionPolicy,
  GetSubscriptionAttributes: subscriptions.getSubscriptionAttributes,
  GetTopicAttributes: topics.getTopicAttributes,
  ListSubscriptions: subscriptions.listSubscriptions,
  ListSubscriptionsByTopic: subscriptions.listSubscriptionsByTopic,
  ListTagsForResource: topics.listTagsForResource,
  ListTopics: topics.listTopics,
  Publish: publishing.publish,
  PublishBatch: publishing.publishBatch,
  PutDataProtectionPolicy: topics.putDataProtectionPolicy,
  RemovePermission: topics.removePermission,
  SetSubscriptionAttributes: subscriptions.setSubscriptionAttributes,
  SetTopicAttributes: topics.setTopicAttributes,
  Subscribe: subscriptions.subscribe,
  TagResource: topics.tagResource,
  Unsubscribe: subscriptions.unsubscribe,
  UntagResource: topics.untagResource,
};

const DISPATCHER = new Dispatcher<SnsState, SnsOperations, SnsOperation>(
  HANDLERS,
  (names, given) =>
    new AwsError(
      "InvalidAction",
      `The local engine does not support the SNS operation ${given}; it supports ${names.join(", ")}`,
    ),
);

export type SnsOperation = keyof typeof HANDLERS;

/** The operations that {@link SnsEngine.call} supports. */
export const SNS_OPERATIONS = DISPATCHER.names;

/** Amazon SNS, all its accounts and Regions, as a state machine: it acts when it is called, and only then. */
export class SnsEngine {
  readonly #state: SnsState;

  constructor(options: SnsOptions) {
    this.#state = new SnsState(options);
  }

  /**
   * Performs one operation.
   *
   * @throws AwsError as the service does; InvalidAction for an operation that the engine does not support
   */
  call<O extends SnsOperation>(
    context: CallContext,
    operation: O,
    input: SnsOperations[O]["input"],
  ): SnsOperations[O]["output"] {
    return DISPATCHER.call(this.#state, context, operation, input);
  }

  /** Publishes for another service, such as S3, under the topic's policy. Does not throw for ordinary refusals. */
  publishAsService(publication: ServicePublication): PublicationOutcome {
    return publishing.publishAsService(this.#state, publication);
  }

  /**
   * Tells the listener every message for an endpoint that is no queue: functions, web and e-mail addresses, phones. Returns
   * the function that ends this.
   */
  onHandOver(listener: (message: HandedOver) => void): () => void {
    this.#state.listeners.add(listener);
    return () => {
      this.#state.listeners.delete(listener);
    };
  }

  /** Messages that reached neither a queue nor a dead-letter queue: the newest 1,000, oldest first. */
  get undelivered(): readonly UndeliveredMessage[] {
    return this.#state.undelivered;
  }

  /** How many messages were lost so far, including those that {@link undelivered} no longer shows. */
  get undeliveredCount(): number {
    return this.#state.undeliveredCount;
  }

  /** Calls `listener` from now on with each message that a subscription's filter policy holds back. */
  onFiltered(listener: (message: FilteredMessage) => void): void {
    this.#state.onFiltered = listener;
  }

  /** The whole state as plain JSON. */
  snapshot(): SnsSnapshot {
    return takeSnapshot(this.#state);
  }

  /** Replaces the whole state by that of a snapshot. */
  restore(snapshot: SnsSnapshot): void {
    restoreSnapshot(this.#state, snapshot);
  }
}
