import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { AwsClient } from "../../aws/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { AnyContract } from "../../contract/index.ts";
import type { Observer } from "../../hook/index.ts";
import type { IdempotencyStore } from "../../idempotency/index.ts";
import type { PayloadStore } from "../../payload/index.ts";
import type { BreakerOption } from "../breaker/index.ts";
import type { Codec } from "../decode/index.ts";
import type { Guarantee } from "../handle/index.ts";
import type { DeadLetterQueue, EventInfo, Logger, LogLevel } from "../record/index.ts";

/** What `consume` takes besides contract and handlers. Everything has a default; the constructs set the environment. */
export interface ConsumeOptions<C extends AnyContract> {
  /** Name of this consumer, the first part of idempotency keys. @default `FANFARE_CONSUMER`, else the function's name */
  readonly consumer?: string;
  /** @default `FANFARE_GUARANTEE`, else `exactly-once` where a store is configured, else `at-least-once` */
  readonly guarantee?: Guarantee;
  /** Where processed events are recorded. @default DynamoDB, the table `FANFARE_IDEMPOTENCY_TABLE`, if that is set */
  readonly store?: IdempotencyStore;
  /**
   * When an event is claimed. `with-commit` claims it in the transaction that also writes the handler's effects and the completion:
   * 2 write units per event instead of 3, and no call before the handler. In return, two deliveries of an event at the same time are
   * both handled, and one of them writes nothing; so the handler's only effects must be those of `ctx.commit` or `ctx.effects`.
   * @default `before-handler`
   */
  readonly claim?: "before-handler" | "with-commit";
  /**
   * Starts of the handler after which a message is dead-lettered, 1 to 1,000; needs `deadLetterQueues`. With a store, starts are
   * counted; without, a receive counts as one.
   * @default what each of `deadLetterQueues` says, else no limit but SQS's own
   */
  readonly maxAttempts?: number;
  /** What makes two deliveries the same event, within this consumer. @default the CloudEvents source, type and id */
  readonly idempotencyKey?: (event: EventInfo, data: unknown) => string;
  /**
   * What becomes of an event with the source, type and id of one that was handled, and other data. `warn` acknowledges it as a
   * duplicate, and logs the digests of both; `dead-letter` dead-letters it with the code `IdConflict`; `ignore` compares nothing and
   * stores no digest. Needs a store; in progress is not compared, as nothing is dropped then.
   * @default `warn`; `ignore` with an `idempotencyKey` of your own, which says itself what is the same
   */
  readonly idConflict?: "ignore" | "warn" | "dead-letter";
  /** Number of handlers that run at once, 1 to 10,000; on FIFO queues, of groups. @default 10 */
  readonly concurrency?: number;
  /** Milliseconds that a handler may take for a record, at least 1. @default the rest of the invocation */
  readonly recordTimeoutMs?: number;
  /**
   * Milliseconds kept at the end of an invocation for completing and reporting, 0 to 900,000; no handler runs in them.
   * @default 1,000, or a tenth of the invocation's time where that is less
   */
  readonly reserveMs?: number;
  /** Milliseconds that must be left for a handler to be started, 0 to 900,000. @default 100 */
  readonly minStartMs?: number;
  /** Backoff of failed records, in seconds, 0 to 43,200; `false` leaves the queue's visibility timeout. @default base 1, cap 900 */
  readonly backoff?: false | { readonly baseSeconds?: number; readonly capSeconds?: number };
  /** What becomes of an event past its expiry time. @default `drop`: acknowledged and logged */
  readonly expired?: "drop" | "dead-letter";
  /** Reads messages without an envelope: JSON, text, several events. @default none: they are dead-lettered */
  readonly codec?: Codec<C>;
  /** Reads offloaded payloads. @default S3 */
  readonly payloads?: PayloadStore;
  /** Comma-separated `bucket/prefix` from which payloads may be read. @default `FANFARE_PAYLOAD_SOURCES` */
  readonly payloadSources?: string;
  /** Maximum size of an offloaded or inflated payload in bytes, 1 to 1,073,741,824 (1 GiB). @default 16,777,216 (16 MiB) */
  readonly maxPayloadBytes?: number;
  /** Dead-letter queues by ARN of the source queue. @default `FANFARE_DEAD_LETTER_QUEUES` */
  readonly deadLetterQueues?: Readonly<Record<string, DeadLetterQueue>>;
  /** Returns messages to the queue while a dependency of the handlers is down: the result of `circuitBreaker()`. @default off */
  readonly circuitBreaker?: BreakerOption;
  /**
   * Told each step of each message: `otel()`, `metrics()`, or your own. They can neither fail nor slow a message.
   * @default none
   */
  readonly observers?: readonly Observer[];
  /**
   * Whether events that a handler publishes carry the correlation id of the event that it handles (its id where it has none), its id as
   * causation id, and its trace context. What `publish` is given explicitly wins. Not with `consumeBatch`. @default true
   */
  readonly correlation?: boolean;
  /** @default one JSON object per line, on the console */
  readonly logger?: Logger;
  /**
   * Lines below this level are left out.
   * @default `FANFARE_LOG_LEVEL`, else `AWS_LAMBDA_LOG_LEVEL`, else `info`; for a logger of your own, what it leaves out itself
   */
  readonly logLevel?: LogLevel;
  /**
   * The client for the store, visibility timeouts and dead letters: Fanfare's own, which starts faster, or the AWS SDK's. Both have the
   * same results. A client in `clients` is used in any case.
   * @default `FANFARE_AWS_CLIENT`, else `lean` where keys and Region are in the environment and nothing asks for more
   */
  readonly awsClient?: AwsClient;
  /** Clients to use instead of new ones with the SDK's defaults. */
  readonly clients?: { readonly sqs?: SQSClient; readonly s3?: S3Client; readonly dynamodb?: DynamoDBClient };
  /** @default the machine's */
  readonly clock?: Clock;
}
