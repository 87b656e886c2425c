import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type * as sns from "aws-cdk-lib/aws-sns";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

/** Width of a dashboard in grid units. Source: Amazon CloudWatch User Guide, "Dashboard body structure and syntax". */
const WIDTH = 24;
const HEIGHT = 6;

/** One consumer on a dashboard. */
export interface DashboardConsumer {
  readonly name: string;
  readonly queue: sqs.IQueue;
  readonly deadLetterQueues: readonly sqs.IQueue[];
  readonly handler: lambda.IFunction | undefined;
}

/** The dashboard of a topic or work queue: a row for the topic, and a row for each consumer. */
export class MessagingDashboard extends cloudwatch.Dashboard {
  constructor(scope: Construct, id: string) {
    super(scope, id, { periodOverride: cloudwatch.PeriodOverride.AUTO });
  }

  /** Adds the row of the topic: messages published, delivered, filtered out and failed. */
  addTopic(topic: sns.ITopic): void {
    this.addWidgets(
      graph("Messages", WIDTH / 2, [
        topic.metricNumberOfMessagesPublished(),
        topic.metricNumberOfNotificationsDelivered(),
        topic.metricNumberOfNotificationsFilteredOut(),
      ]),
      graph("Failed deliveries", WIDTH / 2, [
        topic.metricNumberOfNotificationsFailed(),
        topic.metric("NumberOfNotificationsRedrivenToDlq", { statistic: "Sum" }),
        topic.metric("NumberOfNotificationsFailedToRedriveToDlq", { statistic: "Sum" }),
      ]),
    );
  }

  /** Adds the row of a consumer: rates, age, depths, and the health of its handler. */
  addConsumer(consumer: DashboardConsumer): void {
    const { name, queue, deadLetterQueues, handler } = consumer;
    const width = WIDTH / 4;
    this.addWidgets(
      graph(`${name}: rates`, width, [queue.metricNumberOfMessagesSent(), queue.metricNumberOfMessagesDeleted()]),
      graph(`${name}: age of the oldest message`, width, [queue.metricApproximateAgeOfOldestMessage()]),
      graph(`${name}: depth`, width, [
        queue.metricApproximateNumberOfMessagesVisible(),
        queue.metricApproximateNumberOfMessagesNotVisible(),
        ...deadLetterQueues.map((deadLetters) => deadLetters.metricApproximateNumberOfMessagesVisible()),
      ]),
      ...(handler === undefined
        ? []
        : [
            graph(`${name}: handler`, width, [
              handler.metricInvocations(),
              handler.metricErrors(),
              handler.metricThrottles(),
              handler.metricDuration({ statistic: "p99" }),
            ]),
          ]),
    );
  }
}

function graph(title: string, width: number, left: cloudwatch.IMetric[]): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, width, height: HEIGHT, left });
}
