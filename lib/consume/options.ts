import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { type Clock, systemClock } from "../clock/index.ts";
import type { AnyContract } from "../contract/index.ts";
import { numberInRange } from "../errors/index.ts";
import { dynamoDbStore, type IdempotencyStore } from "../idempotency/index.ts";
import { ENVIRONMENT } from "../names/index.ts";
import { type PayloadLocation, type PayloadStore, parseLocations, s3PayloadStore } from "../payload/index.ts";
import { isJsonObject } from "../std/index.ts";
import { MAX_VISIBILITY_SECONDS, parseJson } from "../wire/index.ts";
import type { Breaker, BreakerOption } from "./breaker.ts";
import type { Codec } from "./codec.ts";
import { configurationInvalid } from "./configuration-invalid.ts";
import type { EventInfo } from "./event.ts";
import { leftOut } from "./left-out.ts";
import { consoleLogger, type Logger } from "./logger.ts";

/**
 * What a consumer promises of each event:
 * - `at-most-once`: it is marked done before it is handled, and never handled again; a failure is dead-lettered at once.
 * - `at-least-once`: it is handled until it succeeds, and now and then twice.
 * - `exactly-once`: it is processed to completion once; a duplicate is acknowledged without being handled.
 */
export type Guarantee = "at-most-once" | "at-least-once" | "exactly-once";

/** A dead-letter queue of this consumer. */
export interface DeadLetterQueue {
  readonly url: string;
  /** The redrive policy's. At that receive a failure is dead-lettered with its reason, before SQS does it without. */
  readonly maxReceiveCount?: number;
}

/** What `consume` takes besides contract and handlers. Everything has a default; the constructs set the environment. */
export interface ConsumeOptions<C extends AnyContract> {
  /** Name of this consumer, the first part of idempotency keys. @default `FANFARE_CONSUMER`, else the function's name */
  readonly consumer?: string;
  /** @default `FANFARE_GUARANTEE`, else `exactly-once` where a store is configured, else `at-least-once` */
  readonly guarantee?: Guarantee;
  /** Where processed events are remembered. @default DynamoDB, the table `FANFARE_IDEMPOTENCY_TABLE`, if that is set */
  readonly store?: IdempotencyStore;
  /** What makes two deliveries the same event, within this consumer. @default the CloudEvents source and id */
  readonly idempotencyKey?: (event: EventInfo, data: unknown) => string;
  /** Handlers at work at once. FIFO: groups at work at once. @default 10 */
  readonly concurrency?: number;
  /** Milliseconds that a handler may take for one record. @default what is left of the invocation */
  readonly recordTimeoutMs?: number;
  /**
   * Milliseconds at the end of an invocation that are kept for completing and reporting; no handler runs in them.
   * @default 1,000, or a tenth of the invocation's time where that is less
   */
  readonly reserveMs?: number;
  /** Milliseconds that must be left for a record to be started. @default 100 */
  readonly minStartMs?: number;
  /** Backoff of failed records, in seconds; `false` leaves the queue's visibility timeout as it is. @default base 1, cap 900 */
  readonly backoff?: false | { readonly baseSeconds?: number; readonly capSeconds?: number };
  /** What becomes of an event past its expiry time. @default `drop`: acknowledged and logged */
  readonly expired?: "drop" | "dead-letter";
  /** Reads bodies without an envelope. @default none: they are dead-lettered */
  readonly codec?: Codec<C>;
  /** Reads offloaded payloads. @default S3 */
  readonly payloads?: PayloadStore;
  /** Comma-separated `bucket/prefix` from which payloads may be read. @default `FANFARE_PAYLOAD_SOURCES` */
  readonly payloadSources?: string;
  /** Bytes of an offloaded or inflated payload at most. @default 16,777,216 (16 MiB) */
  readonly maxPayloadBytes?: number;
  /** Dead-letter queues by ARN of the source queue. @default `FANFARE_DEAD_LETTER_QUEUES` */
  readonly deadLetterQueues?: Readonly<Record<string, DeadLetterQueue>>;
  /** Hands records back while what the handlers depend on is down: what `circuitBreaker()` returns. @default off */
  readonly circuitBreaker?: BreakerOption;
  /** @default one JSON object a line, on the console */
  readonly logger?: Logger;
  /** Clients to use instead of new ones with the SDK's defaults. */
  readonly clients?: { readonly sqs?: SQSClient; readonly s3?: S3Client; readonly dynamodb?: DynamoDBClient };
  /** @default the machine's */
  readonly clock?: Clock;
}

