import { createRequire } from "node:module";
import type { AlarmKind } from "./alarm-options.ts";

/** Anchors of the runbook sections to which alarms link. Your own runbook needs headings that match them. */
export const RUNBOOK_ANCHORS: Readonly<Record<AlarmKind, string>> = {
  deadLetterQueueDepth: "messages-in-a-dead-letter-queue",
  deadLetterRate: "many-new-dead-letters",
  deadLetterAge: "dead-letters-about-to-expire",
  oldestMessageAge: "old-messages-in-a-queue",
  drainTime: "a-backlog-that-does-not-drain",
  redeliveries: "messages-that-are-redelivered",
  notPolled: "a-queue-that-is-not-polled",
  noisyGroups: "noisy-tenants",
  quietGroupsAge: "quiet-tenants-that-wait",
  functionErrors: "failed-invocations",
  functionThrottles: "throttled-invocations",
  functionDuration: "invocations-near-the-timeout",
  oldestFailingEvent: "events-that-keep-failing",
  handlerTime: "slow-handlers",
  failedNotifications: "failed-notifications",
  lostNotifications: "lost-notifications",
  invalidAttributes: "messages-with-invalid-attributes",
};

/** Returns the address of the runbook of this version, as it is published with the package. */
export function publishedRunbook(): string {
  const { version }: { version: string } = createRequire(import.meta.url)("fanfare/package.json");
  return `https://unpkg.com/fanfare@${version}/docs/runbook.md`;
}
