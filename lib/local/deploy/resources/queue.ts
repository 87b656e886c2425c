import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  QueueNameExists,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { NAME_RULES } from "../names.ts";
import { type AttributeRules, changedAttributes } from "./changed-attributes.ts";
import { arn, type ResourceType } from "./resource-type.ts";

/** Source of the defaults: Amazon SQS API Reference, SetQueueAttributes. */
const ATTRIBUTES: AttributeRules = {
  names: [
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
  ],
  defaults: {
    ContentBasedDeduplication: "false",
    DelaySeconds: "0",
    KmsMasterKeyId: "",
    MaximumMessageSize: "1048576",
    MessageRetentionPeriod: "345600",
    ReceiveMessageWaitTimeSeconds: "0",
    RedriveAllowPolicy: "",
    RedrivePolicy: "",
    VisibilityTimeout: "30",
  },
};

export const queue: ResourceType = {
  types: ["AWS::SQS::Queue"],
  treatment: "created",

  async deploy({ properties, clients, place, previous, physicalName }) {
    const fifo = properties.flag("FifoQueue") === true;
    const name = physicalName("QueueName", fifo ? NAME_RULES.fifoQueue : NAME_RULES.queue);
    const wanted = properties.attributes(ATTRIBUTES.names);
    const QueueUrl =
      previous?.attributes.QueueName === name
        ? await update(clients.sqs, previous.physicalId, changedAttributes(ATTRIBUTES, wanted, previous.properties))
        : await create(clients.sqs, name, { ...wanted, ...(fifo ? { FifoQueue: "true" } : {}) }, wanted);
    return {
      physicalId: QueueUrl,
      attributes: { Arn: arn("sqs", place, name), QueueName: name, QueueUrl },
    };
  },

  async remove({ physicalId }, { sqs }) {
    await sqs.send(new DeleteQueueCommand({ QueueUrl: physicalId }));
  },
};

async function create(
  sqs: SQSClient,
  name: string,
  attributes: Record<string, string>,
  changeable: Record<string, string>,
): Promise<string> {
  try {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    return QueueUrl ?? "";
  } catch (error) {
    if (!(error instanceof QueueNameExists)) {
      throw error;
    }
    // An emulator with stored state has the queue from an earlier run, with other attributes.
    const { QueueUrl = "" } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    return update(sqs, QueueUrl, changeable);
  }
}

async function update(sqs: SQSClient, url: string, attributes: Record<string, string>): Promise<string> {
  if (Object.keys(attributes).length > 0) {
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }));
  }
  return url;
}
