/** The limits and defaults of SNS, SQS and Lambda on which the constructs rely: each once, with its source. */

/** Source: Amazon SQS API Reference, "CreateQueue"; Developer Guide, "Amazon SQS message quotas" and "FIFO queue quotas". */
export const SQS = {
  /** Seconds for which a queue retains a message: 1 minute to 14 days. */
  retentionSeconds: { min: 60, max: 1_209_600 },
  /** Seconds for which a queue retains a message if it sets none: 4 days. */
  defaultRetentionSeconds: 345_600,
  /** Visibility timeout in seconds: up to 12 hours. */
  visibilitySeconds: { min: 0, max: 43_200 },
  /** Visibility timeout of a queue that sets none, in seconds. */
  defaultVisibilitySeconds: 30,
  /** Delivery delay of a queue in seconds: up to 15 minutes. */
  delaySeconds: { min: 0, max: 900 },
  /** Receives after which SQS moves a message to the dead-letter queue. */
  maxReceiveCount: { min: 1, max: 1_000 },
  /** Largest message in bytes; also the default maximum of a queue. */
  maxMessageBytes: 1_048_576,
  /** The number of in-flight messages from which a fair queue can consider a tenant noisy. Source: SQS Developer Guide, "Amazon SQS fair queues". */
  noisyInFlight: 30,
  /** Longest name of a queue in characters, including the suffix `.fifo`. */
  nameCharacters: 80,
} as const;

/** Source: Amazon SNS API Reference, "CreateTopic"; Developer Guide, "Publishing large messages with Amazon SNS". */
export const SNS = {
  /** Values of the topic attribute MaximumMessageSize, in bytes. */
  messageBytes: { min: 1_024, max: 1_048_576 },
  /** Largest message in bytes where MaximumMessageSize is not set. */
  defaultMessageBytes: 262_144,
  /** Most subscriptions of a topic whose MaximumMessageSize is above the default. */
  subscriptionsOfLargeMessages: 100,
  /** Most filter policies of a topic; AWS raises this quota on request. Source: "Amazon SNS endpoints and quotas". */
  filterPoliciesPerTopic: 200,
  /** Days for which a FIFO topic archives messages. Source: Developer Guide, "Message archiving for FIFO topic owners". */
  archiveDays: { min: 1, max: 365 },
  /** Days during which SNS retries a delivery to SQS. Source: Developer Guide, "Amazon SNS message delivery retries". */
  deliveryRetryDays: 23,
  /** Longest name of a topic in characters, including the suffix `.fifo`. */
  nameCharacters: 256,
} as const;

/** Source: Amazon SNS Developer Guide, "Filter policy constraints in Amazon SNS". */
export const FILTER = {
  /** Most keys of a policy, including those inside `$or`. */
  keys: 5,
  /** Largest product of the numbers of values of all keys; the alternatives of `$or` are added up. */
  combinations: 150,
  /** Largest policy in bytes of JSON. */
  bytes: 262_144,
  /** Numbers lie between -10^9 and 10^9. */
  magnitude: 1_000_000_000,
  /** Most digits after the decimal point. */
  decimals: 5,
  /** Most `*` of a pattern. Source: Developer Guide, "String value matching". */
  wildcards: 3,
  /** Most points of all patterns of a policy (same page). */
  wildcardPoints: 100,
  /** Points of each `*` in a pattern that has several (same page). */
  pointsPerWildcard: 3,
} as const;

/** Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS"; API Reference, "CreateEventSourceMapping". */
export const EVENT_SOURCE = {
  batchSize: { min: 1, standard: 10_000, fifo: 10 },
  /** Batches above this size require a batching window of at least 1 second. Also the default batch size. */
  batchSizeWithoutWindow: 10,
  /** Batching window in seconds; standard queues only. */
  windowSeconds: { min: 0, max: 300 },
  maxConcurrency: { min: 2, max: 1_000 },
  /** Event pollers of the provisioned mode. Source: Developer Guide, "Configuring scaling behavior for SQS event source mappings". */
  minimumPollers: { min: 2, max: 200 },
  maximumPollers: { min: 2, max: 2_000 },
  /** Most concurrent invocations of one such poller. */
  invocationsPerPoller: 10,
  /** Most pollers where none are chosen. */
  defaultMaximumPollers: 200,
  /** Lambda recommends this many times the function's timeout, plus the batching window, as the visibility timeout. */
  visibilityTimeouts: 6,
} as const;

/** Source: AWS Lambda Developer Guide, "Lambda quotas" and "Configure Lambda function timeout". */
export const LAMBDA = {
  timeoutSeconds: { min: 1, max: 900 },
  /** Timeout of a function that sets none, in seconds. */
  defaultTimeoutSeconds: 3,
  /** Oldest major version of Node.js that runs Fanfare: see `engines` in package.json. */
  oldestNodeVersion: 22,
  /** Longest name of an alias in characters. Source: API Reference, "CreateAlias". */
  aliasCharacters: 128,
} as const;

/** Source: Amazon EventBridge API Reference, "RetryPolicy". */
export const EVENT_BRIDGE = {
  /** How long a rule tries to deliver, in seconds. */
  maxEventAgeSeconds: { min: 60, max: 86_400 },
  retryAttempts: { min: 0, max: 185 },
} as const;

/** Source: AWS CloudFormation User Guide, "Understand CloudFormation quotas". */
export const CLOUDFORMATION = {
  /** Most resources of a template. */
  resources: 500,
  /** Resources from which on a stack is nearly full. */
  manyResources: 400,
} as const;
