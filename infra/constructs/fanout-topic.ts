import { Annotations, Duration, Stack } from "aws-cdk-lib";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type * as s3 from "aws-cdk-lib/aws-s3";
import type * as sns from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { AnyContract, EventName } from "../../lib/contract/index.ts";
import { AlarmFactory } from "./alarms.ts";
import { MessagingDashboard } from "./dashboard.ts";
import { refuseManagedKey } from "./encryption.ts";
import type { FanOutOptions } from "./fan-out-options.ts";
import type { FanoutTopicProps } from "./fanout-topic-props.ts";
import { SNS } from "./limits.ts";
import { checkContract, createPayloadStore, LazyIdempotencyTable, publishableBytes } from "./messaging-home.ts";
import type { PayloadStore } from "./payload-store.ts";
import { grantPublishing } from "./publish-grant.ts";
import { longest, longestRedelivery } from "./retention.ts";
import { Subscriber, type SubscriberHome } from "./subscriber.ts";
import { checkTopicProps, createTopic, topicName } from "./topic.ts";
import { configurationInvalid } from "./validation.ts";

/** What payloads live for while there is no subscriber: as with one that has all defaults. */
const DEFAULT_RETENTION = longestRedelivery({
  queue: Duration.days(4),
  deadLetterQueue: Duration.days(14),
  subscriptionDeadLetterQueue: Duration.days(14),
});

/** Ids of the construct's own children, which no subscriber can have. */
const OWN_IDS = ["Topic", "Payloads", "Idempotency", "Dashboard", "FailedNotificationsAlarm"];

/**
 * A topic whose events a contract declares, and its subscribers.
 *
 * ```ts
 * const topic = new FanoutTopic(this, "Orders", { contract: orders, fifo: true, largePayloads: true });
 * topic.fanOut("Billing", { events: ["OrderPlaced"], where: { region: ["eu"] }, handler: { entry: "lambdas/billing.ts" } });
 * topic.grantPublish(checkout);
 * ```
 */
export class FanoutTopic<const C extends AnyContract = AnyContract> extends Construct {
  readonly contract: C;
  readonly topic: sns.ITopic;
  readonly fifo: boolean;
  /** Bucket of offloaded payloads, where they are asked for. */
  readonly payloadBucket: s3.IBucket | undefined;
  /** The dashboard, unless it is switched off. */
  readonly dashboard: cloudwatch.Dashboard | undefined;
  /** The topic's own alarms; each subscriber has more. */
  readonly alarms: readonly cloudwatch.Alarm[];
  private readonly props: FanoutTopicProps<C>;
  private readonly payloads: PayloadStore | undefined;
  private readonly idempotency: LazyIdempotencyTable;
  private readonly board: MessagingDashboard | undefined;
  private readonly members: Subscriber[] = [];
  private readonly maxMessageBytes: number;

  constructor(scope: Construct, id: string, props: FanoutTopicProps<C>) {
    super(scope, id);
    this.props = props;
    this.contract = props.contract;
    this.fifo = props.topic?.fifo ?? props.fifo ?? false;
    this.maxMessageBytes = props.maximumMessageSize?.toBytes() ?? SNS.defaultMessageBytes;
    checkTopicProps(this, props, this.fifo);
    checkContract(this, props.contract, this.fifo);
    refuseManagedKey(this, "encryptionKey", props.encryptionKey);

    this.topic = props.topic ?? createTopic(this, props, this.fifo);
    this.payloads = createPayloadStore(this, props, {
      maxMessageBytes: this.maxMessageBytes,
      retention: () => longest(this.members.map((subscriber) => subscriber.retention)) ?? DEFAULT_RETENTION,
    });
    this.payloadBucket = this.payloads?.bucket;
    this.idempotency = new LazyIdempotencyTable(this, props);
    this.board = props.dashboard === false ? undefined : new MessagingDashboard(this, "Dashboard");
    this.board?.addTopic(this.topic);
    this.dashboard = this.board;
    const alarms = new AlarmFactory(this, props.alarms);
    alarms.failedNotifications("FailedNotificationsAlarm", this.topic);
    alarms.warnIfSilent();
    this.alarms = alarms.alarms;
  }

  /** The subscribers so far. */
  get subscribers(): readonly Subscriber[] {
    return this.members;
  }

  /** Table of idempotency records: `undefined` until the first handler needs it. */
  get idempotencyTable(): dynamodb.ITable | undefined {
    return this.idempotency.table;
  }

