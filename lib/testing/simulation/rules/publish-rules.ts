import type { PublishedEvent } from "../entities.ts";
import { type Finding, findingAt } from "./finding.ts";

/** Checks what publish() reported: if it resolved, the topic has the event; if it rejected, some call had failed. */
export function checkPublished(event: PublishedEvent, disturbed: boolean, error: unknown): Finding | undefined {
  if (event.state === "resolved" && event.sequence === undefined) {
    return findingAt("publish-is-true", "publish() resolved, but the topic has never accepted the event", { event });
  }
  if (event.state === "rejected" && !disturbed) {
    const message = `publish() rejected although no call had failed: ${String(error)}`;
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
