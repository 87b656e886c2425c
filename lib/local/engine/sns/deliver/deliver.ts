import { isFifoName } from "../../kernel/index.ts";
import type { ServiceDelivery } from "../../sqs/index.ts";
import { FilterableMessage } from "../filter/index.ts";
import { SNS_LIMITS } from "../limits.ts";
import { principalFor } from "../principal.ts";
import { bodyFor, deduplicationIdOf, type Message, type Publication } from "../publication.ts";
import { filterPolicyScope, type SnsState, type Subscription, type Topic } from "../state.ts";
import { deadLetterTargetArn, isRaw } from "../subscription-settings.ts";
import { attributesOf, notificationFor } from "./notification.ts";

type Content = Pick<ServiceDelivery, "body" | "messageAttributes">;

/** Hands a publication to those of the subscriptions whose filter lets it through, in their order. */
export function deliver(
  state: SnsState,
  topic: Topic,
  subscriptions: Iterable<Subscription>,
  publication: Publication,
): void {
  const filterables = new Map<string, FilterableMessage>();
  for (const subscription of subscriptions) {
    const body = bodyFor(publication.message, subscription.protocol);
    const filterable = filterables.get(body) ?? new FilterableMessage(attributesOf(publication), body);
    filterables.set(body, filterable);
    if (state.accepts(subscription, filterable)) {
      deliverTo(state, topic, subscription, publication);
    } else {
      state.onFiltered?.({
        topicArn: topic.arn,
        endpoint: subscription.endpoint,
        messageId: publication.messageId,
        body,
        filterPolicy: subscription.attributes.get("FilterPolicy") ?? "",
        scope: filterPolicyScope(subscription.attributes),
      });
    }
  }
}

function deliverTo(state: SnsState, topic: Topic, subscription: Subscription, publication: Publication): void {
  if (subscription.protocol === "sqs") {
    deliverToQueue(state, topic, subscription, publication);
  } else {
    const notification = notificationFor(state, topic, subscription, publication);
    const { protocol, endpoint, isPending } = subscription;
    state.handOver({ protocol, endpoint, isPending, isRaw: isRaw(subscription), notification, subscription });
  }
}

function deliverToQueue(state: SnsState, topic: Topic, subscription: Subscription, publication: Publication): void {
  if (subscription.isPending) {
    return;
  }
  const attributes = attributesOf(publication);
  const count = Object.keys(attributes).length;
  if (isRaw(subscription) && count > SNS_LIMITS.rawDeliveryAttributes) {
    // The raw form does not fit a dead-letter queue either: wrapped, nothing of the message is lost.
    const content = wrapped(state, topic, subscription, publication);
    deadLetter(state, topic, subscription, publication, content, {
      reason: "TooManyMessageAttributes",
      message: `raw delivery passes on at most ${SNS_LIMITS.rawDeliveryAttributes} message attributes, the message has ${count}`,
    });
    return;
  }
  const content: Content = isRaw(subscription)
    ? {
        body: bodyFor(publication.message, subscription.protocol),
        ...(count === 0 ? {} : { messageAttributes: attributes }),
      }
    : wrapped(state, topic, subscription, publication);
  const outcome = state.deliver(delivery(topic, subscription.endpoint, publication, content));
  if (outcome.status === "refused") {
    deadLetter(state, topic, subscription, publication, content, outcome);
  }
}

/** Puts what was refused into the subscription's dead-letter queue, or on record as lost. */
function deadLetter(
  state: SnsState,
  topic: Topic,
  subscription: Subscription,
  publication: Publication,
  content: Content,
  refusal: { readonly reason: string; readonly message: string },
): void {
  const queueArn = deadLetterTargetArn(subscription);
  let explanation = refusal.message;
  if (queueArn !== undefined) {
    const outcome = state.deliver(delivery(topic, queueArn, publication, content));
    if (outcome.status === "delivered") {
      return;
    }
    explanation += `; its dead-letter queue ${queueArn} refused it, too: ${outcome.message}`;
  }
  state.addUndelivered({
    at: publication.at,
    topicArn: topic.arn,
    subscriptionArn: subscription.arn,
    endpoint: subscription.endpoint,
    messageId: publication.messageId,
    reason: refusal.reason,
    explanation,
    body: content.body,
  });
}

function wrapped(state: SnsState, topic: Topic, subscription: Subscription, publication: Publication): Content {
  return { body: JSON.stringify(notificationFor(state, topic, subscription, publication)) };
}

function delivery(
  topic: Topic,
  queueArn: string,
  { message, traceHeader }: Publication,
  content: Content,
): ServiceDelivery {
  return {
    queueArn,
    ...content,
    ...queueIds(topic, queueArn, message),
    ...(traceHeader === undefined ? {} : { traceHeader }),
    principal: principalFor(topic, queueArn),
    sourceArn: topic.arn,
    sourceAccount: topic.accountId,
  };
}

/**
 * The ids go on to a queue of the topic's own type: to a FIFO queue both, to a standard queue the group (its tenant, for
 * fair queues). A standard queue behind a FIFO topic gets neither.
 *
 * Source: Developer Guide, "FIFO topics code examples" and "Fair queues with Amazon SNS".
 */
function queueIds(
  topic: Topic,
  queueArn: string,
  message: Message,
): Pick<ServiceDelivery, "messageGroupId" | "messageDeduplicationId"> {
  if (message.groupId === undefined || topic.isFifo !== isFifoName(queueArn)) {
    return {};
  }
  return topic.isFifo
    ? { messageGroupId: message.groupId, messageDeduplicationId: deduplicationIdOf(message) }
    : { messageGroupId: message.groupId };
}
