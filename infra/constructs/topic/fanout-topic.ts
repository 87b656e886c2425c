import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as events from "aws-cdk-lib/aws-events";
import type * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import type * as s3 from "aws-cdk-lib/aws-s3";
import type * as sns from "aws-cdk-lib/aws-sns";
import type { SnsPublish } from "aws-cdk-lib/aws-stepfunctions-tasks";
import type { Construct } from "constructs";
import type { AnyContract, EventName } from "../../../lib/contract/index.ts";
import { grantPublishing } from "../access/index.ts";
import { checkContract, SNS } from "../checks/index.ts";
import { DEFAULT_RETENTIONS, type EventBridgeTargetOptions, longest, longestRedelivery } from "../queue/index.ts";
import { createPayloadStore, LazyIdempotencyTable, type PayloadStore, publishableBytes } from "../stores/index.ts";
import { checkTopicProps, createTopic, importTopic, topicArn } from "./create-topic.ts";
import { EventBridgeSource } from "./event-bridge-source.ts";
import { EventBusPipe, type ToEventBusOptions } from "./event-bus-pipe.ts";
import type { FanOutOptions } from "./fan-out-options.ts";
import type { FanoutTopicProps, ImportedTopicProps } from "./fanout-topic-props.ts";
import { MeasuredTopic } from "./measured-topic.ts";
import { checkMember, checkSubscriptions, warnOfFilterQuota } from "./member-checks.ts";
import { type PushOptions, withTarget } from "./push-options.ts";
import { PushSubscriber } from "./push-subscriber.ts";
import type { TopicShare } from "./share.ts";
import type { ShareOptions } from "./share-options.ts";
import { TopicShares } from "./shares.ts";
import { Subscriber, type SubscriberHome } from "./subscriber.ts";
import { subscriberHome } from "./subscriber-home.ts";
import { type TopicTaskOptions, topicTask } from "./topic-task.ts";
import { TopicViews } from "./topic-views.ts";

/**
 * A topic whose events are declared by a contract, and its subscribers.
 *
 * ```ts
 * const topic = new FanoutTopic(this, "Orders", { contract: orders, fifo: true, largePayloads: true });
 * topic.fanOut("Billing", { events: ["OrderPlaced"], where: { region: ["eu"] }, handler: { entry: "lambdas/billing.ts" } });
 * topic.grantPublish(checkout);
 * ```
 */
export class FanoutTopic<const C extends AnyContract = AnyContract> extends MeasuredTopic {
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
  private readonly views: TopicViews;
  private readonly members: Subscriber[] = [];
  private readonly shares: TopicShares;
  private readonly maxMessageBytes: number;

  constructor(scope: Construct, id: string, props: FanoutTopicProps<C>) {
    super(scope, id);
    this.props = props;
    this.contract = props.contract;
    this.fifo = props.topic?.fifo ?? props.fifo ?? false;
    this.maxMessageBytes = props.maximumMessageSize?.toBytes() ?? SNS.defaultMessageBytes;
    checkTopicProps(this, props, this.fifo);
    checkContract(this, props.contract, this.fifo);
    this.topic = props.topic ?? createTopic(this, props, this.fifo);
    this.shares = new TopicShares(this, () => ({
      topic: this.topic,
      topicArn: topicArn(this, this.props, this.fifo),
      contract: this.contract,
      topicIsFifo: this.fifo,
      encryptionKey: this.props.encryptionKey,
      payloads: this.payloads,
      isShared: this.props.shared ?? false,
      keyPolicyAllowsSns: this.props.keyPolicyAllowsSns ?? false,
    }));
    this.payloads = createPayloadStore(this, props, {
      contractName: props.contract.name,
      maxMessageBytes: this.maxMessageBytes,
      // Without subscribers, payloads live as long as with one that sets no retention.
      retention: () =>
        longest([...this.members.map(({ retention }) => retention), ...this.shares.retentions]) ??
        longestRedelivery(DEFAULT_RETENTIONS),
      sharedRetention: props.shared === true ? longestRedelivery(DEFAULT_RETENTIONS) : undefined,
    });
    this.payloadBucket = this.payloads?.bucket;
    this.idempotency = new LazyIdempotencyTable(this, props);
    this.views = new TopicViews(this, props);
    this.dashboard = this.views.dashboard;
    this.alarms = this.views.watch(this, this.topic, props.alarms);
  }

