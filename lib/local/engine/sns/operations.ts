import type {
  AddPermissionCommandInput,
  AddPermissionCommandOutput,
  ConfirmSubscriptionCommandInput,
  ConfirmSubscriptionCommandOutput,
  CreateTopicCommandInput,
  CreateTopicCommandOutput,
  DeleteTopicCommandInput,
  DeleteTopicCommandOutput,
  GetSubscriptionAttributesCommandInput,
  GetSubscriptionAttributesCommandOutput,
  GetTopicAttributesCommandInput,
  GetTopicAttributesCommandOutput,
  ListSubscriptionsByTopicCommandInput,
  ListSubscriptionsByTopicCommandOutput,
  ListSubscriptionsCommandInput,
  ListSubscriptionsCommandOutput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  ListTopicsCommandInput,
  ListTopicsCommandOutput,
  PublishBatchCommandInput,
  PublishBatchCommandOutput,
  PublishCommandInput,
  PublishCommandOutput,
  RemovePermissionCommandInput,
  RemovePermissionCommandOutput,
  SetSubscriptionAttributesCommandInput,
  SetSubscriptionAttributesCommandOutput,
  SetTopicAttributesCommandInput,
  SetTopicAttributesCommandOutput,
  SubscribeCommandInput,
  SubscribeCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UnsubscribeCommandInput,
  UnsubscribeCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from "@aws-sdk/client-sns";

/** What the SDK adds to an answer is not the engine's to give. */
type Operation<Input, Output> = { input: Input; output: Omit<Output, "$metadata"> };

/** The operations that the engine answers, with the SDK's own types. */
export interface SnsOperations {
  AddPermission: Operation<AddPermissionCommandInput, AddPermissionCommandOutput>;
  ConfirmSubscription: Operation<ConfirmSubscriptionCommandInput, ConfirmSubscriptionCommandOutput>;
  CreateTopic: Operation<CreateTopicCommandInput, CreateTopicCommandOutput>;
  DeleteTopic: Operation<DeleteTopicCommandInput, DeleteTopicCommandOutput>;
  GetSubscriptionAttributes: Operation<GetSubscriptionAttributesCommandInput, GetSubscriptionAttributesCommandOutput>;
  GetTopicAttributes: Operation<GetTopicAttributesCommandInput, GetTopicAttributesCommandOutput>;
  ListSubscriptions: Operation<ListSubscriptionsCommandInput, ListSubscriptionsCommandOutput>;
  ListSubscriptionsByTopic: Operation<ListSubscriptionsByTopicCommandInput, ListSubscriptionsByTopicCommandOutput>;
  ListTagsForResource: Operation<ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput>;
  ListTopics: Operation<ListTopicsCommandInput, ListTopicsCommandOutput>;
  Publish: Operation<PublishCommandInput, PublishCommandOutput>;
  PublishBatch: Operation<PublishBatchCommandInput, PublishBatchCommandOutput>;
  RemovePermission: Operation<RemovePermissionCommandInput, RemovePermissionCommandOutput>;
  SetSubscriptionAttributes: Operation<SetSubscriptionAttributesCommandInput, SetSubscriptionAttributesCommandOutput>;
  SetTopicAttributes: Operation<SetTopicAttributesCommandInput, SetTopicAttributesCommandOutput>;
  Subscribe: Operation<SubscribeCommandInput, SubscribeCommandOutput>;
  TagResource: Operation<TagResourceCommandInput, TagResourceCommandOutput>;
  Unsubscribe: Operation<UnsubscribeCommandInput, UnsubscribeCommandOutput>;
  UntagResource: Operation<UntagResourceCommandInput, UntagResourceCommandOutput>;
}

export type SnsOperation = keyof SnsOperations;

/** Their names, for answers about what is supported. */
export const SNS_OPERATIONS: readonly SnsOperation[] = [
  "AddPermission",
  "ConfirmSubscription",
  "CreateTopic",
  "DeleteTopic",
  "GetSubscriptionAttributes",
  "GetTopicAttributes",
  "ListSubscriptions",
  "ListSubscriptionsByTopic",
  "ListTagsForResource",
  "ListTopics",
  "Publish",
  "PublishBatch",
  "RemovePermission",
  "SetSubscriptionAttributes",
  "SetTopicAttributes",
  "Subscribe",
  "TagResource",
  "Unsubscribe",
  "UntagResource",
];