/** Options with nothing left open. */
export interface ConsumerSettings {
  readonly contract: AnyContract;
  readonly consumer: string;
  readonly guarantee: Guarantee;
  readonly store: IdempotencyStore | undefined;
  readonly idempotencyKey: ((event: EventInfo, data: unknown) => string) | undefined;
  readonly concurrency: number;
  readonly recordTimeoutMs: number;
  readonly reserveMs: number | undefined;
  readonly minStartMs: number;
  readonly backoff: { readonly baseSeconds: number; readonly capSeconds: number } | undefined;
  readonly expired: "drop" | "dead-letter";
  // biome-ignore lint/suspicious/noExplicitAny: a codec's event names are checked where it is given.
  readonly codec: Codec<any> | undefined;
  readonly payloads: PayloadStore | undefined;
  readonly payloadSources: readonly PayloadLocation[];
  readonly maxPayloadBytes: number;
  readonly deadLetterQueues: ReadonlyMap<string, DeadLetterQueue>;
  readonly breaker: Breaker | undefined;
  readonly logger: Logger;
  readonly sqs: SQSClient | undefined;
  readonly clock: Clock;
}

const MIB = 1_048_576;

type NumericOption = "concurrency" | "recordTimeoutMs" | "minStartMs" | "maxPayloadBytes";

/** Fills in defaults and reads the environment. @throws FanfareError `ConfigurationInvalid` */
export function resolveConsumeOptions<C extends AnyContract>(
  contract: C,
  options: ConsumeOptions<C>,
): ConsumerSettings {
  const { clock = systemClock, logger = consoleLogger } = options;
  const guarantee = guaranteeOf(options);
  const store = storeFor(options, guarantee, clock);
  const consumer = consumerName(options.consumer, store !== undefined || !!options.circuitBreaker);
  const number = (name: NumericOption, otherwise: number, low: number, high: number) =>
    numberInRange(name, options[name] ?? otherwise, low, high);
  return {
    contract,
    consumer,
    guarantee,
    store,
    idempotencyKey: options.idempotencyKey,
    concurrency: number("concurrency", 10, 1, 10_000),
    recordTimeoutMs: number("recordTimeoutMs", Number.POSITIVE_INFINITY, 1, Number.POSITIVE_INFINITY),
    reserveMs: options.reserveMs === undefined ? undefined : numberInRange("reserveMs", options.reserveMs, 0, 900_000),
    minStartMs: number("minStartMs", 100, 0, 900_000),
    backoff: backoffFrom(options.backoff),
    expired: options.expired ?? "drop",
    codec: options.codec,
    ...payloadsFor(options),
    maxPayloadBytes: number("maxPayloadBytes", 16 * MIB, 1, 1_024 * MIB),
    deadLetterQueues: deadLetterQueuesFrom(options.deadLetterQueues),
    breaker: breakerFor(options, consumer, clock, logger),
    logger,
    sqs: options.clients?.sqs,
    clock,
  };
}

/** What follows the pointers of offloaded payloads, and where to. */
function payloadsFor(options: ConsumeOptions<never>): Pick<ConsumerSettings, "payloads" | "payloadSources"> {
  const given = options.payloadSources ?? process.env[ENVIRONMENT.payloadSources] ?? "";
  if (process.env.FANFARE_WITHOUT_PAYLOADS !== "1") {
    const payloadSources = parseLocations(given, ENVIRONMENT.payloadSources);
    const client = options.clients?.s3;
    const s3 = () => s3PayloadStore(client === undefined ? {} : { client });
    return { payloads: options.payloads ?? (payloadSources.length > 0 ? s3() : undefined), payloadSources };
  }
  if (given === "") return { payloads: undefined, payloadSources: [] };
  throw leftOut(options.payloadSources === undefined ? ENVIRONMENT.payloadSources : "payloadSources", "payloads");
}

function breakerFor(
  options: ConsumeOptions<never>,
  consumer: string,
  clock: Clock,
  logger: Logger,
): Breaker | undefined {
  const { circuitBreaker } = options;
  if (!circuitBreaker) return undefined;
  // JavaScript callers may still give what the option once was.
  const given: unknown = circuitBreaker.breakerFor;
  if (typeof given === "function")
    return circuitBreaker.breakerFor({ consumer, clock, logger, dynamodb: options.clients?.dynamodb });
  throw configurationInvalid(
    "circuitBreaker",
    "circuitBreaker was not made by circuitBreaker()",
    "import circuitBreaker of fanfare and call it: { circuitBreaker: circuitBreaker() }",
  );
}

