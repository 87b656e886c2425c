/** The limits and defaults of SNS, SQS, Lambda and S3 that the constructs check or build on, each once, with its source. */

/** Source: Amazon SQS API Reference, "CreateQueue"; Developer Guide, "Amazon SQS message quotas" and "FIFO queue quotas". */
export const SQS = {
  /** Seconds that a queue may keep a message: 1 minute to 14 days. */
  retentionSeconds: { min: 60, max: 1_209_600 },
  /** Seconds of the visibility timeout: up to 12 hours. */
  visibilitySeconds: { min: 0, max: 43_200 },
  /** Seconds of the delivery delay of a queue: up to 15 minutes. */
  delaySeconds: { min: 0, max: 900 },
  /** Receives before a message moves to the dead-letter queue. */
  maxReceiveCount: { min: 1, max: 1_000 },
  /** Bytes of a message, which is also the default maximum of a queue. */
  maxMessageBytes: 1_048_576,
  /** Characters of a queue's name, the suffix `.fifo` included. */
  nameCharacters: 80,
} as const;

/** Source: Amazon SNS API Reference, "CreateTopic"; Developer Guide, "Publishing large messages with Amazon SNS". */
export const SNS = {
  /** Bytes that the topic attribute MaximumMessageSize may be set to. */
  messageBytes: { min: 1_024, max: 1_048_576 },
  /** Bytes of a message unless MaximumMessageSize says otherwise. */
  defaultMessageBytes: 262_144,
  /** Subscriptions of a topic whose MaximumMessageSize is above the default. */
  subscriptionsOfLargeMessages: 100,
  /** Filter policies of a topic; a quota that AWS raises on request. Source: "Amazon SNS endpoints and quotas". */
  filterPoliciesPerTopic: 200,
  /** Days over which SNS retries a delivery to SQS. Source: Developer Guide, "Amazon SNS message delivery retries". */
  deliveryRetryDays: 23,
  /** Characters of a topic's name, the suffix `.fifo` included. */
  nameCharacters: 256,
} as const;

/** Source: Amazon SNS Developer Guide, "Filter policy constraints in Amazon SNS". */
export const FILTER = {
  /** Keys of a policy, those inside `$or` included. */
  keys: 5,
  /** Product of the number of values of all keys; alternatives of `$or` add up. */
  combinations: 150,
  /** Bytes of the policy's JSON. */
  bytes: 262_144,
  /** Numbers lie within -10^9 and 10^9. */
  magnitude: 1_000_000_000,
  /** Digits after the decimal point. */
  decimals: 5,
} as const;

/** Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS"; API Reference, "CreateEventSourceMapping". */
export const EVENT_SOURCE = {
  batchSize: { min: 1, standard: 10_000, fifo: 10 },
  /** Batches above this size need a batching window of at least one second. */
  batchSizeWithoutWindow: 10,
  /** Seconds of the batching window; standard queues only. */
  windowSeconds: { min: 0, max: 300 },
  maxConcurrency: { min: 2, max: 1_000 },
  /** The guidance for a queue's visibility timeout: so many times the function's timeout, plus the batching window. */
  visibilityTimeouts: 6,
} as const;

/** Source: AWS Lambda Developer Guide, "Lambda quotas" and "Configure Lambda function timeout". */
export const LAMBDA = {
  timeoutSeconds: { min: 1, max: 900 },
  /** Seconds after which a function that sets no timeout is stopped. */
  defaultTimeoutSeconds: 3,
} as const;
