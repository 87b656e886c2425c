import { invalidParameter } from "../errors.ts";
import { parseJsonObject } from "../json.ts";
import type { Subscription, Topic } from "../state.ts";
import { isArchiving } from "./archive.ts";

/** The period that a subscription wants to have again, in milliseconds since the Unix epoch. */
export interface ReplayPolicy {
  readonly from: number;
  /** Undefined when new messages shall follow. */
  readonly to: number | undefined;
}

/**
 * Reads the attribute `ReplayPolicy`.
 *
 * Source: Developer Guide, "Amazon SNS message replay for FIFO topic subscribers".
 *
 * @param prefix what SNS puts before the reason: nothing, or `Attributes Reason: ` in Subscribe
 * @throws AwsError InvalidParameter for a topic without an active archive, and for points that are no times
 */
export function parseReplayPolicy(topic: Topic, text: string, prefix: string): ReplayPolicy {
  const wrong = (reason: string) => invalidParameter(`${prefix}ReplayPolicy: ${reason}`);
  if (!isArchiving(topic)) {
    throw wrong("the topic has no active ArchivePolicy, so there is nothing to replay");
  }
  const { PointType: type, StartingPoint: start, EndingPoint: end } = parseJsonObject(text, `${prefix}ReplayPolicy`);
  if (type !== "Timestamp") {
    throw wrong("PointType must be Timestamp");
  }
  const from = typeof start === "string" ? Date.parse(start) : Number.NaN;
  const to = end === undefined ? undefined : typeof end === "string" ? Date.parse(end) : Number.NaN;
  if (Number.isNaN(from)) {
    throw wrong("StartingPoint must be a time such as 2026-11-29T12:00:00.000Z");
  }
  if (to !== undefined && !(to >= from)) {
    throw wrong("EndingPoint must be a time at or after StartingPoint");
  }
  return { from, to };
}

/** Whether new messages are held back: after a replay with an end, until a policy without one. */
export function isPaused(topic: Topic, subscription: Subscription): boolean {
  const text = subscription.attributes.get("ReplayPolicy");
  return text !== undefined && isArchiving(topic) && parseReplayPolicy(topic, text, "").to !== undefined;
}
