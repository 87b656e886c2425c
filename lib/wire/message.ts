import { createHash, randomUUID } from "node:crypto";
import type { ContractEvent } from "../contract/index.ts";
import { FanfareError } from "../errors/index.ts";
import { TYPE_ATTRIBUTE } from "../names/index.ts";
import { encodeAttributes, type WireAttributes } from "./attributes.ts";
import { type Envelope, writeEnvelope } from "./envelope.ts";
import { GROUP_ID, MAX_GROUP_ID_LENGTH } from "./limits.ts";

/** Options of one event, besides its data. */
export interface MessageOptions {
  /**
   * The CloudEvents id. Two events with the same source, type and id are the same event for every consumer. At least one
   * character; for FIFO 1 to 128 ASCII letters, digits and punctuation, as for a deduplication id.
   * @default a random UUID
   */
  readonly id?: string;
  /** When the event happened, in the years 0 to 9999. @default now */
  readonly time?: Date;
  /** The CloudEvents subject. */
  readonly subject?: string;
  /**
   * Message group, 1 to 128 ASCII letters, digits and punctuation (Amazon SQS API Reference, `SendMessage`). For standard queues
   * any other string of at least one character too: SQS gets its SHA-256 then, and consumers the string.
   * @default the contract's `group`
   */
  readonly group?: string;
  /**
   * FIFO deduplication id, 1 to 128 ASCII letters, digits and punctuation (Amazon SQS API Reference, `SendMessage`).
   * @default the event's type and id, or their SHA-256 where they are too long; a random id stands for itself
   */
  readonly deduplicationId?: string;
  /** W3C Trace Context of the caller. */
  readonly traceparent?: string;
  readonly tracestate?: string;
  /** Id of the first event or request of a chain. */
  readonly correlationId?: string;
  /** Id of the event that caused this one. */
  readonly causationId?: string;
  /** When the event expires. @default the contract's `expiresAfterSeconds` from `time` */
  readonly expiresAt?: Date;
}

/** One message, ready to be sent. */
export interface WireMessage {
  readonly id: string;
  /** The CloudEvents type. */
  readonly eventType: string;
  readonly body: string;
  readonly attributes: WireAttributes;
  readonly group: string | undefined;
  readonly deduplicationId: string;
}

/**
 * Composes the message of one event.
 *
 * @param source the CloudEvents source
 * @param data the schema's input, made of JSON (see `sendableData`) and validated: this is sent
 * @param output the schema's output, from which attributes and group are computed
 * @param ordered whether the target is FIFO, which takes fewer ids and groups
 * @throws FanfareError `MessageInvalid`, `AttributeInvalid`, `TooManyAttributes`, `SchemaMismatch` (data that JSON cannot hold),
 *   `CallbackFailed` (a function of the contract threw)
 */
export function composeMessage(
  event: ContractEvent,
  source: string,
  data: unknown,
  output: unknown,
  options: MessageOptions,
  ordered = true,
): WireMessage {
  const checked = ordered ? checkedToken : checkedText;
  const id = options.id === undefined ? randomUUID() : checked(`${event.name}.id`, options.id);
  const group = options.group ?? event.definition.groupOf(output, event.name);
  if (group !== undefined) {
    checked(`${event.name}.group`, group);
  }
  const time = checkedTime(`${event.name}.time`, options.time ?? new Date());
  const body = serialise(event, {
    specversion: "1.0",
    id,
    source,
    type: event.type,
    time: time.toISOString(),
    subject: options.subject,
    datacontenttype: "application/json",
    dataversion: event.definition.version,
    partitionkey: group,
    traceparent: options.traceparent,
    tracestate: options.tracestate,
    correlationid: options.correlationId,
    causationid: options.causationId,
    expirytime: expiry(event, time, options.expiresAt)?.toISOString(),
    data,
  });
  return {
    id,
    eventType: event.type,
    body,
    attributes: encodeAttributes(event.name, event.definition.attributesOf(output, event.name), {
      [TYPE_ATTRIBUTE]: { DataType: "String", StringValue: event.type },
    }),
    group: group === undefined ? undefined : tokenOf(group),
    deduplicationId:
      options.deduplicationId === undefined
        ? deduplicationIdOf(event, id, options)
        : checkedToken(`${event.name}.deduplicationId`, options.deduplicationId),
  };
}

/** With the type: an order's events may all have the order's id. A random id needs no more. */
function deduplicationIdOf(event: ContractEvent, id: string, options: MessageOptions): string {
  return options.id === undefined ? id : tokenOf(`${event.type}:${id}`);
}

/** The text, or its SHA-256 where SQS does not take it as a token. */
function tokenOf(text: string): string {
  return GROUP_ID.test(text) ? text : createHash("sha256").update(text).digest("hex");
}

function serialise(event: ContractEvent, envelope: Envelope): string {
  try {
    return writeEnvelope(envelope);
  } catch (cause) {
    throw new FanfareError("SchemaMismatch", `${event.name} cannot be written as JSON`, {
      field: event.name,
      remedy: "remove bigints and circular references from the data",
      cause,
    });
  }
}

function expiry(event: ContractEvent, time: Date, expiresAt: Date | undefined): Date | undefined {
  if (expiresAt !== undefined) {
    return checkedTime(`${event.name}.expiresAt`, expiresAt);
  }
  const seconds = event.definition.expiresAfterSeconds;
  if (seconds === undefined) {
    return undefined;
  }
  return checkedTime(`${event.name}.expiresAt`, new Date(time.getTime() + seconds * 1_000));
}

/** RFC 3339 has four digits for the year. @throws FanfareError `MessageInvalid` */
function checkedTime(field: string, time: Date): Date {
  // JavaScript callers may pass a string.
  const year = time instanceof Date ? time.getUTCFullYear() : Number.NaN;
  if (!(year >= 0 && year <= 9_999)) {
    throw new FanfareError("MessageInvalid", `${field} is not a time of the years 0 to 9999`, {
      field,
      remedy: "use a valid Date",
    });
  }
  return time;
}

/** Group, deduplication id and event id have the same form. Source: {@link GROUP_ID}. @throws FanfareError `MessageInvalid` */
function checkedToken(field: string, token: string): string {
  if (typeof token !== "string" || !GROUP_ID.test(token)) {
    const what =
      typeof token !== "string" ? `is a ${typeof token}` : `has ${token.length} characters, or one that SQS refuses`;
    throw new FanfareError("MessageInvalid", `${field} ${what}`, {
      field,
      limit: `${MAX_GROUP_ID_LENGTH} characters`,
      remedy: "use 1 to 128 ASCII letters, digits and punctuation, without spaces; hash a longer value",
    });
  }
  return token;
}

/** What standard queues need of a group and an event id. @throws FanfareError `MessageInvalid` */
function checkedText(field: string, text: string): string {
  if (typeof text !== "string" || text === "") {
    const what = typeof text === "string" ? "is empty" : `is a ${typeof text}`;
    throw new FanfareError("MessageInvalid", `${field} ${what}`, { field, remedy: "use a non-empty string" });
  }
  return text;
}
