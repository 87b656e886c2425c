import { Duration, Stack, Token } from "aws-cdk-lib";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import * as sns from "aws-cdk-lib/aws-sns";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { AnyContract } from "../../lib/contract/index.ts";
import type { AlarmOptions } from "./alarm-options.ts";
import { AlarmFactory } from "./alarms.ts";
import { type ConsumedQueue, createConsumedQueue } from "./consumed-queue.ts";
import { type ConsumerHome, principalOf } from "./consumer.ts";
import { allowTopicOnKey, refuseManagedKey } from "./encryption.ts";
import { checkExistingQueue } from "./existing-queue.ts";
import type { FanOutOptions } from "./fan-out-options.ts";
import { compileFilterPolicy } from "./filter-policy.ts";
import { SQS } from "./limits.ts";
import { createDeadLetterQueue, nameOf } from "./queue-pair.ts";
import { checkDuration, configurationInvalid } from "./validation.ts";

const DEFAULT_SUBSCRIPTION_DEAD_LETTER_RETENTION = Duration.days(14);

/** The topic that a subscriber belongs to. */
export interface SubscriberHome extends ConsumerHome {
  readonly topic: sns.ITopic;
  /** The topic's ARN without a reference to the topic. */
  readonly topicArn: string;
  readonly contract: AnyContract;
  readonly fifo: boolean;
  readonly alarms: AlarmOptions | false | undefined;
}

/** What {@link Subscriber} takes: the options of `fanOut`, and the topic. */
export interface SubscriberProps extends Omit<FanOutOptions, "events" | "scope"> {
  readonly events?: readonly string[];
  readonly home: SubscriberHome;
}

/**
 * One subscriber: a queue with its dead-letter queue, the filtered subscription with a dead-letter queue of its own, and, where
 * there is a handler, the function with everything that it needs. Made by `FanoutTopic.fanOut`.
 */
export class Subscriber extends Construct implements iam.IGrantable {
  readonly queue: sqs.IQueue;
  /** Messages that could not be processed. Only an imported queue has none that is known here. */
  readonly deadLetterQueue: sqs.IQueue | undefined;
  /** Messages that SNS could not deliver. */
  readonly subscriptionDeadLetterQueue: sqs.Queue;
  readonly subscription: sns.CfnSubscription;
  readonly handler: lambda.IFunction | undefined;
  readonly eventSourceMapping: lambda.EventSourceMapping | undefined;
  readonly alarms: readonly cloudwatch.Alarm[];
  /** Whether the subscription has a filter policy. */
  readonly filtered: boolean;
  /** The longest time after publishing in which a message can still come to this subscriber. */
  readonly retention: Duration;

  constructor(scope: Construct, id: string, props: SubscriberProps) {
    super(scope, id);
    const { home } = props;
    const fifo = props.queue?.fifo ?? props.fifo ?? home.fifo;
    this.checkType(fifo, home);
    if (props.queue !== undefined) checkExistingQueue(this, props.queue, props, home.fifo);
    refuseManagedKey(this, "encryptionKey", props.encryptionKey);
    const filterPolicy = compileFilterPolicy(this, {
      contract: home.contract,
      events: props.events ?? Object.keys(home.contract.events),
      where: props.where,
      types: (props.filter ?? "types") === "types",
    });
    this.filtered = filterPolicy !== undefined;

    const alarms = new AlarmFactory(this, props.alarms ?? home.alarms);
    const subscriptionRetention = this.subscriptionRetention(props);
    const consumed = createConsumedQueue(this, props, {
      id,
      fifo,
      queue: props.queue,
      subscriptionDeadLetterRetention: subscriptionRetention,
      home,
      alarms,
    });
    this.queue = consumed.queue;
    this.deadLetterQueue = consumed.deadLetterQueue;
    this.handler = consumed.handler;
    this.eventSourceMapping = consumed.eventSourceMapping;
    this.retention = consumed.retention;
    this.subscriptionDeadLetterQueue = createDeadLetterQueue(this, "SubscriptionDeadLetterQueue", {
      // SNS asks for a FIFO queue for "a FIFO Subscription to a FIFO Topic"; a standard queue's subscription has a standard one.
      fifo,
      encryptionKey: props.encryptionKey,
      retention: subscriptionRetention,
      queueName: props.subscriptionDeadLetter?.queueName ?? nameOf(this, fifo, "subscription-dlq"),
      removalPolicy: props.queueRemovalPolicy,
    });
    this.subscription = this.subscribe(consumed, filterPolicy, props);
    alarms.subscriptionDeadLetterQueueDepth("SubscriptionDeadLetterQueueDepthAlarm", this.subscriptionDeadLetterQueue);
    this.alarms = alarms.alarms;
  }

