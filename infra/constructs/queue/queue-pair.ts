import { type Duration, RemovalPolicy, Stack, Token } from "aws-cdk-lib";
import type * as kms from "aws-cdk-lib/aws-kms";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct, IConstruct } from "constructs";
import { checkDuration, checkInteger, refuseNameTwice, refuseSnapshot, SQS } from "../checks/index.ts";
import { OwnQueue } from "./own-queue.ts";
import { checkGivenName, physicalName } from "./physical-name.ts";
import type { QueueOptions } from "./queue-options.ts";
import { DEFAULT_RETENTIONS } from "./retention.ts";
import { checkRetentionAndVisibility, checkRetentions } from "./retention-checks.ts";

export const DEFAULT_MAX_RECEIVE_COUNT = 5;

/** A queue and its dead-letter queue, with the settings that are known at synthesis. */
export interface Queues<DeadLetterQueue extends sqs.IQueue | undefined> {
  readonly queue: sqs.IQueue;
  readonly deadLetterQueue: DeadLetterQueue;
  /** Receives after which SQS moves a message to the dead-letter queue; `undefined` if not known. */
  readonly maxReceiveCount: number | undefined;
  readonly retention: Duration;
  readonly deadLetterRetention: Duration;
}

/** Settings of a queue that suit its consumer; `undefined` without one. */
export interface Guided {
  readonly visibilityTimeout: Duration | undefined;
  readonly maxReceiveCount: number | undefined;
}

/** Where the queues of a consumer come from: they are created, or exist already. */
export interface QueueSource<DeadLetterQueue extends sqs.IQueue | undefined> {
  readonly fifo: boolean;
  /** The visibility timeout that the user chose; `undefined` if none was chosen or it is not known. */
  readonly visibilityTimeout: Duration | undefined;
  /** @param guided what a consumer needs, where the user chose nothing */
  readonly open: (guided: Guided) => Queues<DeadLetterQueue>;
}

/**
 * Creates `Queue` and `DeadLetterQueue` in a construct when opened. Both have the same type, are encrypted, and accept TLS only; no
 * other queue may use the dead-letter queue.
 *
 * @throws FanfareError `ConfigurationInvalid`, when opened, for a value that SQS refuses
 */
export function newQueues(scope: Construct, options: QueueOptions, fifo: boolean): QueueSource<sqs.IQueue> {
  const visibilityTimeout = options.queueProps?.visibilityTimeout ?? options.visibilityTimeout;
  return { fifo, visibilityTimeout, open: (guided) => createQueues(scope, options, fifo, guided) };
}

function createQueues(scope: Construct, options: QueueOptions, fifo: boolean, guided: Guided): Queues<sqs.IQueue> {
  checkQueueOptions(scope, options, fifo);
  const { encryptionKey, queueRemovalPolicy: removalPolicy = RemovalPolicy.DESTROY, queueProps = {} } = options;
  const retention = queueProps.retentionPeriod ?? options.retention ?? DEFAULT_RETENTIONS.queue;
  const deadLetterRetention = options.deadLetter?.retention ?? DEFAULT_RETENTIONS.deadLetterQueue;
  checkRetentions(scope, "deadLetter.retention", retention, deadLetterRetention);

  const name = queueProps.queueName ?? options.queueName ?? queueName(scope, options, fifo);
  const deadLetterQueue = createDeadLetterQueue(scope, "DeadLetterQueue", {
    fifo,
    encryptionKey,
    retention: deadLetterRetention,
    queueName: options.deadLetter?.queueName ?? queueName(scope, options, fifo, "dlq"),
    removalPolicy,
  });
  // By name, not by reference: the source queue already refers to this queue in its redrive policy.
  const sourceQueueArns = [Stack.of(scope).formatArn({ service: "sqs", resource: name })];
  refuseQueueNameTwice(
    scope,
    "deadLetter.queueName",
    deadLetterQueue,
    options.deadLetter?.queueName ?? options.namePrefix,
  );
  cfnQueueOf(deadLetterQueue).redriveAllowPolicy = { redrivePermission: "byQueue", sourceQueueArns };

  const maxReceiveCount = options.maxReceiveCount ?? guided.maxReceiveCount ?? DEFAULT_MAX_RECEIVE_COUNT;
  const { enforceSSL = true, ...otherProps } = queueProps;
  const visibilityTimeout = options.visibilityTimeout ?? guided.visibilityTimeout;
  checkRetentionAndVisibility(scope, retention, queueProps.visibilityTimeout ?? visibilityTimeout);
  const queue = new OwnQueue(scope, "Queue", {
    ...commonProps(fifo, encryptionKey),
    queueName: name,
    retentionPeriod: retention,
    visibilityTimeout,
    deliveryDelay: options.deliveryDelay,
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount },
    removalPolicy,
    ...otherProps,
  });
  queue.createPolicy({ enforceSSL });
  queue.sharePolicyWith(deadLetterQueue);
  refuseQueueNameTwice(scope, "queueName", queue, queueProps.queueName ?? options.queueName ?? options.namePrefix);
  return { queue, deadLetterQueue, maxReceiveCount: knownCount(maxReceiveCount), retention, deadLetterRetention };
}

