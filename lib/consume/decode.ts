import { type AnyContract, type ContractEvent, upcastPayload, type Valid, validatePayload } from "../contract/index.ts";
import { FanfareError, isFanfareError } from "../errors/index.ts";
import { ENCODING_ATTRIBUTE } from "../names/index.ts";
import { decompress, isCompression, isWithin, type PayloadLocation, type PayloadStore } from "../payload/index.ts";
import { isJsonObject } from "../std/index.ts";
import {
  type Body,
  declaredPayloadBytes,
  documentInText,
  type Envelope,
  envelopeData,
  envelopeVersion,
  type PayloadPointer,
  readBase64,
  readBody,
  readEnvelope,
} from "../wire/index.ts";
import type { Codec } from "./codec.ts";
import type { EventInfo, ReceivedEvent } from "./event.ts";
import type { Incoming } from "./incoming.ts";
import { type MaybePromise, soon } from "./maybe-promise.ts";
import { readTime } from "./time.ts";

/** What decoding needs to know of the consumer. */
export interface DecodeSettings {
  readonly contract: AnyContract;
  readonly handles: (name: string) => boolean;
  // biome-ignore lint/suspicious/noExplicitAny: a codec's event names are checked where it is given.
  readonly codec: Codec<any> | undefined;
  readonly payloads: PayloadStore | undefined;
  readonly payloadSources: readonly PayloadLocation[];
  readonly maxPayloadBytes: number;
}

/** A body read from its record: JSON, or a pointer still to be followed. */
export function openBody(incoming: Incoming, settings: DecodeSettings): MaybePromise<Body> {
  const text: unknown = incoming.record?.body;
  if (typeof text !== "string") {
    throw new FanfareError("BodyMalformed", "the record has no body", { field: "body" });
  }
  return openText(text, incoming, settings);
}

/** Follows a pointer, after checking that it leads to where this consumer may read. */
export async function fetchBody(
  pointer: PayloadPointer,
  incoming: Incoming,
  settings: DecodeSettings,
  signal: AbortSignal,
): Promise<Body> {
  const { payloads, payloadSources, maxPayloadBytes } = settings;
  if (payloads === undefined || !isWithin(payloadSources, pointer.bucket, pointer.key)) {
    const allowed = payloadSources.map((source) => `${source.bucket}/${source.prefix}`).join(", ");
    throw new FanfareError("PointerNotAllowed", `the message points to s3://${pointer.bucket}/${pointer.key}`, {
      field: "body",
      limit: allowed === "" ? "no location is allowed" : allowed,
      remedy:
        "if this is right, turn on largePayloads of the topic or add the location to payloadSources, then redrive",
    });
  }
  const declared = declaredPayloadBytes((name) => incoming.attribute(name));
  if (declared !== undefined && declared > maxPayloadBytes) {
    throw new FanfareError("PayloadTooLarge", `the payload is declared to have ${declared} bytes`, {
      field: "body",
      limit: `${maxPayloadBytes} bytes`,
      remedy: "raise maxPayloadBytes of this consumer and give its function the memory, then redrive",
    });
  }
  const bytes = await payloads.get(pointer, maxPayloadBytes, signal);
  const body = await openText(decodeUtf8(bytes), incoming, settings);
  if (body.kind === "json") return body;
  throw new FanfareError("BodyMalformed", "the payload is itself a pointer", { field: "body" });
}

/** Makes an event of parsed JSON. `null` for what the codec ignores. */
export function readEvent(
  body: Body & { kind: "json" },
  incoming: Incoming,
  settings: DecodeSettings,
): MaybePromise<ReceivedEvent | null> {
  const isEnvelope = isJsonObject(body.value) && "specversion" in body.value;
  if (!isEnvelope && settings.codec !== undefined) return readForeign(body.value, incoming, settings);

  const envelope = readEnvelope(body.value);
  const definition = settings.contract.eventOfType(envelope.type);
  const known = definition !== undefined && settings.handles(definition.name);
  if (!known) throw unknownEvent(envelope.type, settings);
  const version = envelopeVersion(envelope);
  const valid =
    typeof envelope.data === "string"
      ? readText(definition, envelope, version)
      : readData(definition, version, envelopeData(envelope));
  return valid instanceof Promise
    ? valid.then(({ value }) => received(definition, envelope, version, value))
    : received(definition, envelope, version, valid.value);
}