  /** The handler's: `table.grantWriteData(subscriber)` grants to the handler. Throws where there is none. */
  get grantPrincipal(): iam.IPrincipal {
    return principalOf(this, this.handler);
  }

  /** Seconds that the oldest message has waited. */
  metricApproximateAgeOfOldestMessage(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.queue.metricApproximateAgeOfOldestMessage(options);
  }

  /** Messages that wait to be received. */
  metricApproximateNumberOfMessagesVisible(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.queue.metricApproximateNumberOfMessagesVisible(options);
  }

  private checkType(fifo: boolean, home: SubscriberHome): void {
    if (!fifo || home.fifo) return;
    throw configurationInvalid(this, {
      field: "fifo",
      message: "a FIFO queue cannot subscribe to a standard topic",
      remedy: "make the topic FIFO (fifo: true on the FanoutTopic), or leave fifo out here",
    });
  }

  private subscriptionRetention(props: SubscriberProps): Duration {
    const given = props.subscriptionDeadLetter?.retention;
    checkDuration(this, "subscriptionDeadLetter.retention", given, SQS.retentionSeconds);
    return given ?? DEFAULT_SUBSCRIPTION_DEAD_LETTER_RETENTION;
  }

  private subscribe(
    { queue }: ConsumedQueue,
    filterPolicy: Readonly<Record<string, unknown>> | undefined,
    props: SubscriberProps,
  ): sns.CfnSubscription {
    const { topic, topicArn } = props.home;
    const queuePolicy = this.allowTopic(queue, topicArn, props.queuePolicyAllowsTopic === true);
    const deadLetterPolicy = this.allowTopic(this.subscriptionDeadLetterQueue, topicArn, false);
    for (const key of new Set([queue.encryptionMasterKey, this.subscriptionDeadLetterQueue.encryptionMasterKey])) {
      if (key !== undefined) allowTopicOnKey(this, key, topicArn, { vouched: props.keyPolicyAllowsSns === true });
    }
    const subscription = new sns.CfnSubscription(this, "Subscription", {
      topicArn: topic.topicArn,
      protocol: "sqs",
      endpoint: queue.queueArn,
      rawMessageDelivery: true,
      ...(filterPolicy === undefined ? {} : { filterPolicy, filterPolicyScope: "MessageAttributes" }),
      redrivePolicy: { deadLetterTargetArn: this.subscriptionDeadLetterQueue.queueArn },
      ...regionOf(topic, this),
    });
    // A message between subscription and policy would go to the dead-letter queue, or be lost.
    for (const policy of [queuePolicy, deadLetterPolicy])
      if (policy !== undefined) subscription.node.addDependency(policy);
    return subscription;
  }

  private allowTopic(
    queue: sqs.IQueue,
    topicArn: string,
    vouched: boolean,
  ): iam.AddToResourcePolicyResult["policyDependable"] {
    const { statementAdded, policyDependable } = queue.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal("sns.amazonaws.com")],
        actions: ["sqs:SendMessage"],
        resources: [queue.queueArn],
        conditions: { ArnEquals: { "aws:SourceArn": topicArn } },
      }),
    );
    if (statementAdded || vouched) return policyDependable;
    throw configurationInvalid(this, {
      field: "queue",
      message:
        "queue is imported, so its policy cannot be changed here, and without the topic in it no message arrives",
      remedy: `let sns.amazonaws.com call sqs:SendMessage with aws:SourceArn of the topic in the queue's own policy and set queuePolicyAllowsTopic: true`,
    });
  }
}

/** A subscription across Regions names the topic's Region; CloudFormation assumes its own. */
function regionOf(topic: sns.ITopic, scope: Construct): { readonly region?: string } {
  const region = topic.env.region;
  const own = Stack.of(scope).region;
  return Token.isUnresolved(region) || Token.isUnresolved(own) || region === own ? {} : { region };
}
