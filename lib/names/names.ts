/**
 * The names on which the constructs and the runtime must agree: environment variables, message attributes and key prefixes.
 * The only module of the runtime that the constructs import besides the contract.
 */

/** Environment variables that the constructs set and the runtime reads. */
export const ENVIRONMENT = {
  /** Name of the consumer: the first part of every idempotency key, so that subscribers do not share claims. */
  consumer: "FANFARE_CONSUMER",
  /** `at-most-once`, `at-least-once` or `exactly-once`. */
  guarantee: "FANFARE_GUARANTEE",
  /** Name of the DynamoDB table of idempotency records, or its ARN in another Region. Without it the default guarantee is at-least-once. */
  idempotencyTable: "FANFARE_IDEMPOTENCY_TABLE",
  /** Seconds for which an idempotency record is kept: longer than any redelivery can take. */
  idempotencyRetention: "FANFARE_IDEMPOTENCY_RETENTION_SECONDS",
  /** Comma-separated list of `bucket/prefix` from which payloads may be read. */
  payloadSources: "FANFARE_PAYLOAD_SOURCES",
  /**
   * JSON object by ARN of the event source queue: `{ url, maxReceiveCount }` of its dead-letter queue and redrive policy. With
   * it the runtime dead-letters the last failed attempt with its reason, before SQS does so without one.
   */
  deadLetterQueues: "FANFARE_DEAD_LETTER_QUEUES",
  /** `lean` or `sdk`: the client for DynamoDB and for settling. Not set by the constructs; without it the runtime chooses. */
  awsClient: "FANFARE_AWS_CLIENT",
  /** The CloudWatch namespace of what `metrics()` writes. */
  metricsNamespace: "FANFARE_METRICS_NAMESPACE",
} as const;

/**
 * Variables that are set in bundles only: esbuild replaces `process.env.<name>` by `"1"` and omits the code that is then unused.
 * Sources must spell the name out, or nothing is replaced. Without a bundle they are not set, and nothing is omitted.
 */
export const LEFT_OUT = {
  /** Reading of offloaded payloads, and with it the S3 client. */
  payloads: "FANFARE_WITHOUT_PAYLOADS",
  /** The idempotency store and the circuit breaker's store, and with them the DynamoDB client. */
  idempotency: "FANFARE_WITHOUT_IDEMPOTENCY",
  /** The order within the groups of FIFO queues. Messages of a FIFO queue then fail the invocation and are redelivered. */
  fifo: "FANFARE_WITHOUT_FIFO",
  /** The SDK's clients for the store and for settling, where the lean client serves. Lambda's own copy is then the fallback. */
  sdk: "FANFARE_WITHOUT_SDK",
} as const satisfies Record<LeftOut, string>;

/** A part that can be left out of a bundle. */
export type LeftOut = "payloads" | "idempotency" | "fifo" | "sdk";

/**
 * Variables that ask for something only the SDK does. They count when set, and not `false`. Source: AWS SDKs and Tools Reference Guide,
 * "Environment variables list"; for proxies, Node.js' documentation of its command line.
 */
export const SDK_VARIABLES: readonly string[] = [
  "AWS_PROFILE",
  "AWS_USE_FIPS_ENDPOINT",
  "AWS_USE_DUALSTACK_ENDPOINT",
  "AWS_CREDENTIAL_SCOPE",
  "AWS_AUTH_SCHEME_PREFERENCE",
  "AWS_SIGV4A_SIGNING_REGION_SET",
  "AWS_RETRY_MODE",
  "AWS_MAX_ATTEMPTS",
  "NODE_USE_ENV_PROXY",
  "HTTPS_PROXY",
  "https_proxy",
  "HTTP_PROXY",
  "http_proxy",
  "ALL_PROXY",
  "all_proxy",
];

/** The environment variables of one contract's publisher. The contract's name is part of each. */
export interface PublisherVariables {
  /** ARN of the SNS topic, or URL of the SQS queue, that events are published to. */
  readonly target: string;
  /** Maximum size of a message in bytes. A larger one is offloaded if `payloadLocation` is set, else refused. */
  readonly maxMessageBytes: string;
  /** `bucket/prefix` to which larger messages are offloaded. */
  readonly payloadLocation: string;
}

/** The environment variables of a contract's publisher: `FANFARE_ORDERS_TARGET` and so on. */
export function publisherVariables(contract: string): PublisherVariables {
  const stem = `FANFARE_${contract.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_")}`;
  return {
    target: `${stem}_TARGET`,
    maxMessageBytes: `${stem}_MAX_MESSAGE_BYTES`,
    payloadLocation: `${stem}_PAYLOAD_LOCATION`,
  };
}

/** The message attribute with the CloudEvents `type`, on which the `events` of a subscription filter. */
export const TYPE_ATTRIBUTE = "type";

/** Reserved attribute of AWS's extended clients: the body is a pointer, and the value is the payload's size in bytes. */
export const OFFLOAD_ATTRIBUTE = "ExtendedPayloadSize";

/** The older name of {@link OFFLOAD_ATTRIBUTE}, which the Java SQS extended client still sends by default. */
export const LEGACY_OFFLOAD_ATTRIBUTE = "SQSLargePayloadSize";

/** Set by the runtime on a message that it dead-letters: JSON with error, handler, attempt and time. */
export const FAILURE_ATTRIBUTE = "fanfareFailure";

/** Set on compressed bodies: `gzip` or `zstd`. */
export const ENCODING_ATTRIBUTE = "contentEncoding";

/**
 * At most 10 message attributes survive raw delivery from SNS to SQS: a message with more is discarded for that subscription.
 * Source: Amazon SNS Developer Guide, "Amazon SNS raw message delivery".
 */
export const MAX_MESSAGE_ATTRIBUTES = 10;

/** Attributes that Fanfare itself may set on one message: type, offload marker, failure, encoding. */
export const RESERVED_ATTRIBUTES = [
  TYPE_ATTRIBUTE,
  OFFLOAD_ATTRIBUTE,
  LEGACY_OFFLOAD_ATTRIBUTE,
  FAILURE_ATTRIBUTE,
  ENCODING_ATTRIBUTE,
] as const;

/** Maximum number of routing attributes per event: 10, less type, offload marker, failure and encoding. */
export const MAX_ROUTING_ATTRIBUTES = MAX_MESSAGE_ATTRIBUTES - 4;

/** Attributes of an item in the idempotency table that the constructs need. */
export const IDEMPOTENCY_ITEM = {
  /** Partition key (S): consumer, source and event id. */
  key: "id",
  /** Time to live (N), seconds since the Unix epoch. */
  expiry: "expiresAt",
} as const;
