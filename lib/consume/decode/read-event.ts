import {
  type AnyContract,
  type ContractEvent,
  upcastPayload,
  type Valid,
  validatePayload,
} from "../../contract/index.ts";
import { FanfareError, isFanfareError } from "../../errors/index.ts";
import { isJsonObject } from "../../std/index.ts";
import { documentInText, type Envelope, envelopeData, envelopeVersion } from "../../wire/index.ts";
import type { Delivery, EventInfo, ReceivedEvent } from "../record/index.ts";
import type { CodecEvent } from "./codec.ts";
import type { Wait } from "./wait.ts";

/** What reading events needs to know of the consumer. */
export interface EventSettings {
  readonly contract: AnyContract;
  /** Whether the consumer has a handler for the event of that name. */
  readonly handles: (name: string) => boolean;
  /** Says which data an event was published with; `undefined` where events with the same id are not compared. */
  readonly digestOf: ((data: unknown) => string | undefined) | undefined;
}

/** An event whose idempotency key is not known yet. */
export type ValidEvent = Omit<ReceivedEvent, "key">;

/** Whether a body's JSON is meant to be an envelope. What is not is for the codec, if there is one. */
export function isEnveloped(json: unknown): boolean {
  return isJsonObject(json) && "specversion" in json;
}

/** What an envelope says of its event, also of one that the contract does not have. */
export function infoOfEnvelope(envelope: Envelope, { contract }: EventSettings): EventInfo {
  return infoOf(contract.eventOfType(envelope.type), envelope, envelopeVersion(envelope));
}

/**
 * Reads the event in an envelope: at once, unless the schema or an upcast is async.
 *
 * @throws FanfareError with a code that says why it cannot be read
 */
export function readEnveloped(
  envelope: Envelope,
  info: EventInfo,
  settings: EventSettings,
  wait: Wait,
): ValidEvent | Promise<ValidEvent> {
  const definition = settings.contract.eventOfType(envelope.type);
  if (definition === undefined || !settings.handles(definition.name)) {
    throw unknownEvent(envelope.type, settings);
  }
  const published = envelopeData(envelope);
  // Before an upcast or a schema may change what was published.
  const digest = settings.digestOf?.(published);
  const valid =
    typeof published === "string"
      ? readString(definition, info.version, envelope, wait)
      : validate(definition, info.version, published, wait);
  const eventOf = ({ value }: Valid): ValidEvent => ({ info, data: value, digest });
  return valid instanceof Promise ? valid.then(eventOf) : eventOf(valid);
}

/**
 * CloudEvents wants JSON data as a JSON value, so a string is a string. Only where the contract refuses the string is the JSON
 * document taken that it may hold.
 */
async function readString(definition: ContractEvent, version: number, envelope: Envelope, wait: Wait): Promise<Valid> {
  try {
    return await validate(definition, version, envelopeData(envelope), wait);
  } catch (error) {
    const document = isFanfareError(error, "SchemaMismatch") ? documentInText(envelope) : undefined;
    if (document === undefined) {
      throw error;
    }
    return await validate(definition, version, document, wait);
  }
}

/**
 * What a codec says of one of the events that it found in a message, also of one that the contract does not have.
 *
 * @param suffix what makes the message's id the event's, where the codec gives none
 */
export function infoOfForeign(
  foreign: CodecEvent,
  delivery: Delivery,
  suffix: string,
  settings: EventSettings,
): EventInfo {
  const definition = definitionOf(foreign, settings);
  const envelope: Envelope = {
    specversion: "1.0",
    id: foreign.id ?? `${delivery.messageId}${suffix}`,
    source: foreign.source ?? delivery.queueArn,
    type: definition?.type ?? foreign.event,
    ...(foreign.time === undefined ? {} : { time: foreign.time }),
  };
  return infoOf(definition, envelope, foreign.version ?? definition?.definition.version ?? 1);
}

/** Reads one of the events that a codec found in a message. @throws FanfareError with a code that says why it cannot be read */
export async function readForeign(
  foreign: CodecEvent,
  info: EventInfo,
  settings: EventSettings,
  wait: Wait,
): Promise<ValidEvent> {
  const definition = definitionOf(foreign, settings);
  if (definition === undefined || !settings.handles(definition.name)) {
    throw unknownEvent(foreign.event, settings);
  }
  const digest = settings.digestOf?.(foreign.data);
  const { value } = await validate(definition, info.version, foreign.data, wait);
  return { info, data: value, digest };
}

function definitionOf({ event }: CodecEvent, { contract: { events } }: EventSettings): ContractEvent | undefined {
  return Object.hasOwn(events, event) ? events[event] : undefined;
}

function validate(definition: ContractEvent, version: number, data: unknown, wait: Wait): Valid | Promise<Valid> {
  const valid = validatePayload(definition, upcastPayload(definition, version, data));
  return valid instanceof Promise ? wait(`${definition.name}.schema`, valid) : valid;
}

/** The error for a message or an event that no handler takes. */
export function unknownEvent(what: string, settings: EventSettings): FanfareError {
  const handled = Object.keys(settings.contract.events).filter(settings.handles);
  return new FanfareError("UnknownEvent", `no handler takes ${what.slice(0, 300)}`, {
    field: "type",
    remedy: `this consumer handles ${handled.join(", ")} of ${settings.contract.name}: add a handler, or narrow the subscription's events`,
  });
}

function infoOf(definition: ContractEvent | undefined, envelope: Envelope, version: number): EventInfo {
  return {
    name: definition?.name ?? envelope.type,
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
