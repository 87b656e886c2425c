import { Annotations, Duration } from "aws-cdk-lib";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";
import { deployed, numberOf, refuse, refuseIf, refuseOptions, SQS } from "../checks/index.ts";
import type { QueueOptions } from "./queue-options.ts";
import { knownCount, type QueueSource } from "./queue-pair.ts";

/**
 * Uses the user's own queue.
 *
 * @throws FanfareError `ConfigurationInvalid` for options that it cannot take, or if messages would be lost
 */
export function existingQueues(
  scope: IConstruct,
  queue: sqs.IQueue,
  options: QueueOptions,
): QueueSource<sqs.IQueue | undefined> {
  checkExistingQueue(scope, queue, options);
  const deadLetter = queue instanceof sqs.Queue ? queue.deadLetterQueue : undefined;
  return {
    fifo: queue.fifo,
    visibilityTimeout: visibilityOf(queue),
    open: () => ({
      queue,
      deadLetterQueue: deadLetter?.queue,
      maxReceiveCount: knownCount(deadLetter?.maxReceiveCount),
      retention: retentionOf(queue),
      deadLetterRetention: retentionOf(deadLetter?.queue),
    }),
  };
}

function checkExistingQueue(scope: IConstruct, queue: sqs.IQueue, options: QueueOptions): void {
  refuseOptions(
    scope,
    options,
    [
      "retention",
      "maxReceiveCount",
      "visibilityTimeout",
      "deliveryDelay",
      "deadLetter",
      "queueName",
      "queueRemovalPolicy",
      "queueProps",
    ],
    {
      because: "given together with queue, which has its own properties",
      remedy: "set them on your queue, or leave queue out",
    },
  );
  refuseIf(scope, queue.encryptionType === sqs.QueueEncryption.KMS_MANAGED, {
    field: "queue",
    message: "queue is encrypted with alias/aws/sqs, which SNS cannot be allowed to use: no message would arrive",
    remedy: "encrypt it with SSE-SQS (QueueEncryption.SQS_MANAGED) or with a customer managed key",
  });
  if (!(queue instanceof sqs.Queue)) {
    Annotations.of(scope).addWarningV2(
      "fanfare:queueImported",
      "the queue is imported: its dead-letter queue, visibility timeout and retention cannot be checked here, and its dead-letter queue has no alarm",
    );
  } else if (queue.deadLetterQueue === undefined) {
    refuse(scope, {
      field: "queue",
      message: "queue has no dead-letter queue: a message that always fails would be redelivered until it expires",
      remedy: "give it a deadLetterQueue, or leave queue out and let the construct create both",
    });
  }
}

/** Returns the visibility timeout of a queue of this app, or `undefined` for any other queue. */
export function visibilityOf(queue: sqs.IQueue): Duration | undefined {
  const resource = queue.node.defaultChild;
  return resource instanceof sqs.CfnQueue
    ? Duration.seconds(numberOf(deployed(resource).VisibilityTimeout) ?? SQS.defaultVisibilitySeconds)
    : undefined;
}

/** Returns the retention of a queue of this app, or the longest that SQS allows for any other queue. */
export function retentionOf(queue: sqs.IQueue | undefined): Duration {
  const resource = queue?.node.defaultChild;
  return Duration.seconds(
    resource instanceof sqs.CfnQueue
      ? (numberOf(deployed(resource).MessageRetentionPeriod) ?? SQS.defaultRetentionSeconds)
      : SQS.retentionSeconds.max,
  );
}
