import { Annotations } from "aws-cdk-lib";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type * as s3 from "aws-cdk-lib/aws-s3";
import type * as sns from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { AnyContract, EventName } from "../../../lib/contract/index.ts";
import { grantPublishing, refuseManagedKey } from "../access/index.ts";
import { checkContract, refuseIf, SNS } from "../checks/index.ts";
import { AlarmFactory, MessagingDashboard, watchTopic } from "../observability/index.ts";
import { DEFAULT_RETENTIONS, longest, longestRedelivery } from "../queue/index.ts";
import { createPayloadStore, LazyIdempotencyTable, type PayloadStore, publishableBytes } from "../stores/index.ts";
import { checkTopicProps, createTopic, topicArn } from "./create-topic.ts";
import type { FanOutOptions } from "./fan-out-options.ts";
import type { FanoutTopicProps } from "./fanout-topic-props.ts";
import { Subscriber, type SubscriberHome } from "./subscriber.ts";

/** Ids of the construct's own children, which no subscriber can have. */
const OWN_IDS = [
  "Topic",
  "Payloads",
  "Idempotency",
  "Dashboard",
  "FailedNotificationsAlarm",
  "LostNotificationsAlarm",
  "InvalidAttributesAlarm",
];

/**
 * A topic whose events are declared by a contract, and its subscribers.
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
  /** Bucket of offloaded payloads, if `largePayloads` is set. */
  readonly payloadBucket: s3.IBucket | undefined;
  /** The dashboard, unless it is turned off. */
  readonly dashboard: cloudwatch.Dashboard | undefined;
  /** The alarms of the topic itself; each subscriber has more. */
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
      contractName: props.contract.name,
      maxMessageBytes: this.maxMessageBytes,
      // Without subscribers, payloads live as long as with one that sets no retention.
      retention: () => longest(this.members.map(({ retention }) => retention)) ?? longestRedelivery(DEFAULT_RETENTIONS),
    });
    this.payloadBucket = this.payloads?.bucket;
    this.idempotency = new LazyIdempotencyTable(this, props);
    this.board = props.dashboard === false ? undefined : new MessagingDashboard(this, props.dashboard);
    this.board?.addTopic(this.topic);
    this.dashboard = this.board?.dashboard;
    const alarms = new AlarmFactory(this, props.alarms);
    watchTopic(alarms, this.topic);
    alarms.warnIfSilent();
    this.alarms = alarms.alarms;
  }

  /** The subscribers added so far. */
  get subscribers(): readonly Subscriber[] {
    return this.members;
  }

  /** Table of idempotency records; `undefined` until the first handler needs it. */
  get idempotencyTable(): dynamodb.ITable | undefined {
    return this.idempotency.table;
  }

  /**
   * Adds a subscriber: queue, dead-letter queues, filtered subscription and, with a handler, function, event source mapping and
   * permissions.
   *
   * @throws FanfareError `ConfigurationInvalid` for what AWS would refuse, or what would lose messages
   */
  fanOut<const Name extends EventName<C> = EventName<C>>(id: string, options: FanOutOptions<C, Name> = {}): Subscriber {
    const { scope = this, where, ...rest } = options;
    this.checkId(id, scope);
    this.checkSubscriptions();
    const subscriber = new Subscriber(scope, id, {
      ...rest,
      ...(where === undefined ? {} : { where }),
      encryptionKey: options.encryptionKey ?? this.props.encryptionKey,
      keyPolicyAllowsSns: options.keyPolicyAllowsSns ?? this.props.keyPolicyAllowsSns,
      home: this.home(),
    });
    this.members.push(subscriber);
    this.warnOfFilterQuota();
    this.showOnDashboard(subscriber);
    return subscriber;
  }

  /**
   * Grants publishing: IAM, the key, and payloads under their prefix. A function of this app, or the handler of a subscriber or work
   * queue, also gets the environment variables that `createPublisher` reads; for an imported function, a warning names them. A
   * service, account, organization, or role of another account is allowed in the resources' own policies.
   *
   * @throws FanfareError `ConfigurationInvalid` if the function publishes events of the same contract elsewhere already
   */
  grantPublish(grantee: iam.IGrantable): iam.Grant {
    return grantPublishing(this, grantee, {
      contractName: this.contract.name,
      target: this.topic.topicArn,
      resource: { arn: this.topic.topicArn, policy: this.topic },
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

  /** Messages that filters withheld from subscribers. */
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
      topicArn: topicArn(this, this.props, this.fifo),
      contract: this.contract,
      contractName: this.contract.name,
      fifo: this.fifo,
      payloads: this.payloads,
      idempotencyTable: () => this.idempotency.get(),
      encryptionKey: this.props.encryptionKey,
      handlerTracing: this.props.tracing === true ? lambda.Tracing.ACTIVE : undefined,
      alarms: this.props.alarms,
    };
  }

  private showOnDashboard(subscriber: Subscriber): void {
    const { queue, deadLetterQueue, subscriptionDeadLetterQueue, handler } = subscriber;
    const deadLetterQueues = [deadLetterQueue ?? [], subscriptionDeadLetterQueue].flat();
    this.board?.addConsumer({ name: subscriber.node.id, queue, deadLetterQueues, handler });
  }

  private checkId(id: string, scope: Construct): void {
    const isMember = this.members.some((subscriber) => subscriber.node.id === id);
    refuseIf(this, isMember || OWN_IDS.includes(id) || scope.node.tryFindChild(id) !== undefined, {
      field: "id",
      message: `the id "${id}" is already used by another subscriber, by the topic itself, or in the scope`,
      remedy:
        "give each subscriber its own id; it is also part of the consumer's name, so that subscribers do not share idempotency records",
    });
  }

  private checkSubscriptions(): void {
    const most = SNS.subscriptionsOfLargeMessages;
    refuseIf(this, this.maxMessageBytes > SNS.defaultMessageBytes && this.members.length >= most, {
      field: "maximumMessageSize",
      message: `maximumMessageSize is ${this.maxMessageBytes} bytes, but above ${SNS.defaultMessageBytes} bytes a topic may have at most ${most} subscriptions`,
      limit: `${most} subscriptions`,
      remedy: "leave maximumMessageSize out and set largePayloads, or split the topic",
    });
  }

  private warnOfFilterQuota(): void {
    if (this.members.filter(({ filtered }) => filtered).length === SNS.filterPoliciesPerTopic + 1) {
      Annotations.of(this).addWarningV2(
        "fanfare:filterPolicyQuota",
        `the topic has more than ${SNS.filterPoliciesPerTopic} filter policies: request a higher quota (SNS: filter policies per topic)`,
      );
    }
  }
}