function readData(definition: ContractEvent, version: number, data: unknown): Valid | Promise<Valid> {
  return validatePayload(definition, upcastPayload(definition, version, data));
}

function received(definition: ContractEvent, envelope: Envelope, version: number, data: unknown): ReceivedEvent {
  return { data, info: infoOf(definition, envelope, version) };
}

/** A text is a text, as CloudEvents has it. Only where the contract refuses it, the JSON document is taken that it may hold. */
async function readText(definition: ContractEvent, envelope: Envelope, version: number): Promise<Valid> {
  try {
    return await readData(definition, version, envelopeData(envelope));
  } catch (error) {
    const document = isFanfareError(error, "SchemaMismatch") ? documentInText(envelope) : undefined;
    if (document === undefined) throw error;
    return await readData(definition, version, document);
  }
}

function openText(text: string, incoming: Incoming, settings: DecodeSettings): MaybePromise<Body> {
  const encoding = incoming.attribute(ENCODING_ATTRIBUTE);
  // A pointer is never compressed, its payload may be; base64 cannot be mistaken for either kind of JSON.
  if (encoding === undefined || !isCompression(encoding) || /^\s*[[{]/.test(text)) return readBody(text);
  const inflating = decompress(readBase64(text), encoding, settings.maxPayloadBytes);
  return inflating.then((inflated) => readBody(decodeUtf8(inflated)));
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FanfareError("PayloadCorrupted", "the payload is not UTF-8", { field: "body" });
  }
}

function readForeign(value: unknown, incoming: Incoming, settings: DecodeSettings): MaybePromise<ReceivedEvent | null> {
  const foreign = runCodec(value, incoming, settings);
  if (foreign === null) return null;
  if (foreign === undefined) throw unknownEvent("a body without an envelope", settings);
  const { events } = settings.contract;
  const definition = Object.hasOwn(events, foreign.event) ? events[foreign.event] : undefined;
  if (definition === undefined || !settings.handles(definition.name)) throw unknownEvent(foreign.event, settings);
  const version = foreign.version ?? definition.definition.version;
  const valid = readData(definition, version, foreign.data);
  const envelope: Envelope = {
    specversion: "1.0",
    id: foreign.id ?? incoming.messageId,
    source: foreign.source ?? incoming.queueArn,
    type: definition.type,
    ...(foreign.time === undefined ? {} : { time: foreign.time }),
  };
  return soon(valid, ({ value }) => received(definition, envelope, version, value));
}

function runCodec(value: unknown, incoming: Incoming, settings: DecodeSettings) {
  try {
    return settings.codec?.(value, incoming.record);
  } catch (cause) {
    throw new FanfareError("BodyMalformed", "the codec threw on the body", {
      field: "codec",
      remedy: "let the codec answer undefined for bodies that it does not know",
      cause,
    });
  }
}

function unknownEvent(what: string, settings: DecodeSettings): FanfareError {
  const handled = Object.keys(settings.contract.events).filter(settings.handles);
  return new FanfareError("UnknownEvent", `no handler takes ${what.slice(0, 300)}`, {
    field: "type",
    remedy: `this consumer handles ${handled.join(", ")} of ${settings.contract.name}: add a handler, or narrow the subscription's events`,
  });
}

function infoOf(definition: ContractEvent, envelope: Envelope, version: number): EventInfo {
  return {
    name: definition.name,
    id: envelope.id,
    source: envelope.source,
    type: envelope.type,
    version,
    time: readTime(envelope.time),
    subject: text(envelope.subject),
    partitionKey: text(envelope.partitionkey),
    correlationId: text(envelope.correlationid),
    causationId: text(envelope.causationid),
    traceparent: text(envelope.traceparent),
    tracestate: text(envelope.tracestate),
    expiresAt: readTime(envelope.expirytime),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
