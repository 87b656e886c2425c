import type {
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityBatchCommandOutput,
  DeleteMessageBatchCommandInput,
  DeleteMessageBatchCommandOutput,
  GetQueueAttributesCommandInput,
  GetQueueAttributesCommandOutput,
  ReceiveMessageCommandInput,
  ReceiveMessageCommandOutput,
} from "@aws-sdk/client-sqs";

/** The calls that event source mappings make to SQS: over HTTP, or to the engine in the same process. */
export interface QueueCalls {
  receiveMessage(
    input: ReceiveMessageCommandInput,
    signal?: AbortSignal,
  ): Promise<Pick<ReceiveMessageCommandOutput, "Messages">>;
  deleteMessageBatch(input: DeleteMessageBatchCommandInput): Promise<Pick<DeleteMessageBatchCommandOutput, "Failed">>;
  changeMessageVisibilityBatch(
    input: ChangeMessageVisibilityBatchCommandInput,
  ): Promise<Pick<ChangeMessageVisibilityBatchCommandOutput, "Failed">>;
  getQueueAttributes(
    input: GetQueueAttributesCommandInput,
  ): Promise<Pick<GetQueueAttributesCommandOutput, "Attributes">>;
}
