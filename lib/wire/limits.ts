/** Limits of SNS, SQS and CloudEvents that messages must keep, each once, with its source. */

/**
 * Bytes of an SNS message, attributes included, unless the topic's `MaximumMessageSize` says otherwise.
 * Source: Amazon SNS API Reference, `Publish`.
 */
export const SNS_DEFAULT_MAX_BYTES = 262_144;

/**
 * Bytes of an SQS message, attributes included, unless the queue's `MaximumMessageSize` says otherwise; also the most
 * that a topic can be raised to, and the most of all entries of one `SendMessageBatch` together.
 * Source: Amazon SQS Developer Guide, "Amazon SQS message quotas".
 */
export const SQS_MAX_BYTES = 1_048_576;

/** Entries of one `PublishBatch`, `SendMessageBatch`, `DeleteMessageBatch` or `ChangeMessageVisibilityBatch`. Source: their API References. */
export const MAX_BATCH_ENTRIES = 10;

/** Characters of a message group id and of a deduplication id. Source: Amazon SQS API Reference, `SendMessage`. */
export const MAX_GROUP_ID_LENGTH = 128;

/** Letters, digits and punctuation of ASCII. Source: as {@link MAX_GROUP_ID_LENGTH}. */
export const GROUP_ID = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;

/** Largest visibility timeout in seconds: 12 hours from the receive. Source: Amazon SQS API Reference, `ChangeMessageVisibility`. */
export const MAX_VISIBILITY_SECONDS = 43_200;

/** Largest delay of a message on a standard queue, in seconds. Source: Amazon SQS API Reference, `SendMessage`. */
export const MAX_DELAY_SECONDS = 900;
