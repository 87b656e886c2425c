import { Annotations, Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type * as sns from "aws-cdk-lib/aws-sns";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { AlarmOptions } from "./alarm-options.ts";

const DEFAULT_RUNBOOK = "docs/runbook.md";
const DEFAULT_OLDEST_MESSAGE_AGE = Duration.minutes(15);
const PERIOD = Duration.minutes(5);
const MINUTE = Duration.minutes(1);
const THROTTLE_PERIODS = 3;

/** Anchors of the runbook sections to which alarms link. Your own runbook needs headings that match them. */
export const RUNBOOK_ANCHORS = {
  deadLetterQueueDepth: "messages-in-a-dead-letter-queue",
  subscriptionDeadLetterQueueDepth: "messages-that-sns-could-not-deliver",
  oldestMessageAge: "old-messages-in-a-queue",
  functionErrors: "failed-invocations",
  functionThrottles: "throttled-invocations",
  failedNotifications: "failed-notifications",
} as const;

/** Creates the alarms of one construct. All have the same actions and runbook; missing data does not set them off. */
export class AlarmFactory {
  /** The alarms created so far. */
  readonly alarms: cloudwatch.Alarm[] = [];
  private readonly scope: Construct;
  private readonly options: AlarmOptions | undefined;

  /** @param options `false` creates no alarms */
  constructor(scope: Construct, options: AlarmOptions | false = {}) {
    this.scope = scope;
    this.options = options === false ? undefined : options;
  }

  /** Messages in a dead-letter queue. Visible messages are counted: those that SQS moves do not count as sent. */
  deadLetterQueueDepth(id: string, queue: sqs.IQueue): void {
    this.add(id, this.options?.deadLetterQueueDepth, 0, {
      anchor: "deadLetterQueueDepth",
      text: "Messages could not be processed and wait in the dead-letter queue.",
      metric: queue.metricApproximateNumberOfMessagesVisible({ period: MINUTE, statistic: "Maximum" }),
    });
  }

  /** Messages that SNS could not deliver to the queue. */
  subscriptionDeadLetterQueueDepth(id: string, queue: sqs.IQueue): void {
    this.add(id, this.options?.deadLetterQueueDepth, 0, {
      anchor: "subscriptionDeadLetterQueueDepth",
      text: "SNS could not deliver messages to the queue; they wait in the dead-letter queue of the subscription.",
      metric: queue.metricApproximateNumberOfMessagesVisible({ period: MINUTE, statistic: "Maximum" }),
    });
  }

  /** Age of the oldest message: a consumer that does not keep up. */
  oldestMessageAge(id: string, queue: sqs.IQueue): void {
    const age = this.options?.oldestMessageAge;
    this.add(id, age instanceof Duration ? age.toSeconds() : age, DEFAULT_OLDEST_MESSAGE_AGE.toSeconds(), {
      anchor: "oldestMessageAge",
      text: "The oldest message has waited for too long: the consumer does not keep up, or keeps failing.",
      metric: queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: "Maximum" }),
    });
  }

  /** Invocations that crashed or timed out, and invocations that Lambda throttled. */
  functionHealth(errorsId: string, throttlesId: string, fn: lambda.IFunction): void {
    this.add(errorsId, this.options?.functionErrors, 0, {
      anchor: "functionErrors",
      text: "Invocations of the handler crashed or timed out.",
      metric: fn.metricErrors({ period: PERIOD, statistic: "Sum" }),
    });
    this.add(throttlesId, this.options?.functionThrottles, 0, {
      anchor: "functionThrottles",
      text: "Lambda throttles the handler: its reserved concurrency or the account's is used up.",
      metric: fn.metricThrottles({ period: PERIOD, statistic: "Sum" }),
      periods: THROTTLE_PERIODS,
    });
  }

  /** Deliveries that SNS gave up. */
  failedNotifications(id: string, topic: sns.ITopic): void {
    this.add(id, this.options?.failedNotifications, 0, {
      anchor: "failedNotifications",
      text: "SNS gave up delivering messages of the topic.",
      metric: topic.metricNumberOfNotificationsFailed({ period: PERIOD, statistic: "Sum" }),
    });
  }

  /** Warns if the alarms notify nobody. */
  warnIfSilent(): void {
    if (this.options?.actionTopic === undefined && this.options?.actions === undefined && this.options !== undefined) {
      Annotations.of(this.scope).addWarningV2(
        "fanfare:alarmsWithoutActions",
        "the alarms notify nobody: set alarms.actionTopic or alarms.actions, or turn them off with alarms: false",
      );
    }
  }

  private add(
    id: string,
    given: number | false | undefined,
    fallback: number,
    alarm: {
      readonly anchor: keyof typeof RUNBOOK_ANCHORS;
      readonly text: string;
      readonly metric: cloudwatch.Metric;
      readonly periods?: number;
    },
  ): void {
    if (this.options === undefined || given === false) {
      return;
    }
    const created = new cloudwatch.Alarm(this.scope, id, {
      metric: alarm.metric,
      threshold: given ?? fallback,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: alarm.periods ?? 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      alarmDescription: `${alarm.text} Runbook: ${this.options.runbookUrl ?? DEFAULT_RUNBOOK}#${RUNBOOK_ANCHORS[alarm.anchor]}`,
    });
    const { actionTopic, actions = [] } = this.options;
    for (const action of [...(actionTopic === undefined ? [] : [new SnsAction(actionTopic)]), ...actions]) {
      created.addAlarmAction(action);
    }
    this.alarms.push(created);
  }
}
