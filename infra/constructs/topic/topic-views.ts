import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as sns from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { AnyContract } from "../../../lib/contract/index.ts";
import {
  AlarmFactory,
  type AlarmOptions,
  MessagingDashboard,
  metricsNamespaceOf,
  SavedQueries,
  watchTopic,
} from "../observability/index.ts";
import { isElsewhere, placeOf } from "../places/index.ts";
import type { MessagingProps } from "../queue/index.ts";
import type { Subscriber } from "./subscriber.ts";

/** What shows a topic and its subscribers: the dashboard, and the saved queries over their logs. */
export class TopicViews {
  /** CloudWatch namespace of what publishers tell of themselves; `undefined` if they do not. */
  readonly metricsNamespace: string | undefined;
  private readonly board: MessagingDashboard | undefined;
  private readonly savedQueries: SavedQueries;

  constructor(scope: Construct, props: Pick<MessagingProps<AnyContract>, "dashboard" | "metrics" | "savedQueries">) {
    this.board = props.dashboard === false ? undefined : new MessagingDashboard(scope, props.dashboard);
    this.savedQueries = new SavedQueries(scope, props.savedQueries);
    this.metricsNamespace = metricsNamespaceOf(scope, props.metrics);
  }

  /** The dashboard, unless it is turned off. */
  get dashboard(): cloudwatch.Dashboard | undefined {
    return this.board?.dashboard;
  }

  /**
   * Shows a topic, and returns its alarms. A topic elsewhere has its alarms and its row where it is: CloudWatch has its metrics in its own
   * account and Region.
   */
  watch(scope: Construct, topic: sns.ITopic, options: AlarmOptions | false | undefined): readonly cloudwatch.Alarm[] {
    const isElsewhereTopic = isElsewhere(topic.env, placeOf(scope));
    if (!isElsewhereTopic) {
      this.board?.addTopic(topic, this.metricsNamespace);
    }
    const alarms = new AlarmFactory(scope, isElsewhereTopic ? false : options);
    watchTopic(alarms, topic);
    alarms.warnIfSilent();
    return alarms.alarms;
  }

  /** Shows a subscriber. */
  add({ node, queue, deadLetterQueue, subscriptionDeadLetterQueue, handler, metrics }: Subscriber): void {
    const deadLetterQueues = [deadLetterQueue, subscriptionDeadLetterQueue].filter((each) => each !== undefined);
    this.board?.addConsumer({ name: node.id, queue, deadLetterQueues, handler, metrics });
    this.savedQueries.add(handler);
  }
}
