import type { PublishedEvent } from "../entities.ts";
import type { Finding } from "./finding.ts";

/** A caller was told that the event is published: then the topic has it. One that was told it is not needs a reason. */
export function checkPublished(event: PublishedEvent, disturbed: boolean, error: unknown): Finding | undefined {
  if (event.state === "resolved" && event.sequence === undefined) {
    return {
      rule: "publish-is-true",
      message: "publish() resolved, but the topic has never taken the event",
      event: event.id,
    };
  }
  if (event.state === "rejected" && !disturbed) {
    return {
      rule: "publish-is-true",
      message: `publish() rejected although no call had failed: ${String(error)}`,
      event: event.id,
    };
  }
  return undefined;
}

/** On FIFO topics the events of a group arrive in the order of the calls to publish. */
export function checkArrival(event: PublishedEvent, earlier: readonly PublishedEvent[]): Finding | undefined {
  // What a publisher sent before it died, or gave up, may arrive at any time; malformed bodies went past the publisher.
  if (event.state !== "calling" || event.name === undefined) return undefined;
  const overtaker = earlier.find((other) => other.name !== undefined && other.index > event.index);
  if (overtaker === undefined) return undefined;
  return {
    rule: "order-in-group",
    message: `it was published before ${overtaker.id} in group ${event.group}, and the topic took it after`,
    event: event.id,
  };
}
