import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import type * as kms from "aws-cdk-lib/aws-kms";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct, IConstruct } from "constructs";
import { SQS } from "./limits.ts";
import { physicalName } from "./physical-names.ts";
import type { QueueOptions } from "./queue-options.ts";
import { checkDuration, checkInteger, configurationInvalid, secondsOf } from "./validation.ts";

const DEFAULT_RETENTION = Duration.days(4);
const DEFAULT_DEAD_LETTER_RETENTION = Duration.days(14);
const DEFAULT_MAX_RECEIVE_COUNT = 5;

/** A queue with a dead-letter queue of its own. */
export interface QueuePair {
  readonly queue: sqs.Queue;
  readonly deadLetterQueue: sqs.Queue;
  /** Retention of the queue. */
  readonly retention: Duration;
  /** Retention of the dead-letter queue. */
  readonly deadLetterRetention: Duration;
}

/** What {@link createQueuePair} takes. */
export interface QueuePairProps extends QueueOptions {
  readonly fifo: boolean;
  /** The visibility timeout when the options name none. */
  readonly defaultVisibilityTimeout?: Duration | undefined;
}

/**
 * Creates `Queue` and `DeadLetterQueue` in a construct: same type, encrypted, TLS only, and only this queue may use this
 * dead-letter queue.
 *
 * @throws FanfareError `ConfigurationInvalid` for a value that SQS refuses
 */
export function createQueuePair(scope: Construct, props: QueuePairProps): QueuePair {
  checkQueueOptions(scope, props);
  const { fifo, encryptionKey, queueProps = {} } = props;
  const retention = queueProps.retentionPeriod ?? props.retention ?? DEFAULT_RETENTION;
  const deadLetterRetention = props.deadLetter?.retention ?? DEFAULT_DEAD_LETTER_RETENTION;
  checkRetentions(scope, retention, deadLetterRetention);

  const queueName = queueProps.queueName ?? props.queueName ?? nameOf(scope, fifo);
  const sourceArn = Stack.of(scope).formatArn({ service: "sqs", resource: queueName });
  const deadLetterQueue = createDeadLetterQueue(scope, "DeadLetterQueue", {
    fifo,
    encryptionKey,
    retention: deadLetterRetention,
    queueName: props.deadLetter?.queueName ?? nameOf(scope, fifo, "dlq"),
    removalPolicy: props.queueRemovalPolicy,
  });
  // By name, not by reference: the source refers to this queue in its redrive policy already.
  cfnQueueOf(deadLetterQueue).redriveAllowPolicy = { redrivePermission: "byQueue", sourceQueueArns: [sourceArn] };

  const visibilityTimeout = props.visibilityTimeout ?? props.defaultVisibilityTimeout;
  const queue = new sqs.Queue(scope, "Queue", {
    ...commonProps(fifo, encryptionKey),
    queueName,
    retentionPeriod: retention,
    ...(visibilityTimeout === undefined ? {} : { visibilityTimeout }),
    ...(props.deliveryDelay === undefined ? {} : { deliveryDelay: props.deliveryDelay }),
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: props.maxReceiveCount ?? DEFAULT_MAX_RECEIVE_COUNT },
    removalPolicy: props.queueRemovalPolicy ?? RemovalPolicy.DESTROY,
    ...queueProps,
  });
  return { queue, deadLetterQueue, retention, deadLetterRetention };
}

/** What {@link createDeadLetterQueue} takes. */
export interface DeadLetterQueueProps {
  readonly fifo: boolean;
  readonly encryptionKey: kms.IKey | undefined;
  readonly retention: Duration;
  readonly queueName: string;
  readonly removalPolicy: RemovalPolicy | undefined;
}

/** Creates a queue for messages that something else could not handle. */
export function createDeadLetterQueue(scope: Construct, id: string, props: DeadLetterQueueProps): sqs.Queue {
  return new sqs.Queue(scope, id, {
    ...commonProps(props.fifo, props.encryptionKey),
    queueName: props.queueName,
    retentionPeriod: props.retention,
    removalPolicy: props.removalPolicy ?? RemovalPolicy.DESTROY,
  });
}

/** The name of a queue of a construct. */
export function nameOf(scope: IConstruct, fifo: boolean, role?: string): string {
  const options = { fifo, maxCharacters: SQS.nameCharacters };
  return physicalName(scope, role === undefined ? options : { ...options, role });
}

function commonProps(fifo: boolean, encryptionKey: kms.IKey | undefined): Partial<sqs.QueueProps> {
  return {
    enforceSSL: true,
    ...(encryptionKey === undefined
      ? { encryption: sqs.QueueEncryption.SQS_MANAGED }
      : { encryption: sqs.QueueEncryption.KMS, encryptionMasterKey: encryptionKey }),
    ...(fifo
      ? {
          fifo: true,
          // Publishers send explicit ids: hashing a body with a fresh event id, or a pointer, would never match.
          contentBasedDeduplication: false,
          deduplicationScope: sqs.DeduplicationScope.MESSAGE_GROUP,
          fifoThroughputLimit: sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
        }
      : {}),
  };
}

function cfnQueueOf(queue: sqs.Queue): sqs.CfnQueue {
  const resource = queue.node.defaultChild;
  if (resource instanceof sqs.CfnQueue) return resource;
  throw new TypeError(`${queue.node.path} has no AWS::SQS::Queue`);
}

function checkQueueOptions(scope: IConstruct, props: QueuePairProps): void {
  checkDuration(scope, "retention", props.queueProps?.retentionPeriod ?? props.retention, SQS.retentionSeconds);
  checkDuration(scope, "deadLetter.retention", props.deadLetter?.retention, SQS.retentionSeconds);
  checkDuration(scope, "visibilityTimeout", props.visibilityTimeout, SQS.visibilitySeconds);
  checkDuration(scope, "deliveryDelay", props.deliveryDelay, SQS.delaySeconds);
  checkInteger(scope, "maxReceiveCount", props.maxReceiveCount, SQS.maxReceiveCount);
}

function checkRetentions(scope: IConstruct, retention: Duration, deadLetterRetention: Duration): void {
  const queue = secondsOf(retention);
  const deadLetter = secondsOf(deadLetterRetention);
  if (queue === undefined || deadLetter === undefined || deadLetter >= queue) return;
  throw configurationInvalid(scope, {
    field: "deadLetter.retention",
    message: `deadLetter.retention is ${deadLetter} seconds, shorter than the queue's retention of ${queue} seconds; a standard dead-letter queue counts from when the message was first sent, so messages would be lost`,
    limit: `${queue} seconds`,
    remedy: "raise deadLetter.retention (up to 14 days) or lower retention",
  });
}
