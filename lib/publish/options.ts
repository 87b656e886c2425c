import type { S3Client } from "@aws-sdk/client-s3";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { type Clock, systemClock } from "../clock/index.ts";
import type { AnyContract } from "../contract/index.ts";
import { describeError, FanfareError, numberInRange } from "../errors/index.ts";
import { type Hook, hookFor, type Observer } from "../hook/index.ts";
import { publisherVariables } from "../names/index.ts";
import { type Compression, type PayloadStore, parseLocations, s3PayloadStore } from "../payload/index.ts";
import { type MessageOptions, SQS_MAX_BYTES } from "../wire/index.ts";
import { snsTransport } from "./sns-transport.ts";
import { sqsTransport } from "./sqs-transport.ts";
import type { Transport, TransportOptions } from "./transport.ts";

/** Options of a publisher, besides its contract. The constructs set the environment variables named here. */
export interface PublisherOptions {
  /** ARN of the topic, or URL of the queue. @default the variable `FANFARE_<CONTRACT>_TARGET` */
  readonly target?: string;
  /** The CloudEvents source: a non-empty URI that names the publisher. Part of every idempotency key. @default `urn:fanfare:<contract>` */
  readonly source?: string;
  /**
   * Maximum size of a message with its attributes, in bytes, 1,024 to 1,048,576. A larger message is offloaded, or refused if
   * there is no payload store.
   * @default the variable `FANFARE_<CONTRACT>_MAX_MESSAGE_BYTES`, else 262,144 for topics and 1,048,576 for queues
   *   (Amazon SNS API Reference, `Publish`; Amazon SQS Developer Guide, "Amazon SQS message quotas")
   */
  readonly maxMessageBytes?: number;
  /** Where the bodies of larger messages are stored. @default S3 at `FANFARE_<CONTRACT>_PAYLOAD_LOCATION`, if that is set */
  readonly payloads?: PayloadStore;
  /** Maximum size of an offloaded body, in bytes, 1 to 1,073,741,824 (1 GiB). @default 67,108,864 (64 MiB) */
  readonly maxPayloadBytes?: number;
  /** Compresses every body. Only Fanfare's consumers can read it. @default no compression */
  readonly compress?: Compression;
  /** Milliseconds that an event waits for others while calls are under way, 0 to 10,000. An idle publisher sends at once. @default 5 */
  readonly lingerMs?: number;
  /** Maximum number of calls to AWS under way at once, 1 to 256. @default 4 */
  readonly concurrency?: number;
  /**
   * Maximum number of attempts per event, 1 to 100. The pauses between them grow to 5 seconds. Each attempt is a call in which
   * the SDK does its own retries.
   * @default 6
   */
  readonly maxAttempts?: number;
  /**
   * Milliseconds that one attempt may take, 1 to 900,000. An attempt without a response then counts as lost, and the event is sent
   * again with the same ids. So `publish` and `flush` end, whatever AWS and the network do.
   * @default 5,000
   */
  readonly attemptTimeoutMs?: number;
  /**
   * Maximum size of all events that wait or are being sent, in bytes, at least 1. Above it `publish` rejects with
   * `PublisherOverloaded`, and so it does above one event per 4,096 bytes of it (at least 100 events): that is what an event takes
   * besides its body. The publisher then takes at most three times as much memory, however long AWS does not respond; data that the
   * caller keeps, and text outside Latin-1, which takes two bytes per character, come on top.
   * @default 67,108,864 (64 MiB)
   */
  readonly maxBufferedBytes?: number;
  /**
   * Told each step of each event: `otel()`, `metrics()`, or your own. They can neither fail nor slow an event.
   * @default none
   */
  readonly observers?: readonly Observer[];
  /**
   * Whether events that are published inside a handler of `consume` or `poll` carry the correlation id of the event that it handles (its
   * id where it has none), its id as causation id, and its trace context. What is given explicitly wins. @default true
   */
  readonly correlation?: boolean;
  /** Clients to use. @default new ones with the SDK's defaults */
  readonly clients?: { readonly sns?: SNSClient; readonly sqs?: SQSClient; readonly s3?: S3Client };
  /** @default the system's clock */
  readonly clock?: Clock;
}

/** Options of one event. */
export interface PublishOptions extends MessageOptions {
  /**
   * Seconds for which a standard queue delays the message, a whole number from 0 to 900. Not possible with topics and FIFO
   * queues. Source: Amazon SQS API Reference, `SendMessage`.
   */
  readonly delaySeconds?: number;
  /** Cancels the event if it is aborted before the event is sent. A call under way is not interrupted. */
  readonly signal?: AbortSignal;
}