  /**
   * Adds a subscriber: queue, dead-letter queues, filtered subscription and, with a handler, function, mapping, permissions.
   *
   * @throws FanfareError `ConfigurationInvalid` for what AWS would refuse, or what would lose messages
   */
  fanOut<const Name extends EventName<C> = EventName<C>>(id: string, options: FanOutOptions<C, Name> = {}): Subscriber {
    this.checkId(id, options.scope ?? this);
    this.checkSubscriptions();
    const { scope = this, where, ...rest } = options;
    const { encryptionKey = this.props.encryptionKey, keyPolicyAllowsSns = this.props.keyPolicyAllowsSns } = options;
    const subscriber = new Subscriber(scope, id, {
      ...rest,
      ...(where === undefined ? {} : { where }),
      ...(encryptionKey === undefined ? {} : { encryptionKey }),
      ...(keyPolicyAllowsSns === undefined ? {} : { keyPolicyAllowsSns }),
      home: this.home(),
    });
    this.members.push(subscriber);
    this.warnOfFilterQuota();
    this.showOnDashboard(subscriber);
    return subscriber;
  }

  /**
   * Allows to publish: IAM, the key, payloads under their prefix. A function of this app also gets the environment that
   * `createPublisher` reads; for another one a warning names the variables.
   */
  grantPublish(grantee: iam.IGrantable): iam.Grant {
    return grantPublishing(this, grantee, {
      contractName: this.contract.name,
      target: this.topic.topicArn,
      arn: this.topic.topicArn,
      action: "sns:Publish",
      encryptionKey: this.topic.masterKey,
      maxMessageBytes: publishableBytes(this.props, this.maxMessageBytes),
      payloads: this.payloads,
    });
  }

  /** Messages published. */
  metricNumberOfMessagesPublished(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.topic.metricNumberOfMessagesPublished(options);
  }

  /** Messages delivered to subscribers. */
  metricNumberOfNotificationsDelivered(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.topic.metricNumberOfNotificationsDelivered(options);
  }

  /** Messages that filters kept from subscribers. */
  metricNumberOfNotificationsFilteredOut(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.topic.metricNumberOfNotificationsFilteredOut(options);
  }

  /** Messages that SNS could not deliver. */
  metricNumberOfNotificationsFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.topic.metricNumberOfNotificationsFailed(options);
  }

  private home(): SubscriberHome {
    return {
      topic: this.topic,
      topicArn:
        this.props.topic?.topicArn ??
        Stack.of(this).formatArn({ service: "sns", resource: topicName(this, this.props, this.fifo) }),
      contract: this.contract,
      contractName: this.contract.name,
      fifo: this.fifo,
      payloads: this.payloads,
      idempotencyTable: () => this.idempotency.get(),
      handlerTracing: this.props.tracing === true ? lambda.Tracing.ACTIVE : undefined,
      alarms: this.props.alarms,
    };
  }

  private showOnDashboard(subscriber: Subscriber): void {
    // The subscriber's stack refers to the topic's: a reference back would be circular.
    if (Stack.of(subscriber) !== Stack.of(this)) return;
    this.board?.addConsumer({
      name: subscriber.node.id,
      queue: subscriber.queue,
      deadLetterQueues: [subscriber.deadLetterQueue ?? [], subscriber.subscriptionDeadLetterQueue].flat(),
      handler: subscriber.handler,
    });
  }

  private checkId(id: string, scope: Construct): void {
    const taken =
      OWN_IDS.includes(id) ||
      scope.node.tryFindChild(id) !== undefined ||
      this.members.some((subscriber) => subscriber.node.id === id);
    if (!taken) return;
    throw configurationInvalid(this, {
      field: "id",
      message: `the id "${id}" is taken by another subscriber or by the topic itself`,
      remedy:
        "give each subscriber an id of its own; it is also the consumer's name, so that subscribers do not share records",
    });
  }

  private checkSubscriptions(): void {
    const most = SNS.subscriptionsOfLargeMessages;
    if (this.maxMessageBytes <= SNS.defaultMessageBytes || this.members.length < most) return;
    throw configurationInvalid(this, {
      field: "maximumMessageSize",
      message: `maximumMessageSize is ${this.maxMessageBytes} bytes, and above ${SNS.defaultMessageBytes} a topic has at most ${most} subscriptions`,
      limit: `${most} subscriptions`,
      remedy: "leave maximumMessageSize out and set largePayloads, or split the topic",
    });
  }

  private warnOfFilterQuota(): void {
    if (this.members.filter((subscriber) => subscriber.filtered).length !== SNS.filterPoliciesPerTopic + 1) return;
    Annotations.of(this).addWarningV2(
      "fanfare:filterPolicyQuota",
      `more than ${SNS.filterPoliciesPerTopic} filter policies on one topic need a raised quota (SNS: filter policies per topic)`,
    );
  }
}
