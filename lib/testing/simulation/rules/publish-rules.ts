import { isFanfareError } from "../../../errors/index.ts";
import type { Case, PublishedEvent } from "../entities.ts";
import { type Finding, findingAt } from "./finding.ts";

/** Checks what publish() reported: if it resolved, the topic has the event; if it rejected, all its attempts had failed. */
export function checkPublished(
  event: PublishedEvent,
  disturbed: boolean,
  maxAttempts: number,
  error: unknown,
): Finding | undefined {
  if (event.state === "resolved" && event.sequence === undefined) {
    return findingAt("publish-is-true", "publish() resolved, but the topic has never accepted the event", { event });
  }
  if (event.state === "rejected" && !disturbed) {
    const message = `publish() rejected although no call had failed: ${String(error)}`;
    return findingAt("publish-is-true", message, { event });
  }
  // All faults are transient. Malformed bodies do not go through the publisher.
  if (event.state === "rejected" && isFanfareError(error, "PublishFailed") && event.failedTries < maxAttempts) {
    const message = `publish() gave up after ${event.failedTries} of ${maxAttempts} attempts: ${String(error)}`;
    return findingAt("publish-is-true", message, { event });
  }
  return undefined;
}

/** Checks that the events of a group arrive at a FIFO topic in the order of the calls to publish(). */
export function checkArrival(event: PublishedEvent, earlier: readonly PublishedEvent[]): Finding | undefined {
  // Calls of a publisher that crashed or gave up may arrive at any time; malformed bodies do not go through the publisher.
  if (event.state !== "calling" || event.name === undefined) {
    return undefined;
  }
  const overtaker = earlier.find((other) => other.name !== undefined && other.index > event.index);
  if (overtaker === undefined) {
    return undefined;
  }
  const message = `it was published before ${overtaker.id} in group ${event.group}, and the topic accepted it after`;
  return findingAt("order-in-group", message, { event });
}

/** Milliseconds within which a FIFO topic drops what it has accepted before. Source: SNS Developer Guide, "Message deduplication". */
const DEDUPLICATION_MS = 300_000;

/** Checks that a FIFO queue receives an event once, however often it was sent. */
export function checkSentOnce(entry: Case, sentAt: number): Finding | undefined {
  // Malformed bodies are sent with deduplication ids of their own.
  if (entry.event.name === undefined || entry.sentAt === undefined || sentAt - entry.sentAt >= DEDUPLICATION_MS) {
    return undefined;
  }
  const text = `the FIFO topic accepted it again after ${sentAt - entry.sentAt} ms, as another event`;
  return findingAt("published-once", text, entry);
}
