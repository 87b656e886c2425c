import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { QueueCalls } from "../common/index.ts";

/** The calls of mappings through the SDK. */
export function queueCallsBy(client: SQSClient): QueueCalls {
  return {
    receiveMessage: (input, signal) =>
      client.send(new ReceiveMessageCommand(input), signal === undefined ? {} : { abortSignal: signal }),
    deleteMessageBatch: (input) => client.send(new DeleteMessageBatchCommand(input)),
    changeMessageVisibilityBatch: (input) => client.send(new ChangeMessageVisibilityBatchCommand(input)),
    getQueueAttributes: (input) => client.send(new GetQueueAttributesCommand(input)),
  };
}
