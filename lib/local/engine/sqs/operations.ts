import type {
  AddPermissionCommandInput,
  AddPermissionCommandOutput,
  CancelMessageMoveTaskCommandInput,
  CancelMessageMoveTaskCommandOutput,
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityBatchCommandOutput,
  ChangeMessageVisibilityCommandInput,
  ChangeMessageVisibilityCommandOutput,
  CreateQueueCommandInput,
  CreateQueueCommandOutput,
  DeleteMessageBatchCommandInput,
  DeleteMessageBatchCommandOutput,
  DeleteMessageCommandInput,
  DeleteMessageCommandOutput,
  DeleteQueueCommandInput,
  DeleteQueueCommandOutput,
  GetQueueAttributesCommandInput,
  GetQueueAttributesCommandOutput,
  GetQueueUrlCommandInput,
  GetQueueUrlCommandOutput,
  ListDeadLetterSourceQueuesCommandInput,
  ListDeadLetterSourceQueuesCommandOutput,
  ListMessageMoveTasksCommandInput,
  ListMessageMoveTasksCommandOutput,
  ListQueuesCommandInput,
  ListQueuesCommandOutput,
  ListQueueTagsCommandInput,
  ListQueueTagsCommandOutput,
  PurgeQueueCommandInput,
  PurgeQueueCommandOutput,
  ReceiveMessageCommandInput,
  ReceiveMessageCommandOutput,
  RemovePermissionCommandInput,
  RemovePermissionCommandOutput,
  SendMessageBatchCommandInput,
  SendMessageBatchCommandOutput,
  SendMessageCommandInput,
  SendMessageCommandOutput,
  SetQueueAttributesCommandInput,
  SetQueueAttributesCommandOutput,
  StartMessageMoveTaskCommandInput,
  StartMessageMoveTaskCommandOutput,
  TagQueueCommandInput,
  TagQueueCommandOutput,
  UntagQueueCommandInput,
  UntagQueueCommandOutput,
} from "@aws-sdk/client-sqs";
import type { CallContext } from "../kernel/index.ts";

interface Operation<Input, Output> {
  input: Input;
  output: Omit<Output, "$metadata">;
}

/** Every operation of the engine with the SDK's own input and output. */
export interface SqsOperations {
  AddPermission: Operation<AddPermissionCommandInput, AddPermissionCommandOutput>;
  CancelMessageMoveTask: Operation<CancelMessageMoveTaskCommandInput, CancelMessageMoveTaskCommandOutput>;
  ChangeMessageVisibility: Operation<ChangeMessageVisibilityCommandInput, ChangeMessageVisibilityCommandOutput>;
  ChangeMessageVisibilityBatch: Operation<
    ChangeMessageVisibilityBatchCommandInput,
    ChangeMessageVisibilityBatchCommandOutput
  >;
  CreateQueue: Operation<CreateQueueCommandInput, CreateQueueCommandOutput>;
  DeleteMessage: Operation<DeleteMessageCommandInput, DeleteMessageCommandOutput>;
  DeleteMessageBatch: Operation<DeleteMessageBatchCommandInput, DeleteMessageBatchCommandOutput>;
  DeleteQueue: Operation<DeleteQueueCommandInput, DeleteQueueCommandOutput>;
  GetQueueAttributes: Operation<GetQueueAttributesCommandInput, GetQueueAttributesCommandOutput>;
  GetQueueUrl: Operation<GetQueueUrlCommandInput, GetQueueUrlCommandOutput>;
  ListDeadLetterSourceQueues: Operation<
    ListDeadLetterSourceQueuesCommandInput,
    ListDeadLetterSourceQueuesCommandOutput
  >;
  ListMessageMoveTasks: Operation<ListMessageMoveTasksCommandInput, ListMessageMoveTasksCommandOutput>;
  ListQueueTags: Operation<ListQueueTagsCommandInput, ListQueueTagsCommandOutput>;
  ListQueues: Operation<ListQueuesCommandInput, ListQueuesCommandOutput>;
  PurgeQueue: Operation<PurgeQueueCommandInput, PurgeQueueCommandOutput>;
  ReceiveMessage: Operation<ReceiveMessageCommandInput, ReceiveMessageCommandOutput>;
  RemovePermission: Operation<RemovePermissionCommandInput, RemovePermissionCommandOutput>;
  SendMessage: Operation<SendMessageCommandInput, SendMessageCommandOutput>;
  SendMessageBatch: Operation<SendMessageBatchCommandInput, SendMessageBatchCommandOutput>;
  SetQueueAttributes: Operation<SetQueueAttributesCommandInput, SetQueueAttributesCommandOutput>;
  StartMessageMoveTask: Operation<StartMessageMoveTaskCommandInput, StartMessageMoveTaskCommandOutput>;
  TagQueue: Operation<TagQueueCommandInput, TagQueueCommandOutput>;
  UntagQueue: Operation<UntagQueueCommandInput, UntagQueueCommandOutput>;
}

export type SqsOperation = keyof SqsOperations;
export type Input<O extends SqsOperation> = SqsOperations[O]["input"];
export type Output<O extends SqsOperation> = SqsOperations[O]["output"];

/** One operation over a state of type `State`. Throws `AwsError`. */
export type Handler<State, O extends SqsOperation> = (state: State, context: CallContext, input: Input<O>) => Output<O>;
