import { isOptInRegion } from "./opt-in.ts";

/** `sns.amazonaws.com`, or the principal of one Region: `sns.ap-east-1.amazonaws.com`. */
export type SnsPrincipal = `sns.${string}amazonaws.com`;

/**
 * Returns the principal as which SNS sends from a topic to a queue, and uses the queue's key. Within a Region, and between Regions
 * that are enabled by default, it is that of the service. Otherwise it is that of the queue's Region, or of the topic's if that
 * alone is opt-in.
 * Source: Amazon SNS Developer Guide, "Cross-Region delivery".
 */
export function snsPrincipal(topicRegion: string, queueRegion: string): SnsPrincipal {
  if (topicRegion !== queueRegion) {
    if (isOptInRegion(queueRegion)) {
      return `sns.${queueRegion}.amazonaws.com`;
    }
    if (isOptInRegion(topicRegion)) {
      return `sns.${topicRegion}.amazonaws.com`;
    }
  }
  return "sns.amazonaws.com";
}
