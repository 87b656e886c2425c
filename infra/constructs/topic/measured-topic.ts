import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as sns from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";

/** A construct that has a topic, and the metrics of it. */
export abstract class MeasuredTopic extends Construct {
  abstract readonly topic: sns.ITopic;

  /** Messages published. */
  metricNumberOfMessagesPublished(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.topic.metricNumberOfMessagesPublished(options);
  }

  /** Messages delivered to subscribers. */
  metricNumberOfNotificationsDelivered(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.topic.metricNumberOfNotificationsDelivered(options);
  }

  /** Messages that filters withheld from subscribers. */
  metricNumberOfNotificationsFilteredOut(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.topic.metricNumberOfNotificationsFilteredOut(options);
  }

  /** Messages that SNS could not deliver. */
  metricNumberOfNotificationsFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.topic.metricNumberOfNotificationsFailed(options);
  }
}
