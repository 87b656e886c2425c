import { Annotations, type Duration, Stack } from "aws-cdk-lib";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { checkDuration, checkInteger, refuseIf, SQS } from "../checks/index.ts";
import { AlarmFactory, type AlarmOptions, watchConsumer } from "../observability/index.ts";
import { isElsewhere, placeOf } from "../places/index.ts";
import { checkDeployedQueues } from "./deployed-queues.ts";
import { retentionOf, visibilityOf } from "./existing-queue.ts";
import { cfnQueueOf, createDeadLetterQueue, DEFAULT_MAX_RECEIVE_COUNT, queueName } from "./queue-pair.ts";
import { DEFAULT_RETENTIONS } from "./retention.ts";
import { checkRetentions } from "./retention-checks.ts";
import { checkVisibility, timingOf } from "./visibility.ts";

/** What {@link AdoptedQueue} takes. */
export interface AdoptedQueueProps {
  /** The queue that exists already. If it is imported, only alarms are added. */
  readonly queue: sqs.IQueue;
  /**
   * Its dead-letter queue, for alarms, where it is not known here.
   * @default that of the queue; if this app defines the queue without one, one is created
   */
  readonly deadLetterQueue?: sqs.IQueue;
  /**
   * Receives after which SQS moves a message to a dead-letter queue that is created, 1 to 1,000.
   * @default 5
   */
  readonly maxReceiveCount?: number;
  /**
   * Retention of a dead-letter queue that is created, 1 minute to 14 days.
   * @default Duration.days(14)
   */
  readonly deadLetterRetention?: Duration;
  /**
   * The function that consumes the queue: its alarms are added, and the visibility timeout is checked against its timeout.
   * @default none
   */
  readonly handler?: lambda.IFunction;
  /**
   * Alarms, or `false` for none.
   * @default the preset `standard`
   */
  readonly alarms?: AlarmOptions | false;
}

/**
 * Brings the defaults and alarms of Fanfare to a queue that exists already: TLS only, encryption, a dead-letter queue with the longest
 * retention, and alarms. What the user set is not changed, and the queue is not replaced.
 *
 * ```ts
 * new AdoptedQueue(this, "Mail", { queue: mailQueue, handler: mailer, alarms: { actionTopic: pages } });
 * ```
 *
 * @throws FanfareError `ConfigurationInvalid` for a visibility timeout below the handler's timeout, a queue of another stack, and a
 *   dead-letter queue that cannot be used or that loses messages
 */
export class AdoptedQueue extends Construct {
  readonly queue: sqs.IQueue;
  /** Messages that could not be processed; `undefined` for an imported queue whose dead-letter queue was not given. */
  readonly deadLetterQueue: sqs.IQueue | undefined;
  readonly alarms: readonly cloudwatch.Alarm[];
  /** Goes off while one of the alarms does, if there is one: see `alarms.composite`. */
  readonly healthAlarm: cloudwatch.CompositeAlarm | undefined;

  constructor(scope: Construct, id: string, props: AdoptedQueueProps) {
    super(scope, id);
    const { queue, handler } = props;
    this.queue = queue;
    this.deadLetterQueue =
      queue instanceof sqs.Queue ? this.applyDefaults(queue, props) : this.warnOfImported(props.deadLetterQueue);
    const { deadLetterQueue } = this;
    checkDeployedQueues(this, { queue, deadLetterQueue, handler: undefined, retentionOption: "deadLetterRetention" });
    // CloudWatch has the metrics of a queue in its own account and Region.
    const alarms = new AlarmFactory(this, isElsewhere(queue.env, placeOf(this)) ? false : props.alarms);
    watchConsumer(this, alarms, { queue, fifo: queue.fifo, deadLetterQueue, handler, polled: handler !== undefined });
    alarms.warnIfSilent();
    this.alarms = alarms.alarms;
    this.healthAlarm = alarms.compose();
  }

  private applyDefaults(queue: sqs.Queue, props: AdoptedQueueProps): sqs.IQueue | undefined {
    refuseIf(this, Stack.of(queue) !== Stack.of(this), {
      field: "queue",
      message: `the queue is in the stack ${Stack.of(queue).node.path}, but the dead-letter queue would be in ${Stack.of(this).node.path}: each stack would refer to the other`,
      remedy: "create the AdoptedQueue in the stack of the queue",
    });
    const resource = cfnQueueOf(queue);
    const timing = props.handler && timingOf(props.handler, undefined);
    if (timing !== undefined) {
      checkVisibility(this, visibilityOf(queue), timing);
    }
    if (resource.kmsMasterKeyId === undefined) {
      resource.sqsManagedSseEnabled ??= true;
    }
    // The same statement as that of enforceSSL: CDK writes equal statements once.
    queue.addToResourcePolicy(
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ["sqs:*"],
        resources: [queue.queueArn],
        conditions: { Bool: { "aws:SecureTransport": "false" } },
      }),
    );
    const known = props.deadLetterQueue ?? queue.deadLetterQueue?.queue;
    // A redrive policy that was set on the L1 stays; its queue is known only if it was given.
    return known !== undefined || resource.redrivePolicy !== undefined ? known : this.addDeadLetterQueue(queue, props);
  }

  private addDeadLetterQueue(queue: sqs.Queue, props: AdoptedQueueProps): sqs.IQueue {
    const { maxReceiveCount = DEFAULT_MAX_RECEIVE_COUNT, deadLetterRetention = DEFAULT_RETENTIONS.deadLetterQueue } =
      props;
    checkInteger(this, "maxReceiveCount", maxReceiveCount, SQS.maxReceiveCount);
    checkDuration(this, "deadLetterRetention", deadLetterRetention, SQS.retentionSeconds);
    checkRetentions(this, "deadLetterRetention", retentionOf(queue), deadLetterRetention);
    const deadLetterQueue = createDeadLetterQueue(this, "DeadLetterQueue", {
      fifo: queue.fifo,
      encryptionKey: queue.encryptionMasterKey,
      retention: deadLetterRetention,
      queueName: queueName(this, {}, queue.fifo, "dlq"),
      removalPolicy: undefined,
    });
    deadLetterQueue.createPolicy({ enforceSSL: true });
    cfnQueueOf(queue).redrivePolicy = { deadLetterTargetArn: deadLetterQueue.queueArn, maxReceiveCount };
    return deadLetterQueue;
  }

  private warnOfImported(deadLetterQueue: sqs.IQueue | undefined): sqs.IQueue | undefined {
    Annotations.of(this).addWarningV2(
      "fanfare:adoptedQueueImported",
      "the queue is imported: only alarms are added (none if it is in another account or Region), and its policy, encryption and dead-letter queue cannot be changed here",
    );
    return deadLetterQueue;
  }
}
