/** Limits of SNS and SQS. */

/**
 * Maximum size of an SNS message with its attributes, in bytes, unless the topic's `MaximumMessageSize` says otherwise.
 * Source: Amazon SNS API Reference, `Publish`.
 */
export const SNS_DEFAULT_MAX_BYTES = 262_144;

/**
 * Maximum size of an SQS message with its attributes, in bytes, unless the queue's `MaximumMessageSize` says otherwise. Also the
 * highest limit of a topic, and the maximum size of all entries of one `SendMessageBatch`.
 * Source: Amazon SQS Developer Guide, "Amazon SQS message quotas".
 */
export const SQS_MAX_BYTES = 1_048_576;

/** Maximum number of entries per `PublishBatch`, `SendMessageBatch`, `DeleteMessageBatch` or `ChangeMessageVisibilityBatch`. Source: their API References. */
export const MAX_BATCH_ENTRIES = 10;

/** Maximum length of a message group id and of a deduplication id, in characters. Source: Amazon SQS API Reference, `SendMessage`. */
export const MAX_GROUP_ID_LENGTH = 128;

/** ASCII letters, digits and punctuation. Source: as {@link MAX_GROUP_ID_LENGTH}. */
export const GROUP_ID = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;

/** Maximum visibility timeout in seconds: 12 hours after the message was received. Source: Amazon SQS API Reference, `ChangeMessageVisibility`. */
export const MAX_VISIBILITY_SECONDS = 43_200;

/** Maximum delay of a message on a standard queue, in seconds. Source: Amazon SQS API Reference, `SendMessage`. */
export const MAX_DELAY_SECONDS = 900;

/** Whether SQS takes a value as a message's visibility timeout, in seconds. Callers compute it, and `NaN` is a number, too. */
export function isVisibilityTimeout(seconds: unknown): seconds is number {
  return typeof seconds === "number" && seconds >= 0 && seconds <= MAX_VISIBILITY_SECONDS;
}
