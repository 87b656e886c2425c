import { parseJsonObject } from "./json.ts";
import type { Subscription } from "./state.ts";

/** Whether the subscriber gets the message as it was published, without the JSON around it. */
export function isRaw(subscription: Subscription): boolean {
  return subscription.attributes.get("RawMessageDelivery")?.toLowerCase() === "true";
}

/** The dead-letter queue of the subscription, if it has one. */
export function deadLetterTargetArn(subscription: Subscription): string | undefined {
  const text = subscription.attributes.get("RedrivePolicy");
  if (text === undefined) {
    return undefined;
  }
  const { deadLetterTargetArn: arn } = parseJsonObject(text, "RedrivePolicy");
  return typeof arn === "string" ? arn : undefined;
}