  /**
   * Returns the topic of another stack, app or account, for subscribers and publishers here. Its owner has called {@link shareWith}: set
   * `shared` then. The subscriptions are made here, by the owner of the queues, so that nobody has to confirm them.
   *
   * ```ts
   * const orders = FanoutTopic.fromTopicArn(this, "Orders", topicArn, { contract, shared: true });
   * orders.fanOut("Billing", { handler, subscriptionDeadLetter: { queue: sqs.Queue.fromQueueArn(this, "Dead", deadLetterArn) } });
   * ```
   *
   * @param topicArn ends in `.fifo` for a FIFO topic
   */
  static fromTopicArn<const C extends AnyContract>(
    scope: Construct,
    id: string,
    topicArn: string,
    props: ImportedTopicProps<C>,
  ): FanoutTopic<C> {
    return new FanoutTopic(scope, id, { ...props, topic: importTopic(scope, id, topicArn) });
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
    const { scope = this, ...rest } = options;
    checkMember(this, this.members, id, scope);
    checkSubscriptions(this, this.members, this.maxMessageBytes);
    const encryptionKey = options.encryptionKey ?? this.props.encryptionKey;
    const subscriber = new Subscriber(scope, id, {
      ...rest,
      namePrefix: options.namePrefix ?? (this.props.namePrefix && `${this.props.namePrefix}-${id}`),
      encryptionKey,
      metrics: options.metrics ?? this.props.metrics ?? false,
      keyPolicyAllowsSns: options.keyPolicyAllowsSns ?? this.props.keyPolicyAllowsSns,
      home: this.home(encryptionKey),
    });
    this.members.push(subscriber);
    this.shares.admit(subscriber, options.events ?? Object.keys(this.contract.events));
    warnOfFilterQuota(this, this.members);
    this.views.add(subscriber);
    return subscriber;
  }

  /**
   * Lets other accounts subscribe queues of theirs, and read payloads: in the policies of the topic, the payload bucket and its key.
   * Creates a dead-letter queue for those subscriptions. The accounts use {@link FanoutTopic.fromTopicArn}. For a subscriber of this app
   * in a stack of another account, `fanOut` does all of it.
   *
   * @throws FanfareError `ConfigurationInvalid` for what is no account or organization, or is shared already
   */
  shareWith<const Name extends EventName<C> = EventName<C>>(options: ShareOptions<Name>): TopicShare {
    return this.shares.add(options);
  }

  /**
   * Adds a subscriber to which SNS pushes: a function, an e-mail address, a phone number, an HTTPS endpoint or a Firehose stream. What SNS
   * cannot deliver goes to a dead-letter queue of the subscription. Standard topics only.
   *
   * ```ts
   * topic.push("Ops", { email: "ops@example.com", events: ["OrderCancelled"] });
   * ```
   *
   * @throws FanfareError `ConfigurationInvalid` on FIFO, and for what SNS would refuse
   */
  push<const Name extends EventName<C> = EventName<C>>(id: string, options: PushOptions<C, Name>): PushSubscriber {
    checkMember(this, this.members, id, this);
    const { namePrefix, encryptionKey, keyPolicyAllowsSns = false } = this.props;
    return new PushSubscriber(this, id, {
      ...withTarget(options),
      home: this.home(encryptionKey),
      encryptionKey,
      namePrefix: namePrefix && `${namePrefix}-${id}`,
      keyPolicyAllowsSns,
      maxMessageBytes: this.maxMessageBytes,
    });
  }

  /**
   * Puts events on an event bus of EventBridge: a queue, and a pipe from it. `source` and `detail-type` are source and type of the envelope,
   * `detail` is the envelope. What cannot be put is dead-lettered.
   *
   * @throws FanfareError `ConfigurationInvalid` with `largePayloads`, and for a bus in another account or Region
   */
  toEventBus<const Name extends EventName<C> = EventName<C>>(
    id: string,
    { eventBus, ...options }: ToEventBusOptions<C, Name>,
  ): EventBusPipe {
    return new EventBusPipe(this.fanOut(id, options), "Pipe", { eventBus, offloads: this.payloads !== undefined });
  }

  /**
   * Returns a target for rules of EventBridge: matching events are published as events of the contract. EventBridge sets no attributes, so
   * their subscribers need `filter: "body"`. What EventBridge cannot deliver goes to a dead-letter queue, as EventBridge wrote it.
   *
   * @throws FanfareError `ConfigurationInvalid` for an unknown event, on FIFO, and at synthesis for subscribers that filter on attributes
   */
  eventBridgeTarget(event: EventName<C>, options: EventBridgeTargetOptions = {}): events.IRuleTarget {
    const subscribers = () => [...this.members, ...this.node.children.filter((each) => each instanceof PushSubscriber)];
    return EventBridgeSource.of(this, { ...this.props, topic: this.topic, subscribers }).target(event, options);
  }

  /**
   * Returns a state of Step Functions that publishes an event with a task token, and waits until the first of its consumers responds with
   * `taskOf(ctx)` of `fanfare/step-functions`, which `stateMachine.grantTaskResponse(subscriber)` allows it. For one consumer, prefer
   * `stepFunctionsTask` of a work queue.
   *
   * @throws FanfareError `ConfigurationInvalid` for an unknown event, without a timeout, on FIFO without a message group, and for routing
   *   attributes that are left out
   */
  stepFunctionsTask<const Name extends EventName<C>>(
    scope: Construct,
    id: string,
    event: Name,
    options: TopicTaskOptions<C, Name>,
  ): SnsPublish {
    const { contract, fifo, topic } = this;
    return topicTask(scope, id, { contract, event, fifo, topic }, options);
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
      metricsNamespace: this.views.metricsNamespace,
    });
  }

  private home(encryptionKey: kms.IKey | undefined): SubscriberHome {
    const { topic, props, fifo, payloads, idempotency } = this;
    return subscriberHome(this, { topic, props, fifo, payloads, idempotency }, encryptionKey);
  }
}
