import type { Duration } from "aws-cdk-lib";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as sns from "aws-cdk-lib/aws-sns";

/** Which alarms exist, when they go off, and whom they tell. Each goes off when its metric is above the threshold. */
export interface AlarmOptions {
  /**
   * Topic that is told when an alarm goes off. Not the topic that is being watched.
   * @default none: the alarms only change their state, and a warning says so
   */
  readonly actionTopic?: sns.ITopic;
  /**
   * Other actions to take when an alarm goes off.
   * @default none
   */
  readonly actions?: readonly cloudwatch.IAlarmAction[];
  /**
   * Where the runbook is; each alarm's description links to its section there.
   * @default "docs/runbook.md"
   */
  readonly runbookUrl?: string;
  /**
   * Messages in a dead-letter queue, or `false` for no such alarm.
   * @default 0
   */
  readonly deadLetterQueueDepth?: number | false;
  /**
   * Age of the oldest message in a queue, or `false` for no such alarm. Looked at over 5 minutes.
   * @default Duration.minutes(15)
   */
  readonly oldestMessageAge?: Duration | false;
  /**
   * Failed invocations in 5 minutes, or `false` for no such alarm. A failed message is not one: only a crash, a timeout or an
   * error outside of the records is.
   * @default 0
   */
  readonly functionErrors?: number | false;
  /**
   * Throttled invocations in 5 minutes, in three periods running, or `false` for no such alarm.
   * @default 0
   */
  readonly functionThrottles?: number | false;
  /**
   * Deliveries that SNS gave up in 5 minutes, or `false` for no such alarm.
   * @default 0
   */
  readonly failedNotifications?: number | false;
}
