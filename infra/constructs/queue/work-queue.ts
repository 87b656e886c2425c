import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as events from "aws-cdk-lib/aws-events";
import type * as iam from "aws-cdk-lib/aws-iam";
import type * as s3 from "aws-cdk-lib/aws-s3";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { SqsSendMessage } from "aws-cdk-lib/aws-stepfunctions-tasks";
import type { Construct } from "constructs";
import type { AnyContract, EventName } from "../../../lib/contract/index.ts";
import { grantPublishing, queueUrlFor, refuseKeyOfOtherRegion } from "../access/index.ts";
import { checkContract, SQS } from "../checks/index.ts";
import { type ConsumerOptions, consumerOf } from "../consumer/index.ts";
import { addToManifest } from "../manifest/index.ts";
import {
  AlarmFactory,
  MessagingDashboard,
  metricsNamespaceOf,
  SavedQueries,
  watchConsumer,
} from "../observability/index.ts";
import { createPayloadStore, LazyIdempotencyTable, type PayloadStore, publishableBytes } from "../stores/index.ts";
import { type Consumption, consume } from "./consume.ts";
import { ConsumedQueue } from "./consumed-queue.ts";
import { type EventBridgeTargetOptions, eventBridgeTarget } from "./event-bridge-target.ts";
import { hasTenants } from "./fair-queue.ts";
import type { MessagingProps } from "./messaging-props.ts";
import type { QueueOptions } from "./queue-options.ts";
import { newQueues } from "./queue-pair.ts";
import { queueTask, type StepFunctionsTaskOptions, taskMessage } from "./step-functions-task.ts";

/** What {@link WorkQueue} takes. */
export interface WorkQueueProps<C extends AnyContract>
  extends Omit<MessagingProps<C>, "keyPolicyAllowsSns" | "encryptionKey">,
    QueueOptions,
    ConsumerOptions {}

/**
 * A queue from publishers directly to one consumer, without a topic in between.
 *
 * ```ts
 * const work = new WorkQueue(this, "Images", { contract: images, handler: { entry: "lambdas/images.ts" } });
 * work.grantPublish(upload);
 * bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.SqsDestination(work.queue));
 * ```
 */
export class WorkQueue<const C extends AnyContract = AnyContract> extends ConsumedQueue<sqs.IQueue> {
  readonly contract: C;
  /** Bucket of offloaded payloads, if `largePayloads` is set. */
  readonly payloadBucket: s3.IBucket | undefined;
  /** Table of idempotency records, if the handler needs one. */
  readonly idempotencyTable: dynamodb.ITable | undefined;
  /** The dashboard, unless it is turned off. */
  readonly dashboard: cloudwatch.Dashboard | undefined;
  readonly alarms: readonly cloudwatch.Alarm[];
  /** Goes off while one of the alarms does, if there is one: see `alarms.composite`. */
  readonly healthAlarm: cloudwatch.CompositeAlarm | undefined;
  /** @internal */
  protected readonly consumption: Consumption<sqs.IQueue>;
  private readonly props: WorkQueueProps<C>;
  private readonly payloads: PayloadStore | undefined;

  constructor(scope: Construct, id: string, props: WorkQueueProps<C>) {
    super(scope, id);
    const { contract, fifo = false } = props;
    this.props = props;
    this.contract = contract;
    checkContract(this, contract, fifo);
    refuseKeyOfOtherRegion(this, "encryptionKey", props.encryptionKey);

    this.payloads = createPayloadStore(this, props, {
      contractName: contract.name,
      maxMessageBytes: SQS.maxMessageBytes,
      retention: () => this.retention,
    });
    this.payloadBucket = this.payloads?.bucket;
    const idempotency = new LazyIdempotencyTable(this, props);
    this.consumption = consume(this, props, {
      id,
      queues: newQueues(this, props, fifo),
      events: Object.keys(contract.events),
      tenants: hasTenants(contract),
      home: {
        contractName: contract.name,
        payloads: this.payloads,
        idempotencyTable: () => idempotency.get(),
        encryptionKey: props.encryptionKey,
        handlerTracing: undefined,
      },
    });
    this.idempotencyTable = idempotency.table;
    addToManifest(this, {
      ...this.consumption,
      contract,
      ...consumerOf(props, `${contract.name}.${id}`),
    });
    const alarms = new AlarmFactory(this, props.alarms);
    watchConsumer(this, alarms, this.consumption);
    alarms.warnIfSilent();
    this.alarms = alarms.alarms;
    this.healthAlarm = alarms.compose();
    this.dashboard = this.createDashboard(id);
    new SavedQueries(this, props.savedQueries).add(this.handler);
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
      target: queueUrlFor(this.queue, grantee),
      resource: { arn: this.queue.queueArn, policy: this.queue },
      action: "sqs:SendMessage",
      encryptionKey: this.props.encryptionKey,
      maxMessageBytes: publishableBytes(this.props, SQS.maxMessageBytes),
      payloads: this.payloads,
      metricsNamespace: metricsNamespaceOf(this, this.props.metrics),
    });
  }

  /**
   * Returns a target for rules of EventBridge: matching events arrive as events of the contract, with id, source and time of EventBridge.
   * What EventBridge cannot deliver goes to the dead-letter queue, as EventBridge wrote it.
   *
   * ```ts
   * const eventPattern = { source: ["aws.s3"], detailType: ["Object Created"] };
   * new events.Rule(this, "Uploads", { eventPattern, targets: [work.eventBridgeTarget("ImageUploaded")] });
   * ```
   *
   * @throws FanfareError `ConfigurationInvalid` for an event that the contract does not have, and on FIFO
   */
  eventBridgeTarget(event: EventName<C>, options: EventBridgeTargetOptions = {}): events.IRuleTarget {
    const { contract, queue, deadLetterQueue } = this;
    return eventBridgeTarget(this, { contract, event, queue, deadLetterQueue }, options);
  }

  /**
   * Returns a state of Step Functions that sends an event with a task token, and waits until the handler responds with `taskOf(ctx)` of
   * `fanfare/step-functions`. The state machine's role may send, and use the key; the handler may respond with
   * `stateMachine.grantTaskResponse(work)`.
   *
   * ```ts
   * const charge = work.stepFunctionsTask(this, "Charge", "ChargeCard", {
   *   data: { orderId: sfn.JsonPath.stringAt("$.orderId") },
   *   taskTimeout: sfn.Timeout.duration(Duration.hours(1)),
   * });
   * ```
   *
   * @throws FanfareError `ConfigurationInvalid` for an unknown event, without a timeout, and on FIFO without a message group
   */
  stepFunctionsTask<const Name extends EventName<C>>(
    scope: Construct,
    id: string,
    event: Name,
    options: StepFunctionsTaskOptions<C, Name>,
  ): SqsSendMessage {
    const { contract, queue } = this;
    return queueTask(scope, id, queue, taskMessage(this, { contract, event, fifo: queue.fifo }, options));
  }

  private createDashboard(name: string): cloudwatch.Dashboard | undefined {
    if (this.props.dashboard === false) {
      return undefined;
    }
    const board = new MessagingDashboard(this, this.props.dashboard);
    const { queue, deadLetterQueue, handler } = this;
    const { metrics } = this.consumption;
    board.addConsumer({ name, queue, deadLetterQueues: [deadLetterQueue], handler, metrics });
    return board.dashboard;
  }
}
