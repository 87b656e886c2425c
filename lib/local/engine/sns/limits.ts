/** Limits and fixed values of Amazon SNS, each with the AWS page that states it. Sizes in bytes, times as named. */
export const SNS_LIMITS = {
  /** Characters of a topic's name, `.fifo` included (API Reference, "CreateTopic"). */
  topicNameCharacters: 256,
  /** Attribute `MaximumMessageSize` (API Reference, "CreateTopic"). */
  maximumMessageSize: { minimum: 1_024, default: 262_144, maximum: 1_048_576 },
  /** Subscriptions of a topic whose `MaximumMessageSize` is above the default (API Reference, "CreateTopic"). */
  subscriptionsOfLargeMessageTopic: 100,
  /** Entries of a PublishBatch (API Reference, "PublishBatch"). */
  batchEntries: 10,
  /** Characters of a batch entry's id (API Reference, "PublishBatchRequestEntry"). */
  batchEntryIdCharacters: 80,
  /** Characters of a subject (API Reference, "Publish"). */
  subjectCharacters: 100,
  /** Characters of a display name (Developer Guide, "Creating an Amazon SNS topic"). */
  displayNameCharacters: 100,
  /** Message attributes of a raw delivery to SQS; more and the message is discarded (Developer Guide, "Raw message delivery"). */
  rawDeliveryAttributes: 10,
  /** Bytes of a message attribute's name (Developer Guide, "Amazon SNS message attributes"). */
  attributeNameBytes: 256,
  /** Characters of a message group id and of a deduplication id (API Reference, "Publish"). */
  fifoIdCharacters: 128,
  /** How long a FIFO topic stores a deduplication id (Developer Guide, "Message deduplication for FIFO topics"). */
  deduplicationMilliseconds: 300_000,
  /** Filter policies of one topic (Developer Guide, "Filter policy constraints"). */
  filterPoliciesOfTopic: 200,
  /** Days that a FIFO topic archives messages (Developer Guide, "Message archiving and replay for FIFO topics"). */
  archiveDays: { minimum: 1, maximum: 365 },
  /** Tags of a topic, and the lengths of their parts (Developer Guide, "Amazon SNS topic tagging"). */
  tags: { count: 50, keyCharacters: 128, valueCharacters: 256 },
  /** Items of one page of a list (API Reference, "ListTopics", "ListSubscriptions"). */
  listPage: 100,
} as const;
