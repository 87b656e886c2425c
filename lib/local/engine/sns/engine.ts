import { AwsError, type CallContext, type EngineEnvironment } from "../kernel/index.ts";
import type { DeliveryOutcome, ServiceDelivery } from "../sqs/index.ts";
import { invalidParameter } from "./errors.ts";
import { findTopic } from "./lookup.ts";
import { SNS_OPERATIONS, type SnsOperation, type SnsOperations } from "./operations.ts";
import { pageOf } from "./paging.ts";
import { addPermission, removePermission } from "./permissions.ts";
import type { ServicePublication } from "./publish.ts";
import { type PublicationOutcome, type Publishing, publish, publishAsService, publishBatch } from "./publish.ts";
import { fromSnapshot, type SnsSnapshot, takeSnapshot } from "./snapshot.ts";
import { SnsState, type UndeliveredMessage } from "./state.ts";
import * as subscriptions from "./subscriptions.ts";
import { listTags, tagResource, untagResource } from "./tags.ts";
import * as topics from "./topics.ts";

export interface SnsOptions {
  readonly environment: EngineEnvironment;
  /** Hands a message to a queue; answers at once whether it took it. */
  readonly deliver: (delivery: ServiceDelivery) => DeliveryOutcome;
  /** The origin of the URLs in wrapped messages; `http://localhost` when absent. */
  readonly endpoint?: () => string;
}

type Handlers = {
  readonly [O in SnsOperation]: (context: CallContext, input: SnsOperations[O]["input"]) => SnsOperations[O]["output"];
};

/** Amazon SNS, all accounts and regions of it, as a state machine: it acts when it is called, and only then. */
export class SnsEngine {
  #state = new SnsState();
  readonly #options: Required<SnsOptions>;
  readonly #handlers: Handlers;

  constructor(options: SnsOptions) {
    this.#options = { endpoint: () => "http://localhost", ...options };
    this.#handlers = this.#createHandlers();
  }

  /**
   * Answers one call.
   *
   * @throws AwsError as the service answers it; InvalidAction for an operation that the engine does not have
   */
  call<O extends SnsOperation>(
    context: CallContext,
    operation: O,
    input: SnsOperations[O]["input"],
  ): SnsOperations[O]["output"] {
    if (!SNS_OPERATIONS.includes(operation)) {
      throw new AwsError(
        "InvalidAction",
        `The local engine does not support the SNS operation ${operation}; it supports ${SNS_OPERATIONS.join(", ")}`,
      );
    }
    return this.#handlers[operation](context, input);
  }

  /** Publishes for another service, such as S3, under the topic's policy. Does not throw for ordinary refusals. */
  publishAsService(publication: ServicePublication): PublicationOutcome {
    return publishAsService(this.#publishing(), publication);
  }

  /** Messages that reached neither a queue nor a dead-letter queue: the newest 1,000, oldest first. */
  get undelivered(): readonly UndeliveredMessage[] {
    return this.#state.undelivered;
  }

  /** How many messages were lost so far, those included that {@link undelivered} no longer shows. */
  get undeliveredCount(): number {
    return this.#state.undeliveredCount;
  }

  /** The whole state as plain JSON. */
  snapshot(): SnsSnapshot {
    return takeSnapshot(this.#state);
  }

  /** Replaces the whole state. */
  restore(snapshot: SnsSnapshot): void {
    this.#state = fromSnapshot(snapshot);
  }

  #publishing(): Publishing {
    return { ...this.#options, state: this.#state };
  }

  #createHandlers(): Handlers {
    const state = () => this.#state;
    return {
      CreateTopic: (context, input) => ({ TopicArn: topics.createTopic(state(), context, input) }),
      DeleteTopic: (context, input) => nothing(() => topics.deleteTopic(state(), context, input.TopicArn)),
      ListTopics: (context, input) => {
        const { page, nextToken } = pageOf(topics.topicArns(state(), context), input.NextToken);
        return { Topics: page.map((TopicArn) => ({ TopicArn })), NextToken: nextToken };
      },
      GetTopicAttributes: (context, input) => ({
        Attributes: topics.getTopicAttributes(state(), context, input.TopicArn),
      }),
      SetTopicAttributes: (context, input) => nothing(() => topics.setTopicAttribute(state(), context, input)),
      Subscribe: (context, input) => ({
        SubscriptionArn: subscriptions.subscribe(state(), this.#options.environment, context, input),
      }),
      ConfirmSubscription: (context, input) => {
        findTopic(state(), context, input.TopicArn, "ConfirmSubscription");
        throw invalidParameter(
          "Token: subscriptions of the local engine are confirmed when they are made; there is no token to confirm",
        );
      },
      Unsubscribe: (context, input) =>
        nothing(() => subscriptions.unsubscribe(state(), context, input.SubscriptionArn)),
      ListSubscriptions: (context, input) => {
        const { page, nextToken } = pageOf(subscriptions.listSubscriptions(state(), context), input.NextToken);
        return { Subscriptions: page, NextToken: nextToken };
      },
      ListSubscriptionsByTopic: (context, input) => {
        const all = subscriptions.listSubscriptionsByTopic(state(), context, input.TopicArn);
        const { page, nextToken } = pageOf(all, input.NextToken);
        return { Subscriptions: page, NextToken: nextToken };
      },
      GetSubscriptionAttributes: (context, input) => ({
        Attributes: subscriptions.getSubscriptionAttributes(state(), context, input.SubscriptionArn),
      }),
      SetSubscriptionAttributes: (context, input) =>
        nothing(() => subscriptions.setSubscriptionAttribute(state(), context, input)),
      Publish: (context, input) => publish(this.#publishing(), context, input),
      PublishBatch: (context, input) => publishBatch(this.#publishing(), context, input),
      AddPermission: (context, input) => nothing(() => addPermission(state(), context, input)),
      RemovePermission: (context, input) => nothing(() => removePermission(state(), context, input)),
      TagResource: (context, input) => nothing(() => tagResource(state(), context, input)),
      UntagResource: (context, input) => nothing(() => untagResource(state(), context, input)),
      ListTagsForResource: (context, input) => ({ Tags: listTags(state(), context, input.ResourceArn) }),
    };
  }
}

/** The answer of an operation that has nothing to tell. */
function nothing(act: () => void): Record<never, never> {
  act();
  return {};
}
