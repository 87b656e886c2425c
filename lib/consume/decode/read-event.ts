import {
  type AnyContract,
  type ContractEvent,
  upcastPayload,
  type Valid,
  validatePayload,
} from "../../contract/index.ts";
import { FanfareError, isFanfareError } from "../../errors/index.ts";
import { isJsonObject } from "../../std/index.ts";
import { documentInText, type Envelope, envelopeData, envelopeVersion, readEnvelope } from "../../wire/index.ts";
import type { Delivery, EventInfo, ReceivedEvent } from "../record/index.ts";
import type { Codec } from "./codec.ts";

/** What reading events needs to know of the consumer. */
export interface EventSettings {
  readonly contract: AnyContract;
  /** Whether the consumer has a handler for the event of that name. */
  readonly handles: (name: string) => boolean;
  // biome-ignore lint/suspicious/noExplicitAny: a codec's event names are checked where it is given.
  readonly codec: Codec<any> | undefined;
}

/** An event whose idempotency key is not known yet. */
export type ValidEvent = Omit<ReceivedEvent, "key">;

/** Reads the event in a parsed body. Returns `undefined` for a body that the codec ignores. */
export function readEvent(body: unknown, delivery: Delivery, settings: EventSettings): Promise<ValidEvent | undefined> {
  const isEnvelope = isJsonObject(body) && "specversion" in body;
  return isEnvelope || settings.codec === undefined
    ? readEnveloped(body, settings)
    : readForeign(body, delivery, settings);
}

async function readEnveloped(body: unknown, settings: EventSettings): Promise<ValidEvent> {
  const envelope = readEnvelope(body);
  const definition = settings.contract.eventOfType(envelope.type);
  if (definition === undefined || !settings.handles(definition.name)) {
    throw unknownEvent(envelope.type, settings);
  }
  const version = envelopeVersion(envelope);
  const valid =
    typeof envelope.data === "string"
      ? readString(definition, version, envelope)
      : validate(definition, version, envelopeData(envelope));
  const { value } = valid instanceof Promise ? await valid : valid;
  return { info: infoOf(definition, envelope, version), data: value };
}

/**
 * CloudEvents wants JSON data as a JSON value, so a string is a string. Only where the contract refuses the string is the JSON
 * document taken that it may hold.
 */
async function readString(definition: ContractEvent, version: number, envelope: Envelope): Promise<Valid> {
  try {
    return await validate(definition, version, envelopeData(envelope));
  } catch (error) {
    const document = isFanfareError(error, "SchemaMismatch") ? documentInText(envelope) : undefined;
    if (document === undefined) {
      throw error;
    }
    return await validate(definition, version, document);
  }
}

async function readForeign(
  body: unknown,
  delivery: Delivery,
  settings: EventSettings,
): Promise<ValidEvent | undefined> {
  const foreign = runCodec(body, delivery, settings);
  if (foreign === null) {
    return undefined;
  }
  if (foreign === undefined) {
    throw unknownEvent("a body without an envelope", settings);
  }
  const { events } = settings.contract;
  const definition = Object.hasOwn(events, foreign.event) ? events[foreign.event] : undefined;
  if (definition === undefined || !settings.handles(definition.name)) {
    throw unknownEvent(foreign.event, settings);
  }
  const version = foreign.version ?? definition.definition.version;
  const { value } = await validate(definition, version, foreign.data);
  const envelope: Envelope = {
    specversion: "1.0",
    id: foreign.id ?? delivery.messageId,
    source: foreign.source ?? delivery.queueArn,
    type: definition.type,
    ...(foreign.time === undefined ? {} : { time: foreign.time }),
  };
  return { info: infoOf(definition, envelope, version), data: value };
}

function runCodec(body: unknown, delivery: Delivery, settings: EventSettings) {
  try {
    return settings.codec?.(body, delivery.record);
  } catch (cause) {
    throw new FanfareError("BodyMalformed", "the codec threw on the body", {
      field: "codec",
      remedy: "let the codec return undefined for bodies that it does not know",
      cause,
    });
  }
}

function validate(definition: ContractEvent, version: number, data: unknown): Valid | Promise<Valid> {
  return validatePayload(definition, upcastPayload(definition, version, data));
}

function unknownEvent(what: string, settings: EventSettings): FanfareError {
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
    time: timeOf(envelope.time),
    subject: stringOf(envelope.subject),
    partitionKey: stringOf(envelope.partitionkey),
    correlationId: stringOf(envelope.correlationid),
    causationId: stringOf(envelope.causationid),
    traceparent: stringOf(envelope.traceparent),
    tracestate: stringOf(envelope.tracestate),
    expiresAt: timeOf(envelope.expirytime),
  };
}

function stringOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** An RFC 3339 time, or `undefined`. */
function timeOf(value: unknown): Date | undefined {
  const time = typeof value === "string" ? new Date(value) : undefined;
  return time === undefined || Number.isNaN(time.getTime()) ? undefined : time;
}