const GUARANTEES: readonly Guarantee[] = ["at-most-once", "at-least-once", "exactly-once"];

function guaranteeOf(options: ConsumeOptions<never>): Guarantee {
  const variable = process.env[ENVIRONMENT.guarantee];
  const wanted: string | undefined = options.guarantee ?? (variable === "" ? undefined : variable);
  if (wanted === undefined) return hasStore(options) ? "exactly-once" : "at-least-once";
  const guarantee = GUARANTEES.find((each) => each === wanted);
  if (guarantee !== undefined) return guarantee;
  throw configurationInvalid(
    options.guarantee === undefined ? ENVIRONMENT.guarantee : "guarantee",
    `the guarantee is "${wanted}"`,
    `choose one of ${GUARANTEES.join(", ")}`,
  );
}

function hasStore(options: ConsumeOptions<never>): boolean {
  return options.store !== undefined || !!process.env[ENVIRONMENT.idempotencyTable];
}

function storeFor(options: ConsumeOptions<never>, guarantee: Guarantee, clock: Clock): IdempotencyStore | undefined {
  if (guarantee === "at-least-once") return undefined;
  if (options.store !== undefined) return options.store;
  const table = process.env[ENVIRONMENT.idempotencyTable];
  if (!table) {
    throw configurationInvalid(
      "guarantee",
      `${guarantee} needs an idempotency store, and ${ENVIRONMENT.idempotencyTable} is not set`,
      "let the constructs attach the handler (they make the table and set the variable), give the store option, or choose at-least-once",
    );
  }
  if (process.env.FANFARE_WITHOUT_IDEMPOTENCY !== "1") {
    const retention = process.env[ENVIRONMENT.idempotencyRetention];
    return dynamoDbStore({
      table,
      clock,
      doneOnClaim: guarantee === "at-most-once",
      retentionSeconds: retention
        ? numberInRange(ENVIRONMENT.idempotencyRetention, Number(retention), 1, 10 * 365 * 86_400)
        : undefined,
      client: options.clients?.dynamodb,
    });
  }
  throw leftOut(ENVIRONMENT.idempotencyTable, "idempotency");
}

function consumerName(option: string | undefined, needed: boolean): string {
  const name = option ?? process.env[ENVIRONMENT.consumer] ?? process.env.AWS_LAMBDA_FUNCTION_NAME ?? "";
  if (name === "" && needed) {
    throw configurationInvalid(
      "consumer",
      `the consumer has no name: ${ENVIRONMENT.consumer} is not set`,
      "give the consumer option: subscribers that share a table must have different names",
    );
  }
  return name;
}

function backoffFrom(backoff: ConsumeOptions<never>["backoff"]): ConsumerSettings["backoff"] {
  if (backoff === false) return undefined;
  return {
    baseSeconds: numberInRange("backoff.baseSeconds", backoff?.baseSeconds ?? 1, 0, MAX_VISIBILITY_SECONDS),
    capSeconds: numberInRange("backoff.capSeconds", backoff?.capSeconds ?? 900, 0, MAX_VISIBILITY_SECONDS),
  };
}

function deadLetterQueuesFrom(
  option: Readonly<Record<string, DeadLetterQueue>> | undefined,
): ReadonlyMap<string, DeadLetterQueue> {
  if (option !== undefined) return new Map(Object.entries(option));
  const variable = ENVIRONMENT.deadLetterQueues;
  const text = process.env[variable];
  if (text === undefined || text === "") return new Map();
  const invalid = (what: string) =>
    configurationInvalid(
      variable,
      `${variable} ${what}`,
      'write {"<queue ARN>":{"url":"<DLQ URL>","maxReceiveCount":5}}, as the constructs do',
    );
  const queues = new Map<string, DeadLetterQueue>();
  let parsed: unknown;
  try {
    parsed = parseJson(text, variable);
  } catch {
    throw invalid("is not JSON");
  }
  if (!isJsonObject(parsed)) throw invalid("is not a JSON object");
  for (const [arn, queue] of Object.entries(parsed)) {
    if (!isJsonObject(queue) || typeof queue.url !== "string") throw invalid(`has no url for ${arn}`);
    queues.set(arn, {
      url: queue.url,
      ...(typeof queue.maxReceiveCount === "number" ? { maxReceiveCount: queue.maxReceiveCount } : {}),
    });
  }
  return queues;
}
