/**
 * The names on which the constructs and the runtime must agree: environment variables, message attributes and key prefixes.
 * The only module of the runtime that the constructs import besides the contract.
 */

/** Environment variables that the constructs set and the runtime reads. */
export const ENVIRONMENT = {
  /** Name of the consumer: the first part of every idempotency key, so that subscribers do not share records. */
  consumer: "FANFARE_CONSUMER",
  /** `at-most-once`, `at-least-once` or `exactly-once`. */
  guarantee: "FANFARE_GUARANTEE",
  /** Name of the DynamoDB table of idempotency records. Without it the default guarantee is at-least-once. */
  idempotencyTable: "FANFARE_IDEMPOTENCY_TABLE",
  /** Seconds that an idempotency record outlives its event: longer than any redelivery can take. */
  idempotencyRetention: "FANFARE_IDEMPOTENCY_RETENTION_SECONDS",
  /** Comma-separated `bucket/prefix` from which payload pointers may be followed. */
  payloadSources: "FANFARE_PAYLOAD_SOURCES",
  /**
   * JSON object by ARN of the event source queue: `{ url, maxReceiveCount }` of its dead-letter queue and redrive policy, so
   * that the last failed attempt is dead-lettered with its reason instead of silently by SQS.
   */
  deadLetterQueues: "FANFARE_DEAD_LETTER_QUEUES",
} as const;

/**
 * Variables that are set in bundles only: esbuild replaces `process.env.<name>` by `"1"` and leaves out what that rules out. Sources
 * must spell the name out, or nothing is replaced. Unbundled they are not set, and everything is there.
 */
export const LEFT_OUT = {
  /** What leads a consumer to offloaded payloads, and with it the S3 client. */
  payloads: "FANFARE_WITHOUT_PAYLOADS",
  /** The store of processed events, and where there is one that of the circuit breaker, and with them the DynamoDB client. */
  idempotency: "FANFARE_WITHOUT_IDEMPOTENCY",
  /** What keeps the order of a FIFO queue's groups. Messages of one then fail the invocation, and come again. */
  fifo: "FANFARE_WITHOUT_FIFO",
} as const;

/** What can be left out of a bundle. */
export type LeftOut = keyof typeof LEFT_OUT;

/** The environment variables of one contract's publisher. The contract's name is part of each. */
export interface PublisherVariables {
  /** ARN of the SNS topic, or URL of the SQS queue, that events are published to. */
  readonly target: string;
  /** Bytes above which a message is refused, or offloaded where a bucket is set. */
  readonly maxMessageBytes: string;
  /** `bucket/prefix` to which larger messages are offloaded. */
  readonly payloadLocation: string;
}

/** Names the environment variables of the publisher of the contract called `contract`: `FANFARE_ORDERS_TARGET`, ... */
export function publisherVariables(contract: string): PublisherVariables {
  const stem = `FANFARE_${contract.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_")}`;
  return {
    target: `${stem}_TARGET`,
    maxMessageBytes: `${stem}_MAX_MESSAGE_BYTES`,
    payloadLocation: `${stem}_PAYLOAD_LOCATION`,
  };
}

/** The message attribute that carries the CloudEvents `type`: what `events` of a subscription filters on. */
export const TYPE_ATTRIBUTE = "type";

/** Reserved attribute of AWS's extended clients: the message is a pointer; the value is the payload's size in bytes. */
export const OFFLOAD_ATTRIBUTE = "ExtendedPayloadSize";

/** The older name of {@link OFFLOAD_ATTRIBUTE}, which the Java SQS extended client still sends by default. */
export const LEGACY_OFFLOAD_ATTRIBUTE = "SQSLargePayloadSize";

/** Set by the runtime on a message that it moves to a dead-letter queue itself: JSON with error, handler, attempt, time. */
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

/** What a contract may use for its own routing: 10 less type, offload marker, failure and encoding. */
export const MAX_ROUTING_ATTRIBUTES = MAX_MESSAGE_ATTRIBUTES - 4;

/** Attributes of an item in the idempotency table. The constructs need the first two, the store all of them. */
export const IDEMPOTENCY_ITEM = {
  /** Partition key (S): consumer, source and event id. */
  key: "id",
  /** Time to live (N), seconds since the epoch. */
  expiry: "expiresAt",
} as const;
