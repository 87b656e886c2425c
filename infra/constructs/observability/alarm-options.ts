import type { Duration } from "aws-cdk-lib";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as sns from "aws-cdk-lib/aws-sns";

/** Which alarms exist, their thresholds, and whom they notify. An alarm goes off when its metric is above the threshold. */
export interface AlarmOptions {
  /**
   * Topic that is notified when an alarm goes off. It must not be the topic that is monitored.
   * @default none: the alarms only change their state, and a warning says so
   */
  readonly actionTopic?: sns.ITopic;
  /**
   * Other actions to take when an alarm goes off.
   * @default none
   */
  readonly actions?: readonly cloudwatch.IAlarmAction[];
  /**
   * Location of the runbook. The description of each alarm links to its section there.
   * @default "docs/runbook.md"
   */
  readonly runbookUrl?: string;
  /**
   * Messages in a dead-letter queue, or `false` for no alarm.
   * @default 0
   */
  readonly deadLetterQueueDepth?: number | false;
  /**
   * Age of the oldest message in a queue, measured over 5 minutes, or `false` for no alarm.
   * @default Duration.minutes(15)
   */
  readonly oldestMessageAge?: Duration | false;
  /**
   * Failed invocations in 5 minutes, or `false` for no alarm. An invocation fails only if it crashes, times out, or throws
   * outside the handling of a record; a record that is reported as failed does not count.
   * @default 0
   */
  readonly functionErrors?: number | false;
  /**
   * Throttled invocations in 5 minutes, in three consecutive periods, or `false` for no alarm.
   * @default 0
   */
  readonly functionThrottles?: number | false;
  /**
   * Deliveries that SNS gave up in 5 minutes, or `false` for no alarm.
   * @default 0
   */
  readonly failedNotifications?: number | false;
}
