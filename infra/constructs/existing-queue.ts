import { Annotations, Duration } from "aws-cdk-lib";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";
import { SQS } from "./limits.ts";
import type { QueueOptions } from "./queue-options.ts";
import { configurationInvalid } from "./validation.ts";

/** SQS's default visibility timeout in seconds. Source: Amazon SQS API Reference, "CreateQueue". */
const DEFAULT_VISIBILITY_SECONDS = 30;

/**
 * Checks that a queue of the user's own can be subscribed: what an imported queue, or one without a dead-letter queue, would
 * silently lose.
 */
export function checkExistingQueue(
  scope: IConstruct,
  queue: sqs.IQueue,
  options: QueueOptions,
  topicFifo: boolean,
): void {
  refuseQueueOptions(scope, options);
  if (queue.fifo && !topicFifo) {
    throw configurationInvalid(scope, {
      field: "queue",
      message: "queue is FIFO and the topic is standard; SNS refuses such a subscription",
      remedy: "make the topic FIFO (fifo: true), or give a standard queue",
    });
  }
  if (queue.encryptionType === sqs.QueueEncryption.KMS_MANAGED) {
    throw configurationInvalid(scope, {
      field: "queue",
      message: "queue is encrypted by alias/aws/sqs, which SNS cannot be allowed to use: no message would arrive",
      remedy: "encrypt it by SQS itself (QueueEncryption.SQS_MANAGED) or with a customer managed key",
    });
  }
  if (queue instanceof sqs.Queue && queue.deadLetterQueue === undefined) {
    throw configurationInvalid(scope, {
      field: "queue",
      message: "queue has no dead-letter queue: a message that always fails would come back until it is lost",
      remedy: "give it a deadLetterQueue, or leave queue out and let the construct make both",
    });
  }
  if (!(queue instanceof sqs.Queue)) {
    Annotations.of(scope).addWarningV2(
      "fanfare:queueImported",
      "the queue is imported: its dead-letter queue, visibility timeout and retention cannot be checked here, and there is no alarm on its dead-letter queue",
    );
  }
}

/** The visibility timeout of a queue of this app; `undefined` if it is not known. */
export function visibilityOf(queue: sqs.IQueue): Duration | undefined {
  const resource = queue.node.defaultChild;
  if (!(resource instanceof sqs.CfnQueue)) return undefined;
  return Duration.seconds(resource.visibilityTimeout ?? DEFAULT_VISIBILITY_SECONDS);
}

/** The retention of a queue of this app; the longest there is for any other. */
export function retentionOf(queue: sqs.IQueue | undefined): Duration {
  const resource = queue?.node.defaultChild;
  const known = resource instanceof sqs.CfnQueue ? resource.messageRetentionPeriod : undefined;
  return Duration.seconds(known ?? SQS.retentionSeconds.max);
}

function refuseQueueOptions(scope: IConstruct, options: QueueOptions): void {
  const names = [
    "retention",
    "maxReceiveCount",
    "visibilityTimeout",
    "deliveryDelay",
    "deadLetter",
    "queueName",
    "queueRemovalPolicy",
    "queueProps",
  ] as const;
  const given = names.filter((name) => options[name] !== undefined);
  if (given.length === 0) return;
  throw configurationInvalid(scope, {
    field: given.join(", "),
    message: `${given.join(", ")} given together with queue, whose properties are its own`,
    remedy: "set them on your queue, or leave queue out",
  });
}
