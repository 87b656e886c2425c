import type { FleetSubscriber, SubscriberStatus } from "./types.ts";

/** Share of its retention at which a dead letter is about to be lost. */
const ABOUT_TO_EXPIRE = 0.8;

/** What deserves a look at a subscriber, most urgent first. */
export function warningsOf(
  { queue, deadLetterQueue, mappings, promised }: FleetSubscriber,
  status: Omit<SubscriberStatus, "warnings">,
): readonly string[] {
  const { visible, inFlight, delayed } = status.queue;
  const backlog = visible + inFlight + delayed;
  const dead = status.deadLetters;
  const undelivered = status.undelivered;
  const warnings: (string | false)[] = [
    isOld(status.oldestDeadLetterSeconds, deadLetterQueue?.retentionSeconds) &&
      `dead letters expire in ${daysLeft(status.oldestDeadLetterSeconds, deadLetterQueue?.retentionSeconds)}: archive or redrive them`,
    isOld(status.oldestSeconds, queue.retentionSeconds) &&
      `messages expire in ${daysLeft(status.oldestSeconds, queue.retentionSeconds)}`,
    mappings.length > 0 && mappings.every(({ enabled }) => !enabled) && "paused: its mapping is disabled",
    mappings.length === 0 && promised?.polled === true && "nothing polls its queue",
    dead !== undefined && dead.visible + dead.inFlight > 0 && `${dead.visible + dead.inFlight} dead letters`,
    undelivered !== undefined &&
      undelivered.visible + undelivered.inFlight > 0 &&
      `${undelivered.visible + undelivered.inFlight} messages that SNS could not deliver`,
    deadLetterQueue === undefined && "no dead-letter queue: failed messages are lost when their retention ends",
    (status.drainRate ?? 0) < 0 && backlog > 0 && "its backlog grows",
  ];
  return warnings.filter((warning) => warning !== false);
}

function isOld(age: number | undefined, retention: number | undefined): boolean {
  return age !== undefined && retention !== undefined && age > retention * ABOUT_TO_EXPIRE;
}

function daysLeft(age = 0, retention = 0): string {
  const hours = Math.max(0, (retention - age) / 3_600);
  return hours >= 48 ? `${Math.floor(hours / 24)} days` : `${Math.floor(hours)} hours`;
}
