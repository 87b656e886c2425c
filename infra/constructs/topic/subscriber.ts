import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as sns from "aws-cdk-lib/aws-sns";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { AnyContract } from "../../../lib/contract/index.ts";
import { refuseManagedKey } from "../access/index.ts";
import { checkDuration, refuseIf, SQS } from "../checks/index.ts";
import { type ConsumerHome, consumerOf } from "../consumer/index.ts";
import { addToManifest } from "../manifest/index.ts";
import { AlarmFactory, type AlarmOptions, watchConsumer } from "../observability/index.ts";
import {
  ConsumedQueue,
  type Consumption,
  consume,
  createDeadLetterQueue,
  DEFAULT_RETENTIONS,
  existingQueues,
  newQueues,
  OwnQueue,
  queueName,
  refuseQueueNameTwice,
} from "../queue/index.ts";
import type { FanOutOptions } from "./fan-out-options.ts";
import type { FilterPolicy } from "./filter-limits.ts";
import { compileFilterPolicy } from "./filter-policy.ts";
import { createSubscription } from "./subscription.ts";

/** The topic to which a subscriber belongs. */
export interface SubscriberHome extends ConsumerHome {
  readonly topic: sns.ITopic;
  /** The topic's ARN without a reference to the topic. */
  readonly topicArn: string;
  readonly contract: AnyContract;
  readonly fifo: boolean;
  readonly alarms: AlarmOptions | false | undefined;
}

/** What {@link Subscriber} takes: the options of `fanOut`, and the topic. */
export interface SubscriberProps extends Omit<FanOutOptions, "events" | "where" | "scope"> {
  readonly events?: readonly string[];
  /** Conditions as in `fanOut`, which checks their types; their attributes and values are checked again here. */
  readonly where?: object;
  readonly home: SubscriberHome;
}

/**
 * One subscriber: a queue with its dead-letter queue, the filtered subscription with its own dead-letter queue, and, if there is a
 * handler, the function with everything that it needs. Created by `FanoutTopic.fanOut`.
 */
export class Subscriber extends ConsumedQueue {
  /** Messages that SNS could not deliver. */
  readonly subscriptionDeadLetterQueue: sqs.Queue;
  readonly subscription: sns.CfnSubscription;
  readonly alarms: readonly cloudwatch.Alarm[];
  /** Goes off while one of the alarms does, if there is one: see `alarms.composite`. */
  readonly healthAlarm: cloudwatch.CompositeAlarm | undefined;
  /** Whether the subscription has a filter policy. */
  readonly filtered: boolean;
  /** @internal */
  protected readonly consumption: Consumption;

  constructor(scope: Construct, id: string, props: SubscriberProps) {
    super(scope, id);
    const { home, queue } = props;
    const fifo = queue?.fifo ?? props.fifo ?? home.fifo;
    this.checkProps(props, fifo);
    const queues = queue === undefined ? newQueues(this, props, fifo) : existingQueues(this, queue, props);
    const filterPolicy = this.compileFilter(props);
    const subscriptionDeadLetterRetention =
      props.subscriptionDeadLetter?.retention ?? DEFAULT_RETENTIONS.subscriptionDeadLetterQueue;

    this.consumption = consume(this, props, {
      id,
      queues,
      events: subscribedEvents(props),
      subscriptionDeadLetterRetention,
      home: { ...home, encryptionKey: props.encryptionKey },
    });
    const subscriptionDeadLetterQueue = createDeadLetterQueue(this, "SubscriptionDeadLetterQueue", {
      // SNS requires a FIFO queue for "a FIFO Subscription to a FIFO Topic"; a standard queue's subscription has a standard one.
      fifo,
      encryptionKey: props.encryptionKey,
      retention: subscriptionDeadLetterRetention,
      queueName: props.subscriptionDeadLetter?.queueName ?? queueName(this, fifo, "subscription-dlq"),
      removalPolicy: props.queueRemovalPolicy,
    });
    if (this.queue instanceof OwnQueue) {
      this.queue.sharePolicyWith(subscriptionDeadLetterQueue);
    } else {
      subscriptionDeadLetterQueue.createPolicy({ enforceSSL: true });
    }
    this.subscriptionDeadLetterQueue = subscriptionDeadLetterQueue;
    refuseQueueNameTwice(
      this,
      "subscriptionDeadLetter.queueName",
      subscriptionDeadLetterQueue,
      props.subscriptionDeadLetter?.queueName,
    );
    this.subscription = createSubscription(this, {
      topic: home.topic,
      topicArn: home.topicArn,
      queue: this.queue,
      deadLetterQueue: subscriptionDeadLetterQueue,
      filterPolicy,
      queuePolicyAllowsTopic: props.queuePolicyAllowsTopic ?? false,
      keyPolicyAllowsSns: props.keyPolicyAllowsSns ?? false,
    });
    this.filtered = filterPolicy !== undefined;
    addToManifest(this, {
      ...this.consumption,
      contract: home.contractName,
      ...consumerOf(props, `${home.contractName}.${id}`),
      subscriptionDeadLetterQueue,
      topicArn: home.topicArn,
      filterPolicy,
    });
    const alarms = new AlarmFactory(this, props.alarms ?? home.alarms);
    watchConsumer(this, alarms, { ...this.consumption, subscriptionDeadLetterQueue });
    this.alarms = alarms.alarms;
    this.healthAlarm = alarms.compose();
  }

  private checkProps({ home, encryptionKey, subscriptionDeadLetter }: SubscriberProps, fifo: boolean): void {
    refuseIf(this, fifo && !home.fifo, {
      field: "fifo",
      message: "a FIFO queue cannot subscribe to a standard topic",
      remedy: "make the topic FIFO (fifo: true on the FanoutTopic), or leave fifo out here",
    });
    refuseManagedKey(this, "encryptionKey", encryptionKey);
    checkDuration(this, "subscriptionDeadLetter.retention", subscriptionDeadLetter?.retention, SQS.retentionSeconds);
  }

  private compileFilter({ home, events, where, filter = "types" }: SubscriberProps): FilterPolicy | undefined {
    const { contract } = home;
    const names = events ?? Object.keys(contract.events);
    const types = filter === "types";
    return compileFilterPolicy(this, { contract, events: names, where, types, chosen: types || events !== undefined });
  }
}

/** Returns the events that the subscription delivers; none are known if nothing filters on their types. */
function subscribedEvents({ home, events, filter }: SubscriberProps): readonly string[] {
  return filter === "none" ? [] : (events ?? Object.keys(home.contract.events));
}
