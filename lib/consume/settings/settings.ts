import { settlingSqsLoader } from "../../aws/index.ts";
import { type Clock, systemClock } from "../../clock/index.ts";
import type { AnyContract } from "../../contract/index.ts";
import { numberInRange } from "../../errors/index.ts";
import { hookFor } from "../../hook/index.ts";
import { ENVIRONMENT } from "../../names/index.ts";
import { parseLocations, s3PayloadStore } from "../../payload/index.ts";
import { MAX_VISIBILITY_SECONDS } from "../../wire/index.ts";
import type { Breaker } from "../breaker/index.ts";
import { digestOf } from "../decode/index.ts";
import type { LambdaSettings } from "../receive/index.ts";
import {
  configurationInvalid,
  consoleLogger,
  errorFields,
  isLogLevel,
  type Logger,
  leftOut,
  levelOfEnvironment,
  safeLogger,
} from "../record/index.ts";
import { deadLetterQueuesFrom } from "./dead-letter-queues.ts";
import { checkAtMostOnce, claimFrom, guaranteeOf, idConflictFrom, storeFor } from "./guarantee.ts";
import type { ConsumeOptions } from "./options.ts";

/** Options with nothing left open: what the rooms of a consumer need to know of it. */
export interface ConsumerSettings extends LambdaSettings {
  readonly concurrency: number;
}

const MIB = 1_048_576;

type NumericOption = "concurrency" | "maxAttempts" | "recordTimeoutMs" | "minStartMs" | "maxPayloadBytes";

/** Fills in defaults and reads the environment. @throws FanfareError `ConfigurationInvalid` */
export function resolveConsumeOptions<C extends AnyContract>(
  contract: C,
  options: ConsumeOptions<C>,
): ConsumerSettings {
  const { clock = systemClock, awsClient } = options;
  const logger = loggerFrom(options);
  const guarantee = guaranteeOf(options);
  const deadLetterQueues = deadLetterQueuesFrom(options.deadLetterQueues);
  const store = storeFor(options, guarantee, { clock, awsClient, logger });
  checkAtMostOnce(guarantee, store, deadLetterQueues);
  const consumer = consumerName(options.consumer, store !== undefined || !!options.circuitBreaker);
  const number = (name: NumericOption, otherwise: number, low: number, high: number) =>
    numberInRange(name, options[name] ?? otherwise, low, high);
  const idConflict = idConflictFrom(options);
  const compares = process.env.FANFARE_WITHOUT_IDEMPOTENCY !== "1" && store !== undefined && idConflict !== "ignore";
  return {
    contract,
    consumer,
    guarantee,
    store,
    claim: claimFrom(options, guarantee, store),
    idempotencyKey: options.idempotencyKey,
    idConflict,
    digestOf: compares ? digestOf : undefined,
    concurrency: number("concurrency", 10, 1, 10_000),
    recordTimeoutMs: number("recordTimeoutMs", Number.POSITIVE_INFINITY, 1, Number.POSITIVE_INFINITY),
    reserveMs: options.reserveMs === undefined ? undefined : numberInRange("reserveMs", options.reserveMs, 0, 900_000),
    minStartMs: number("minStartMs", 100, 0, 900_000),
    backoff: backoffFrom(options.backoff),
    expired: options.expired ?? "drop",
    codec: options.codec,
    ...payloadsFor(options, clock),
    maxPayloadBytes: number("maxPayloadBytes", 16 * MIB, 1, 1_024 * MIB),
    deadLetterQueues,
    maxAttempts: options.maxAttempts === undefined ? undefined : number("maxAttempts", 1, 1, 1_000),
    breaker: breakerFor(options, consumer, clock, logger),
    logger,
    hook: hookFor(options.observers, clock, (message, error) => logger.warn(message, { error: errorFields(error) })),
    correlation: options.correlation ?? true,
    loadSqs: settlingSqsLoader({ client: options.clients?.sqs, clock, awsClient, logger }),
    clock,
  };
}

/** A logger of the user has its own level, unless the option says one. */
function loggerFrom({ logger, logLevel }: Pick<ConsumeOptions<never>, "logger" | "logLevel">): Logger {
  if (logLevel !== undefined && !isLogLevel(logLevel)) {
    throw configurationInvalid("logLevel", `logLevel is "${logLevel}"`, "use debug, info, warn, error or silent");
  }
  return logger === undefined
    ? safeLogger(consoleLogger, logLevel ?? levelOfEnvironment())
    : safeLogger(logger, logLevel ?? "debug");
}

/** What follows the pointers of offloaded payloads, and where to. */
function payloadsFor(
  options: ConsumeOptions<never>,
  clock: Clock,
): Pick<ConsumerSettings, "payloads" | "payloadSources"> {
  const given = options.payloadSources ?? process.env[ENVIRONMENT.payloadSources] ?? "";
  if (process.env.FANFARE_WITHOUT_PAYLOADS !== "1") {
    const payloadSources = parseLocations(given, ENVIRONMENT.payloadSources);
    const client = options.clients?.s3;
    const s3 = () => s3PayloadStore({ clock, ...(client === undefined ? {} : { client }) });
    return { payloads: options.payloads ?? (payloadSources.length > 0 ? s3() : undefined), payloadSources };
  }
  if (given === "") {
    return { payloads: undefined, payloadSources: [] };
  }
  throw leftOut(options.payloadSources === undefined ? ENVIRONMENT.payloadSources : "payloadSources", "payloads");
}

function breakerFor(
  options: ConsumeOptions<never>,
  consumer: string,
  clock: Clock,
  logger: Logger,
): Breaker | undefined {
  const { circuitBreaker } = options;
  if (!circuitBreaker) {
    return undefined;
  }
  // JavaScript callers may still give what the option once was.
  const given: unknown = circuitBreaker.breakerFor;
  if (typeof given === "function") {
    return circuitBreaker.breakerFor({
      consumer,
      clock,
      logger,
      dynamodb: options.clients?.dynamodb,
      awsClient: options.awsClient,
    });
  }
  throw configurationInvalid(
    "circuitBreaker",
    "circuitBreaker was not made by circuitBreaker()",
    "pass the result of the function that the package exports: { circuitBreaker: circuitBreaker() }",
  );
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
  if (backoff === false) {
    return undefined;
  }
  return {
    baseSeconds: numberInRange("backoff.baseSeconds", backoff?.baseSeconds ?? 1, 0, MAX_VISIBILITY_SECONDS),
    capSeconds: numberInRange("backoff.capSeconds", backoff?.capSeconds ?? 900, 0, MAX_VISIBILITY_SECONDS),
  };
}
