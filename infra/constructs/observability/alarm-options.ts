import type { Duration } from "aws-cdk-lib";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as sns from "aws-cdk-lib/aws-sns";

/** The conditions that alarms watch. */
export type AlarmKind = keyof AlarmThresholds;

/** `page`: messages are lost or do not arrive, somebody must act now. `ticket`: somebody must look on the next working day. */
export type AlarmSeverity = "page" | "ticket";

/**
 * A set of alarms.
 *
 * - `lean`: dead letters, and notifications that SNS lost. 1 alarm per subscriber, 1 per topic.
 * - `standard`: also old messages, failed notifications and messages with invalid attributes: the symptoms by which an event that
 *   did not arrive shows. 2 alarms per subscriber, 3 with `metrics`, and 3 per topic.
 * - `full`: all, with the causes and early warnings. 10 alarms per subscriber, 12 with `metrics`, a composite of them, and 3 per topic.
 */
export type AlarmPreset = "lean" | "standard" | "full";

/** Thresholds by kind. An alarm goes off when its metric is above the threshold; `false` turns it off. */
export interface AlarmThresholds {
  /**
   * Messages in the dead-letter queues of a consumer: of its queue and of its subscription.
   * @default 0
   */
  readonly deadLetterQueueDepth?: number | false;
  /**
   * Dead letters that were added in 5 minutes.
   * @default 10
   */
  readonly deadLetterRate?: number | false;
  /**
   * Age of the oldest dead letter, below the retention of the dead-letter queue.
   * @default 80 % of the time for which a message stays there, counted as SQS does
   */
  readonly deadLetterAge?: Duration | false;
  /**
   * Age of the oldest message in a queue, measured over 5 minutes: above visibility timeout and delivery delay, below the retention.
   * On standard queues SQS leaves out messages that were received three times or more: see `redeliveries`.
   * @default 15 minutes; more if the visibility timeout and the delay require it: the delay and two visibility timeouts
   */
  readonly oldestMessageAge?: Duration | false;
  /**
   * Time in which the consumer would clear its backlog at the present rates: messages waiting, divided by messages deleted less
   * messages arriving. A backlog that grows counts as one day, which the threshold must stay below.
   * @default Duration.hours(1)
   */
  readonly drainTime?: Duration | false;
  /**
   * Messages received but not deleted in 15 minutes, in two consecutive periods: handlers fail, and messages are redelivered.
   * @default 20
   */
  readonly redeliveries?: number | false;
  /**
   * Time without a receive call, above the function's timeout and up to a day: the event source mapping is disabled, gone, or has no
   * permission. An unused queue has no metrics, and the alarm then keeps its state. Without a handler there is no such alarm,
   * nor with `enabled: false`.
   * @default 15 minutes, or the function's timeout and 5 minutes if that is longer
   */
  readonly notPolled?: Duration | false;
  /**
   * Noisy message groups of a fair queue: tenants with so many messages in flight, or so slow ones, that SQS prefers those of others.
   * In no preset.
   * @default 0
   */
  readonly noisyGroups?: number | false;
  /**
   * Age of the oldest message of the quiet groups of a fair queue: tenants wait although they are not the cause. In no preset.
   * @default that of oldestMessageAge
   */
  readonly quietGroupsAge?: Duration | false;
  /**
   * Failed invocations in 5 minutes. An invocation fails only if it crashes, times out, or throws outside the handling of a record;
   * a record that is reported as failed does not count.
   * @default 0
   */
  readonly functionErrors?: number | false;
  /**
   * Throttled invocations in 5 minutes, in three consecutive periods.
   * @default 0
   */
  readonly functionThrottles?: number | false;
  /**
   * Longest invocation in 5 minutes, in percent of the function's timeout, below 100.
   * @default 90
   */
  readonly functionDuration?: number | false;
  /**
   * Age of the oldest message that failed and is to be redelivered, measured over 15 minutes, of consumers with `metrics`. Unlike
   * `oldestMessageAge`, it counts messages that were received three times or more.
   * @default that of oldestMessageAge
   */
  readonly oldestFailingEvent?: Duration | false;
  /**
   * 99th percentile of the time of a handler in 5 minutes, in three consecutive periods, of consumers with `metrics`.
   * @default half the function's timeout
   */
  readonly handlerTime?: Duration | false;
  /**
   * Deliveries that SNS gave up in 5 minutes; they are in the dead-letter queue of the subscription.
   * @default 0
   */
  readonly failedNotifications?: number | false;
  /**
   * Deliveries that SNS gave up and could not move to a dead-letter queue in 5 minutes: they are lost.
   * @default 0
   */
  readonly lostNotifications?: number | false;
  /**
   * Messages that filter policies withheld in 5 minutes because their attributes were invalid.
   * @default 0
   */
  readonly invalidAttributes?: number | false;
}

/** How one kind of alarm is evaluated, where it differs from the default. */
export interface AlarmSettings {
  readonly severity?: AlarmSeverity;
  /** Period of the metrics, a multiple of one minute. */
  readonly period?: Duration;
  /** Periods that are considered. */
  readonly evaluationPeriods?: number;
  /**
   * Periods of those that must be above the threshold.
   * @default all of them
   */
  readonly datapointsToAlarm?: number;
}

/** An alarm that is about to be named. */
export interface AlarmIdentity {
  readonly kind: AlarmKind | "unhealthy";
  readonly severity: AlarmSeverity;
  /** Path of the topic, subscriber or work queue: `Shop/Orders/Billing`. */
  readonly path: string;
}

/** Which alarms exist, their thresholds, and whom they notify. */
export interface AlarmOptions extends AlarmThresholds {
  /**
   * Which alarms exist. A threshold that is set adds its alarm to the preset.
   * @default "standard"
   */
  readonly preset?: AlarmPreset;
  /**
   * Topic that is notified of alarms, in the account and Region of the alarms. It must not be the topic that is monitored. Its
   * policy and its key get the statements that CloudWatch needs; if they are imported, a warning holds the statements.
   * @default none: the alarms only change their state, and a warning says so
   */
  readonly actionTopic?: sns.ITopic;
  /**
   * Topic that is notified of alarms of severity `ticket` instead.
   * @default actionTopic
   */
  readonly ticketTopic?: sns.ITopic;
  /**
   * Other actions to take.
   * @default none
   */
  readonly actions?: readonly cloudwatch.IAlarmAction[];
  /**
   * Whether topics and actions are also notified when an alarm is over, so that incidents can be closed.
   * @default true
   */
  readonly okActions?: boolean;
  /**
   * Location of the runbook. The description of each alarm links to its section there.
   * @default the runbook of this version, on the web
   */
  readonly runbookUrl?: string;
  /**
   * Returns the name of an alarm.
   * @default names that CloudFormation generates
   */
  readonly alarmName?: (alarm: AlarmIdentity) => string;
  /** Severity and evaluation by kind. */
  readonly settings?: Readonly<Partial<Record<AlarmKind, AlarmSettings>>>;
  /**
   * Whether each consumer has a composite alarm that goes off while any of its alarms does, for rollbacks and dashboards. It
   * notifies nobody, because the alarms do.
   * @default true with the preset `full`
   */
  readonly composite?: boolean;
}
