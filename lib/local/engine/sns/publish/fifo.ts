import { SNS_LIMITS } from "../limits.ts";
import { deduplicationIdOf, type Message } from "../publication.ts";
import type { PublishedMessage, Topic } from "../state.ts";

/**
 * The message that this one repeats, if the topic took one with the same deduplication id within the last 5 minutes. The
 * scope is the topic, or the message group with FifoThroughputScope MessageGroup.
 *
 * Source: Developer Guide, "Message deduplication for FIFO topics".
 */
export function findDuplicate(topic: Topic, message: Message, now: number): PublishedMessage | undefined {
  // The oldest come first, so that this ends at the first that still counts.
  for (const [key, { at }] of topic.published) {
    if (now - at < SNS_LIMITS.deduplicationMilliseconds) {
      break;
    }
    topic.published.delete(key);
  }
  return topic.published.get(deduplicationKey(topic, message));
}

/** Records a message for {@link findDuplicate}. */
export function recordPublished(topic: Topic, message: Message, published: PublishedMessage): void {
  topic.published.set(deduplicationKey(topic, message), published);
}

/** The next sequence number of the topic: 20 digits, increasing. */
export function nextSequenceNumber(topic: Topic): string {
  topic.sequence++;
  return `1${String(topic.sequence).padStart(19, "0")}`;
}

function deduplicationKey(topic: Topic, message: Message): string {
  const id = deduplicationIdOf(message);
  return topic.attributes.get("FifoThroughputScope") === "MessageGroup" ? `${message.groupId ?? ""} ${id}` : id;
}
