import { objectOf, parseJson } from "../../../../std/index.ts";
import type { Publication } from "../publication.ts";
import type { Topic } from "../state.ts";

const DAY = 86_400_000;

/** For how long the topic keeps its messages, in milliseconds; undefined without an active archive. */
function retention(topic: Topic): number | undefined {
  const { MessageRetentionPeriod: days } = objectOf(parseJson(topic.attributes.get("ArchivePolicy") ?? ""));
  return days === undefined ? undefined : Number(days) * DAY;
}

export function isArchiving(topic: Topic): boolean {
  return retention(topic) !== undefined;
}

/** Since when messages can be replayed, in milliseconds since the Unix epoch; undefined without an active archive. */
export function archiveBegin(topic: Topic, now: number): number | undefined {
  const kept = retention(topic);
  return kept === undefined || topic.archivingSince === undefined
    ? undefined
    : Math.max(topic.archivingSince, now - kept);
}

/** Notes that the archive policy may have changed: the archive begins now, goes on, or is deleted with all that it has. */
export function archivePolicyChanged(topic: Topic, now: number): void {
  if (isArchiving(topic)) {
    topic.archivingSince ??= now;
  } else {
    topic.archivingSince = undefined;
    topic.archive = [];
  }
}

/**
 * Stores a message for replays, and forgets what is too old.
 *
 * Source: Developer Guide, "Amazon SNS message archiving for FIFO topic owners".
 */
export function archive(topic: Topic, publication: Publication): void {
  const begin = archiveBegin(topic, publication.at);
  if (begin === undefined) {
    return;
  }
  const firstKept = topic.archive.findIndex(({ at }) => at >= begin);
  topic.archive.splice(0, firstKept === -1 ? topic.archive.length : firstKept);
  topic.archive.push(publication);
}

/** The archived messages of a period, both ends included, oldest first. */
export function archived(topic: Topic, period: { from: number; to: number }, now: number): Publication[] {
  const begin = archiveBegin(topic, now) ?? Number.POSITIVE_INFINITY;
  return topic.archive.filter(({ at }) => at >= begin && at >= period.from && at <= period.to);
}
