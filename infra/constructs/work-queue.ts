import type { Duration } from "aws-cdk-lib";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as iam from "aws-cdk-lib/aws-iam";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type * as s3 from "aws-cdk-lib/aws-s3";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { AnyContract } from "../../lib/contract/index.ts";
import { AlarmFactory } from "./alarms.ts";
import { createConsumedQueue } from "./consumed-queue.ts";
import { principalOf } from "./consumer.ts";
import type { ConsumerOptions } from "./consumer-options.ts";
import { MessagingDashboard } from "./dashboard.ts";
import type { MessagingProps } from "./fanout-topic-props.ts";
import { SQS } from "./limits.ts";
import { checkContract, createPayloadStore, LazyIdempotencyTable, publishableBytes } from "./messaging-home.ts";
import type { PayloadStore } from "./payload-store.ts";
import { grantPublishing } from "./publish-grant.ts";
import type { QueueOptions } from "./queue-options.ts";

/** What a {@link WorkQueue} takes. */
export interface WorkQueueProps<C extends AnyContract>
  extends Omit<MessagingProps<C>, "keyPolicyAllowsSns" | "encryptionKey">,
    QueueOptions,
    ConsumerOptions {}

/**
 * A queue from publishers straight to one consumer, without a topic between.
 *
 * ```ts
 * const work = new WorkQueue(this, "Images", { contract: images, handler: { entry: "lambdas/images.ts" } });
 * work.grantPublish(upload);
 * bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.SqsDestination(work.queue));
 * ```
 */
export class WorkQueue<const C extends AnyContract = AnyContract> extends Construct implements iam.IGrantable {
  readonly contract: C;
  readonly queue: sqs.IQueue;
  /** Messages that could not be processed. */
  readonly deadLetterQueue: sqs.IQueue;
  readonly handler: lambda.IFunction | undefined;
  readonly eventSourceMapping: lambda.EventSourceMapping | undefined;
  /** Bucket of offloaded payloads, where they are asked for. */
  readonly payloadBucket: s3.IBucket | undefined;
  /** Table of idempotency records, where the handler needs one. */
  readonly idempotencyTable: dynamodb.ITable | undefined;
  readonly dashboard: cloudwatch.Dashboard | undefined;
  readonly alarms: readonly cloudwatch.Alarm[];
  /** The longest time after publishing in which a message can still come to the handler. */
  readonly retention: Duration;
  private readonly props: WorkQueueProps<C>;
  private readonly payloads: PayloadStore | undefined;

  constructor(scope: Construct, id: string, props: WorkQueueProps<C>) {
    super(scope, id);
    const fifo = props.fifo ?? false;
    checkContract(this, props.contract, fifo);
    this.props = props;
    this.contract = props.contract;
    this.payloads = createPayloadStore(this, props, {
      maxMessageBytes: SQS.maxMessageBytes,
      retention: () => this.retention,
    });
    this.payloadBucket = this.payloads?.bucket;
    const idempotency = new LazyIdempotencyTable(this, props);
    const alarms = new AlarmFactory(this, props.alarms);
    const consumed = createConsumedQueue(this, props, {
      id,
      fifo,
      queue: undefined,
      subscriptionDeadLetterRetention: undefined,
      home: {
        contractName: props.contract.name,
        payloads: this.payloads,
        idempotencyTable: () => idempotency.get(),
        handlerTracing: undefined,
      },
      alarms,
    });
    alarms.warnIfSilent();
    this.queue = consumed.queue;
    if (consumed.deadLetterQueue === undefined) throw new TypeError(`${this.node.path} has no dead-letter queue`);
    this.deadLetterQueue = consumed.deadLetterQueue;
    this.handler = consumed.handler;
    this.eventSourceMapping = consumed.eventSourceMapping;
    this.retention = consumed.retention;
    this.idempotencyTable = idempotency.table;
    this.alarms = alarms.alarms;
    this.dashboard = props.dashboard === false ? undefined : this.createDashboard(id);
  }

  /**
   * Allows to publish: IAM, the key, payloads under their prefix. A function of this app also gets the environment that
   * `createPublisher` reads; for another one a warning names the variables.
   */
  grantPublish(grantee: iam.IGrantable): iam.Grant {
    return grantPublishing(this, grantee, {
      contractName: this.contract.name,
      target: this.queue.queueUrl,
      arn: this.queue.queueArn,
      action: "sqs:SendMessage",
      encryptionKey: this.props.encryptionKey,
      maxMessageBytes: publishableBytes(this.props, SQS.maxMessageBytes),
      payloads: this.payloads,
    });
  }

  /** The handler's: `table.grantWriteData(workQueue)` grants to the handler. Throws where there is none. */
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

  private createDashboard(name: string): MessagingDashboard {
    const board = new MessagingDashboard(this, "Dashboard");
    board.addConsumer({ name, queue: this.queue, deadLetterQueues: [this.deadLetterQueue], handler: this.handler });
    return board;
  }
}
