import { type FleetQueue, type FleetSubscriber, failedAt, type Letter, masked } from "../../ops/index.ts";
import { isJsonObject } from "../../std/index.ts";
import type { GroupView, Json, LetterView } from "../wire/index.ts";
import { byTime } from "./letter-cache.ts";

/** Bars of a trend. */
const BARS = 12;

/** The causes, the most frequent first. */
export function groupsOf(letters: readonly Letter[]): GroupView[] {
  const groups = Map.groupBy(letters, ({ fingerprint }) => fingerprint);
  return [...groups].map(([fingerprint, all]) => groupOf(fingerprint, all)).sort((a, b) => b.count - a.count);
}

function groupOf(fingerprint: string, letters: readonly Letter[]): GroupView {
  const [newest] = [...letters].sort(byTime);
  const times = letters.map(failedAt);
  const firstAt = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const lastAt = times.reduce((a, b) => Math.max(a, b), 0);
  const { failure } = newest ?? {};
  return {
    fingerprint,
    error: failure?.error ?? (fingerprint === "undelivered" ? "SNS could not deliver" : "Moved by SQS"),
    message:
      failure?.message ?? "No reason was recorded: the message was received too often, or never reached its queue.",
    frame: failure?.frame,
    consumer: failure?.consumer,
    count: letters.length,
    firstAt,
    lastAt,
    events: [...new Set(letters.map(({ event }) => event?.type ?? "not an event"))],
    trend: trendOf(times, firstAt, lastAt),
  };
}

/** How many failed in each part of the time between the first and the last. */
function trendOf(times: readonly number[], first: number, last: number): number[] {
  const bars = new Array<number>(BARS).fill(0);
  for (const time of times) {
    const at = Math.min(BARS - 1, Math.floor(((time - first) / Math.max(1, last - first)) * BARS));
    bars[at] = (bars[at] ?? 0) + 1;
  }
  return bars;
}

export function letterView(letter: Letter): LetterView {
  return {
    id: letter.messageId,
    eventId: letter.event?.id,
    type: letter.event?.type,
    group: letter.group,
    at: failedAt(letter),
    bytes: Buffer.byteLength(letter.body),
    redrives: letter.redrives,
  };
}

export function reasonOf({ failure, receiveCount, redrives }: Letter): [string, string][] {
  const recorded =
    failure === undefined ? [["Moved by", "SQS or SNS: no reason was recorded"]] : Object.entries(failure);
  const lines = recorded
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([label = "", value]): [string, string] => [
      label,
      label === "at" ? new Date(Number(value)).toISOString() : String(value),
    ]);
  return [...lines, ["receives", String(receiveCount)], ["redriven", `${redrives} times`]];
}

/** What happened to a letter, and when SQS deletes it. */
export function timelineOf(
  { event, sentAt, failure, redrives }: Letter,
  { name, retentionSeconds }: FleetQueue,
): { at: number; what: string }[] {
  const published = event?.time === undefined ? Number.NaN : Date.parse(event.time);
  const attempt = failure?.attempt === undefined ? "" : ` (receive ${failure.attempt})`;
  const before = redrives === 0 ? "" : `, after ${redrives === 1 ? "one redrive" : `${redrives} redrives`}`;
  return [
    { at: published, what: "published" },
    { at: failure?.at ?? Number.NaN, what: `failed for the last time${attempt}${before}` },
    // What SQS moves keeps the time of its first send.
    { at: sentAt, what: failure === undefined ? "sent to its queue" : `sent to ${name}` },
    { at: sentAt + retentionSeconds * 1_000, what: "SQS deletes it" },
  ]
    .filter(({ at }) => Number.isFinite(at))
    .sort((a, b) => a.at - b.at);
}

/** The body as JSON where it is, and the data where the body is an event. Fields that the contract marks as sensitive are masked. */
export function bodyOf(
  letter: Letter,
  subscriber: FleetSubscriber,
): { readonly body: Json; readonly data: Json | undefined } {
  // What was parsed as JSON is JSON again.
  const body = masked(letter, subscriber) as Json;
  const isEvent = isJsonObject(body) && "specversion" in body;
  return { body, data: isEvent ? (body.data as Json | undefined) : undefined };
}
