import type { S3Client } from "@aws-sdk/client-s3";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { type Clock, systemClock } from "../clock/index.ts";
import type { AnyContract } from "../contract/index.ts";
import { FanfareError, numberInRange } from "../errors/index.ts";
import { publisherVariables } from "../names/index.ts";
import { type Compression, type PayloadStore, parseLocations, s3PayloadStore } from "../payload/index.ts";
import { SQS_MAX_BYTES } from "../wire/index.ts";
import { snsTransport } from "./sns-transport.ts";
import { sqsTransport } from "./sqs-transport.ts";
import type { Transport } from "./transport.ts";

/** What `createPublisher` takes besides the contract. Everything has a default; the constructs set the environment. */
export interface PublisherOptions {
  /** ARN of the topic, or URL of the queue. @default the variable `FANFARE_<CONTRACT>_TARGET` */
  readonly target?: string;
  /** The CloudEvents source: who publishes. Part of every consumer's idempotency key. @default `urn:fanfare:<contract>` */
  readonly source?: string;
  /**
   * Bytes of a message with its attributes above which it is offloaded, or refused where there is no payload store.
   * @default the variable `FANFARE_<CONTRACT>_MAX_MESSAGE_BYTES`, else 262,144 for topics and 1,048,576 for queues
   */
  readonly maxMessageBytes?: number;
  /** Where larger bodies go. @default S3 at `FANFARE_<CONTRACT>_PAYLOAD_LOCATION`, if that is set */
  readonly payloads?: PayloadStore;
  /** Bytes of a body that is offloaded at most. @default 67,108,864 (64 MiB) */
  readonly maxPayloadBytes?: number;
  /** Compresses bodies. Only Fanfare's consumers read them. @default not */
  readonly compress?: Compression;
  /** Milliseconds that an event may wait for others while calls are under way. @default 5 */
  readonly lingerMs?: number;
  /** Calls to AWS under way at once. @default 4 */
  readonly concurrency?: number;
  /** Tries of one event, each after a longer pause. @default 6 */
  readonly maxAttempts?: number;
  /** Bytes of events that wait or are under way; above, `publish` rejects with `PublisherOverloaded`. @default 67,108,864 (64 MiB) */
  readonly maxBufferedBytes?: number;
  /** Clients to use instead of new ones with the SDK's defaults. */
  readonly clients?: { readonly sns?: SNSClient; readonly sqs?: SQSClient; readonly s3?: S3Client };
  /** @default the machine's */
  readonly clock?: Clock;
}

/** Options with nothing left open. */
export interface PublisherSettings {
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
}

const MIB = 1_048_576;

/** Fills in defaults and reads the environment. @throws FanfareError `ConfigurationInvalid` */
export function resolvePublisherOptions(contract: AnyContract, options: PublisherOptions): PublisherSettings {
  const variables = publisherVariables(contract.name);
  const transport = transportFor(options, variables.target);
  const maxMessageBytes = options.maxMessageBytes ?? numberFrom(variables.maxMessageBytes) ?? transport.defaultMaxBytes;
  numberInRange("maxMessageBytes", maxMessageBytes, 1_024, SQS_MAX_BYTES);
  return {
    transport,
    source: sourceFrom(options.source ?? `urn:fanfare:${contract.name}`),
    maxMessageBytes,
    payloads: options.payloads ?? payloadsFrom(variables.payloadLocation, options.clients?.s3),
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
    clock: options.clock ?? systemClock,
  };
}

function sourceFrom(source: string): string {
  if (typeof source === "string" && source !== "") {
    return source;
  }
  throw new FanfareError("ConfigurationInvalid", "the publisher's source is empty", {
    field: "source",
    remedy: "give a URI that names who publishes, or leave it out: consumers refuse events without one",
  });
}

function transportFor(options: PublisherOptions, variable: string): Transport {
  const target = options.target ?? process.env[variable];
  if (target === undefined || target === "") {
    throw new FanfareError("ConfigurationInvalid", `the publisher has no target: ${variable} is not set`, {
      field: "target",
      remedy: "call topic.grantPublish(fn) in the stack, which sets it, or give createPublisher the target option",
    });
  }
  if (/^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:.+$/.test(target)) {
    return snsTransport(target, options.clients?.sns);
  }
  if (/^https?:\/\/.+\/.+$/.test(target)) {
    return sqsTransport(target, options.clients?.sqs);
  }
  const what = target.includes(":sqs:")
    ? "the ARN of a queue: give the queue's URL"
    : "neither the ARN of a topic nor the URL of a queue";
  throw new FanfareError("ConfigurationInvalid", `the publisher's target "${target}" is ${what}`, {
    field: "target",
    remedy: "give arn:aws:sns:REGION:ACCOUNT:NAME or https://sqs.REGION.amazonaws.com/ACCOUNT/NAME",
  });
}

function payloadsFrom(variable: string, client: S3Client | undefined): PayloadStore | undefined {
  const [location] = parseLocations(process.env[variable] ?? "", variable);
  if (location === undefined) {
    return undefined;
  }
  return s3PayloadStore(client === undefined ? { location } : { location, client });
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
      remedy: "give a number of bytes",
    });
  }
  return value;
}