/** The options with defaults filled in. */
export interface PublisherSettings {
  /** ARN of the topic, or URL of the queue. */
  readonly target: string;
  readonly transport: Transport;
  readonly source: string;
  readonly maxMessageBytes: number;
  readonly payloads: PayloadStore | undefined;
  readonly maxPayloadBytes: number;
  readonly compress: Compression | undefined;
  readonly lingerMs: number;
  readonly concurrency: number;
  readonly maxAttempts: number;
  readonly maxBufferedBytes: number;
  readonly clock: Clock;
  readonly hook: Hook | undefined;
  readonly correlation: boolean;
}

const MIB = 1_048_576;

/** Fills in defaults and reads the environment. @throws FanfareError `ConfigurationInvalid` */
export function resolvePublisherOptions(contract: AnyContract, options: PublisherOptions): PublisherSettings {
  const variables = publisherVariables(contract.name);
  const { clients, clock = systemClock } = options;
  const attemptTimeoutMs = numberInRange("attemptTimeoutMs", options.attemptTimeoutMs ?? 5_000, 1, 900_000);
  const target = targetFrom(options.target, variables.target);
  const transport = transportFor(target, { clients, clock, attemptTimeoutMs });
  const maxMessageBytes = options.maxMessageBytes ?? numberFrom(variables.maxMessageBytes) ?? transport.defaultMaxBytes;
  numberInRange("maxMessageBytes", maxMessageBytes, 1_024, SQS_MAX_BYTES);
  return {
    target,
    transport,
    source: sourceFrom(options.source ?? `urn:fanfare:${contract.name}`),
    maxMessageBytes,
    payloads: options.payloads ?? payloadsFrom(variables.payloadLocation, clients?.s3, clock),
    maxPayloadBytes: numberInRange("maxPayloadBytes", options.maxPayloadBytes ?? 64 * MIB, 1, 1_024 * MIB),
    compress: options.compress,
    lingerMs: numberInRange("lingerMs", options.lingerMs ?? 5, 0, 10_000),
    concurrency: numberInRange("concurrency", options.concurrency ?? 4, 1, 256),
    maxAttempts: numberInRange("maxAttempts", options.maxAttempts ?? 6, 1, 100),
    maxBufferedBytes: numberInRange(
      "maxBufferedBytes",
      options.maxBufferedBytes ?? 64 * MIB,
      1,
      Number.MAX_SAFE_INTEGER,
    ),
    clock,
    hook: hookFor(options.observers, clock, warn),
    correlation: options.correlation ?? true,
  };
}

/** A publisher has no logger: nothing else is worth a line. */
function warn(message: string, error: unknown): void {
  const { name, message: text } = describeError(error);
  console.warn(JSON.stringify({ level: "WARN", message, error: { name, message: text } }));
}

function sourceFrom(source: string): string {
  if (typeof source === "string" && source !== "") {
    return source;
  }
  throw new FanfareError("ConfigurationInvalid", "the publisher's source is not a non-empty string", {
    field: "source",
    remedy: "pass a URI that names the publisher, or omit the option",
  });
}

function targetFrom(option: string | undefined, variable: string): string {
  const target = option ?? process.env[variable];
  if (target === undefined || target === "") {
    throw new FanfareError("ConfigurationInvalid", `the publisher has no target: ${variable} is not set`, {
      field: "target",
      remedy: "call topic.grantPublish(fn) in the stack, which sets it, or pass the target option to createPublisher",
    });
  }
  return target;
}

function transportFor(target: string, options: TransportOptions): Transport {
  if (/^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:.+$/.test(target)) {
    return snsTransport(target, options);
  }
  if (/^https?:\/\/.+\/.+$/.test(target)) {
    return sqsTransport(target, options);
  }
  const what = target.includes(":sqs:")
    ? "the ARN of a queue, not its URL"
    : "neither the ARN of a topic nor the URL of a queue";
  throw new FanfareError("ConfigurationInvalid", `the publisher's target "${target}" is ${what}`, {
    field: "target",
    remedy: "use arn:aws:sns:REGION:ACCOUNT:NAME or https://sqs.REGION.amazonaws.com/ACCOUNT/NAME",
  });
}

function payloadsFrom(variable: string, client: S3Client | undefined, clock: Clock): PayloadStore | undefined {
  const [location] = parseLocations(process.env[variable] ?? "", variable);
  if (location === undefined) {
    return undefined;
  }
  return s3PayloadStore({ location, clock, ...(client === undefined ? {} : { client }) });
}

function numberFrom(variable: string): number | undefined {
  const text = process.env[variable];
  if (text === undefined || text === "") {
    return undefined;
  }
  const value = Number(text);
  if (!Number.isSafeInteger(value)) {
    throw new FanfareError("ConfigurationInvalid", `${variable} is "${text}"`, {
      field: variable,
      remedy: "set it to a whole number of bytes",
    });
  }
  return value;
}
