import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as sns from "aws-cdk-lib/aws-sns";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { AnyContract } from "../../../lib/contract/index.ts";
import { checkDuration, refuseIf, SQS } from "../checks/index.ts";
import { type ConsumerHome, consumerOf } from "../consumer/index.ts";
import { addToManifest } from "../manifest/index.ts";
import type { AlarmOptions } from "../observability/index.ts";
import { isElsewhere, placeOf } from "../places/index.ts";
import {
  ConsumedQueue,
  type Consumption,
  consume,
  DEFAULT_RETENTIONS,
  existingQueues,
  hasTenants,
  newQueues,
} from "../queue/index.ts";
import type { FanOutOptions } from "./fan-out-options.ts";
import { replayPolicyOf } from "./replay.ts";
import { checkSubscriberPlace, watchSubscriber } from "./subscriber-places.ts";
import { createSubscription, type SubscriptionFilter } from "./subscription.ts";
import { subscriptionDeadLetters, type TopicPlace } from "./subscription-dead-letters.ts";
import { eventsOf, subscriptionFilter } from "./subscription-filter.ts";

/** The topic to which a subscriber belongs. */
export interface SubscriberHome extends ConsumerHome {
  readonly topic: sns.ITopic;
  /** The topic's ARN without a reference to the topic. */
  readonly topicArn: string;
  readonly contract: AnyContract;
  readonly fifo: boolean;
  /** Whether the topic archives messages; `undefined` if that is not known. */
  readonly archived: boolean | undefined;
  readonly place: TopicPlace;
  readonly alarms: AlarmOptions | false | undefined;
}

/** What {@link Subscriber} takes: the options of `fanOut`, and the topic. */
export interface SubscriberProps extends Omit<FanOutOptions, "events" | "where" | "whereData" | "scope"> {
  readonly events?: readonly string[];
  /** Conditions as in `fanOut`, which checks their types; their attributes and values are checked again here. */
  readonly where?: object;
  /** Conditions on the data as in `fanOut`. */
  readonly whereData?: object;
  readonly home: SubscriberHome;
}

/**
 * One subscriber: a queue with its dead-letter queue, the filtered subscription with its own dead-letter queue, and, if there is a
 * handler, the function with everything that it needs. Created by `FanoutTopic.fanOut`.
 */
export class Subscriber extends ConsumedQueue {
  /** Messages that SNS could not deliver; `undefined` if the subscriber has `subscriptionDeadLetter: false`. */
  readonly subscriptionDeadLetterQueue: sqs.IQueue | undefined;
  readonly subscription: sns.CfnSubscription;
  readonly alarms: readonly cloudwatch.Alarm[];
  /** Goes off while one of the alarms does, if there is one: see `alarms.composite`. */
  readonly healthAlarm: cloudwatch.CompositeAlarm | undefined;
  /** What the filter policy of the subscription matches; `undefined` if there is none. */
  readonly filterScope: SubscriptionFilter["scope"] | undefined;
  /** Names of the events that the subscription delivers; empty if nothing filters on their types. */
  readonly events: readonly string[];
  /** @internal */
  protected readonly consumption: Consumption;

  constructor(scope: Construct, id: string, props: SubscriberProps) {
    super(scope, id);
    const { home, queue } = props;
    const fifo = queue?.fifo ?? props.fifo ?? home.fifo;
    const deadLetter = props.subscriptionDeadLetter ?? {};
    this.checkProps(props, fifo);
    checkSubscriberPlace(this, { ...props, topic: home.place.env });
    const queues = queue === undefined ? newQueues(this, props, fifo) : existingQueues(this, queue, props);
    const filter = subscriptionFilter(this, props, { contract: home.contract, offloads: home.payloads !== undefined });

    this.events = eventsOf(props, home.contract);
    this.consumption = consume(this, props, {
      id,
      queues,
      events: this.events,
      // SNS forwards groups from standard topics to standard queues.
      tenants: !home.fifo && hasTenants(home.contract),
      subscriptionDeadLetterRetention:
        (deadLetter === false ? undefined : deadLetter.retention) ?? DEFAULT_RETENTIONS.subscriptionDeadLetterQueue,
      home: { ...home, encryptionKey: props.encryptionKey },
    });
    const deadLetters = subscriptionDeadLetters(this, {
      ...props,
      options: deadLetter,
      fifo,
      queue: this.queue,
      topic: home.place,
    });
    this.subscriptionDeadLetterQueue = deadLetters?.queue;
    this.subscription = createSubscription(this, {
      topic: home.topic,
      topicArn: home.topicArn,
      queue: this.queue,
      deadLetterQueue: this.subscriptionDeadLetterQueue,
      filter,
      replayPolicy: props.replay && replayPolicyOf(this, props.replay, home),
      queuePolicyAllowsTopic: props.queuePolicyAllowsTopic ?? false,
      keyPolicyAllowsSns: props.keyPolicyAllowsSns ?? false,
    });
    this.filterScope = filter?.scope;
    const { subscriptionDeadLetterQueue } = this;
    // The manifest names only queues of the same account and Region.
    const isNear = subscriptionDeadLetterQueue && !isElsewhere(subscriptionDeadLetterQueue.env, placeOf(this));
    addToManifest(this, {
      ...this.consumption,
      contract: home.contract,
      ...consumerOf(props, `${home.contractName}.${id}`),
      ...(isNear ? { subscriptionDeadLetterQueue } : {}),
      topicArn: home.topicArn,
      filterPolicy: filter?.policy,
    });
    const { alarms, healthAlarm } = watchSubscriber(this, {
      own: props.alarms ?? home.alarms,
      ofTopic: home.alarms,
      consumption: this.consumption,
      deadLetters,
    });
    this.alarms = alarms;
    this.healthAlarm = healthAlarm;
  }

  /** Whether the subscription has a filter policy. */
  get filtered(): boolean {
    return this.filterScope !== undefined;
  }

  private checkProps({ home, subscriptionDeadLetter = {} }: SubscriberProps, fifo: boolean): void {
    refuseIf(this, fifo && !home.fifo, {
      field: "fifo",
      message: "a FIFO queue cannot subscribe to a standard topic",
      remedy: "make the topic FIFO (fifo: true on the FanoutTopic), or leave fifo out here",
    });
    const retention = subscriptionDeadLetter === false ? undefined : subscriptionDeadLetter.retention;
    checkDuration(this, "subscriptionDeadLetter.retention", retention, SQS.retentionSeconds);
  }
}