/** What {@link createDeadLetterQueue} takes. */
export interface DeadLetterQueueProps {
  readonly fifo: boolean;
  readonly encryptionKey: kms.IKey | undefined;
  readonly retention: Duration;
  readonly queueName: string;
  readonly removalPolicy: RemovalPolicy | undefined;
}

/** Creates a queue for messages that could not be processed or delivered, still without a policy. */
export function createDeadLetterQueue(scope: Construct, id: string, props: DeadLetterQueueProps): OwnQueue {
  return new OwnQueue(scope, id, {
    ...commonProps(props.fifo, props.encryptionKey),
    queueName: props.queueName,
    retentionPeriod: props.retention,
    removalPolicy: props.removalPolicy ?? RemovalPolicy.DESTROY,
  });
}

/** Refuses a name that the user gave to two queues; default names are unique. */
export function refuseQueueNameTwice(
  scope: IConstruct,
  field: string,
  queue: sqs.Queue,
  given: string | undefined,
): void {
  if (given !== undefined) {
    refuseNameTwice(scope, field, {
      own: cfnQueueOf(queue),
      isSameType: (other) => other instanceof sqs.CfnQueue,
      nameOf: (other) => other.queueName,
      within: "region",
    });
  }
}

/** Refuses a name of a queue, given by the user, that SQS would refuse. */
export function checkGivenQueueName(scope: IConstruct, field: string, given: string | undefined, fifo: boolean): void {
  checkGivenName(scope, field, given, { fifo, maxCharacters: SQS.nameCharacters });
}

/** Returns the default name of a queue of a construct. */
export function queueName(
  scope: IConstruct,
  { namePrefix }: Pick<QueueOptions, "namePrefix">,
  fifo: boolean,
  role?: string,
): string {
  return physicalName(scope, { prefix: namePrefix, fifo, role, maxCharacters: SQS.nameCharacters });
}

/** Returns a receive count unless it is known only at deployment: such a number cannot be written into the environment as JSON. */
export function knownCount(count: number | undefined): number | undefined {
  return Token.isUnresolved(count) ? undefined : count;
}

function commonProps(fifo: boolean, encryptionKey: kms.IKey | undefined): Partial<sqs.QueueProps> {
  return {
    encryption: encryptionKey === undefined ? sqs.QueueEncryption.SQS_MANAGED : sqs.QueueEncryption.KMS,
    encryptionMasterKey: encryptionKey,
    ...(fifo
      ? {
          fifo: true,
          // Publishers send explicit ids: a hash of the body, with its fresh event id or pointer, would never match.
          contentBasedDeduplication: false,
          deduplicationScope: sqs.DeduplicationScope.MESSAGE_GROUP,
          fifoThroughputLimit: sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
        }
      : {}),
  };
}

/** Returns the L1 of a queue of this app. */
export function cfnQueueOf(queue: sqs.Queue): sqs.CfnQueue {
  const resource = queue.node.defaultChild;
  if (resource instanceof sqs.CfnQueue) {
    return resource;
  }
  throw new TypeError(`${queue.node.path} has no AWS::SQS::Queue`);
}

function checkQueueOptions(scope: IConstruct, options: QueueOptions, fifo: boolean): void {
  checkDuration(scope, "retention", options.queueProps?.retentionPeriod ?? options.retention, SQS.retentionSeconds);
  checkDuration(scope, "deadLetter.retention", options.deadLetter?.retention, SQS.retentionSeconds);
  checkDuration(scope, "visibilityTimeout", options.visibilityTimeout, SQS.visibilitySeconds);
  checkDuration(scope, "deliveryDelay", options.deliveryDelay, SQS.delaySeconds);
  refuseSnapshot(scope, "queueRemovalPolicy", options.queueRemovalPolicy);
  refuseSnapshot(scope, "queueProps.removalPolicy", options.queueProps?.removalPolicy);
  checkInteger(scope, "maxReceiveCount", options.maxReceiveCount, SQS.maxReceiveCount);
  checkGivenQueueName(scope, "queueName", options.queueProps?.queueName ?? options.queueName, fifo);
  checkGivenQueueName(scope, "deadLetter.queueName", options.deadLetter?.queueName, fifo);
}
