import type { AlarmKind, AlarmPreset, AlarmSeverity } from "./alarm-options.ts";

/** What all alarms of one kind have in common. */
export interface KindOfAlarm {
  readonly severity: AlarmSeverity;
  /** The smallest preset that has it; `undefined` for an alarm that only its threshold asks for. */
  readonly preset: AlarmPreset | undefined;
  /** Id of the alarm in its construct. */
  readonly id: string;
  /** Periods that are considered. */
  readonly periods: number;
  /** Periods of those that must be above the threshold; `undefined` for all of them. */
  readonly datapoints: number | undefined;
  readonly text: string;
}

const kind = (
  severity: AlarmSeverity,
  preset: AlarmPreset | undefined,
  id: string,
  text: string,
  periods = 1,
  datapoints?: number,
): KindOfAlarm => ({
  severity,
  preset,
  id: `${id}Alarm`,
  text,
  periods,
  datapoints,
});

export const KINDS: Readonly<Record<AlarmKind, KindOfAlarm>> = {
  deadLetterQueueDepth: kind(
    "page",
    "lean",
    "DeadLetterQueueDepth",
    "Messages could not be processed or delivered, and wait in a dead-letter queue.",
    // One of the two queues may publish its latest minute later than the other.
    3,
    1,
  ),
  deadLetterRate: kind(
    "page",
    "full",
    "DeadLetterRate",
    "Many messages are being dead-lettered: the consumer fails for most events.",
    // The latest period may have no data yet, and then counts as shrinking.
    2,
    1,
  ),
  deadLetterAge: kind(
    "page",
    "full",
    "DeadLetterAge",
    "Dead letters are about to expire: what is not redriven soon is lost.",
  ),
  oldestMessageAge: kind(
    "page",
    "standard",
    "OldestMessageAge",
    "The oldest message has waited for too long: the consumer does not keep up, keeps failing, or does not run.",
  ),
  drainTime: kind(
    "page",
    "full",
    "DrainTime",
    "At the present rates, the backlog will not be cleared in time (minutes).",
    3,
  ),
  redeliveries: kind(
    "ticket",
    "full",
    "Redeliveries",
    "Messages are received but not deleted: handlers fail, and messages are redelivered.",
    2,
  ),
  notPolled: kind(
    "page",
    "full",
    "NotPolled",
    "The queue is not polled: the event source mapping is disabled, gone, or not allowed to.",
  ),
  noisyGroups: kind(
    "ticket",
    undefined,
    "NoisyGroups",
    "Tenants of a fair queue send more, or slower, messages than their share: SQS prefers those of others.",
  ),
  quietGroupsAge: kind(
    "page",
    undefined,
    "QuietGroupsAge",
    "Messages of quiet tenants of a fair queue wait for too long: the consumer does not keep up even without the noisy ones.",
  ),
  functionErrors: kind("ticket", "full", "FunctionErrors", "Invocations of the handler crashed or timed out."),
  functionThrottles: kind(
    "ticket",
    "full",
    "FunctionThrottles",
    "Lambda throttles the handler: its reserved concurrency or the account's is used up.",
    3,
  ),
  functionDuration: kind(
    "ticket",
    "full",
    "FunctionDuration",
    "Invocations of the handler take nearly as long as its timeout allows (milliseconds).",
  ),
  oldestFailingEvent: kind(
    "page",
    "standard",
    "OldestFailingEvent",
    "The handler has failed for a message for too long (seconds since it was sent).",
  ),
  handlerTime: kind("ticket", "full", "HandlerTime", "Handlers have become slow (milliseconds, 99th percentile).", 3),
  failedNotifications: kind(
    "ticket",
    "standard",
    "FailedNotifications",
    "SNS gave up delivering messages of the topic; they are in the dead-letter queue of a subscription.",
  ),
  lostNotifications: kind(
    "page",
    "lean",
    "LostNotifications",
    "SNS could neither deliver messages of the topic nor move them to a dead-letter queue: they are lost.",
  ),
  invalidAttributes: kind(
    "ticket",
    "standard",
    "InvalidAttributes",
    "Filter policies withheld messages because their attributes are invalid: a publisher does not follow the contract.",
  ),
};

const PRESETS: readonly AlarmPreset[] = ["lean", "standard", "full"];

/** Whether a preset has an alarm. */
export function isInPreset(preset: AlarmPreset, { preset: smallest }: KindOfAlarm): boolean {
  return smallest !== undefined && PRESETS.indexOf(smallest) <= PRESETS.indexOf(preset);
}
