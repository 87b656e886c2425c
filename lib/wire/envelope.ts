import { FanfareError } from "../errors/index.ts";
import { isJsonObject } from "../std/index.ts";

/**
 * A CloudEvents 1.0 event in the JSON format, with the documented extensions that Fanfare uses.
 * Source: CloudEvents 1.0.2, "JSON Event Format", and the extensions "Correlation", "Distributed Tracing", "Expiry Time" and
 * "Partitioning".
 */
export interface Envelope {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** RFC 3339. */
  readonly time?: string;
  readonly subject?: string;
  readonly datacontenttype?: string;
  readonly data?: unknown;
  /** Binary data in base64, instead of `data`. */
  readonly data_base64?: string;
  /** Extension of Fanfare: version of the payload. Absent means 1. */
  readonly dataversion?: number;
  /** Partitioning: the message group. */
  readonly partitionkey?: string;
  /** W3C Trace Context. */
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly correlationid?: string;
  readonly causationid?: string;
  /** RFC 3339: the time at which the event expires. */
  readonly expirytime?: string;
  /** Other extensions. */
  readonly [extension: string]: unknown;
}

/** U+FFFE and U+FFFF are legal in JSON, but SQS refuses them. `JSON.stringify` escapes every other character that SQS refuses. */
const REFUSED_BY_SQS = /[\uFFFE\uFFFF]/g;

/** The body of a message: the envelope as JSON that SQS accepts, whatever characters the data contains. */
export function writeEnvelope(envelope: Envelope): string {
  const json = JSON.stringify(envelope);
  return json.replace(REFUSED_BY_SQS, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

/**
 * Reads an envelope from parsed JSON. Unknown fields are kept.
 *
 * @throws FanfareError `BodyMalformed` naming the field
 */
export function readEnvelope(given: unknown): Envelope {
  if (!isJsonObject(given)) {
    throw malformed("body", `the body is ${describe(given)}, not a CloudEvents envelope`);
  }
  const value = withoutNulls(given);
  if (value.specversion !== "1.0") {
    throw malformed("specversion", `specversion is ${describe(value.specversion)}, not "1.0"`);
  }
  if (!isNamed(value.id) || !isNamed(value.source) || !isNamed(value.type)) {
    const field = !isNamed(value.id) ? "id" : !isNamed(value.source) ? "source" : "type";
    throw malformed(field, `${field} is ${describe(value[field])}, not a non-empty string`);
  }
  if (value.time !== undefined && typeof value.time !== "string") {
    throw malformed("time", `time is ${describe(value.time)}`);
  }
  if (value.datacontenttype !== undefined && typeof value.datacontenttype !== "string") {
    throw malformed("datacontenttype", `datacontenttype is ${describe(value.datacontenttype)}`);
  }
  const { expirytime } = value;
  if (expirytime !== undefined && (typeof expirytime !== "string" || Number.isNaN(Date.parse(expirytime)))) {
    throw malformed("expirytime", `expirytime is ${describe(value.expirytime)}, not an RFC 3339 time`);
  }
  if (value.data_base64 !== undefined && typeof value.data_base64 !== "string") {
    throw malformed("data_base64", `data_base64 is ${describe(value.data_base64)}, not base64`);
  }
  return value as Envelope;
}

function isNamed(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** A null attribute counts as absent (JSON Event Format, 2.2); data may be null. */
function withoutNulls(given: Record<string, unknown>): Record<string, unknown> {
  // Few envelopes contain one, so only those are copied.
  if (!hasNulls(given)) {
    return given;
  }
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => value !== null || name === "data"));
}

function hasNulls(given: Readonly<Record<string, unknown>>): boolean {
  // A parsed object inherits nothing that could be enumerated.
  for (const name in given) {
    if (given[name] === null && name !== "data") {
      return true;
    }
  }
  return false;
}

/** Version of the payload: `dataversion`, which other writers may send as a string; 1 when absent. */
export function envelopeVersion(envelope: Envelope): number {
  const version: unknown = envelope.dataversion;
  if (version === undefined) {
    return 1;
  }
  // Number() throws for an object with a "toString" of its own.
  return typeof version === "string" || typeof version === "number" ? Number(version) : Number.NaN;
}

/** The payload: `data`, or the content of `data_base64`, parsed if its content type is JSON, else as bytes. */
export function envelopeData(envelope: Envelope): unknown {
  if (envelope.data_base64 === undefined) {
    return envelope.data;
  }
  if (!isBase64(envelope.data_base64)) {
    throw malformed("data_base64", "data_base64 is not base64");
  }
  const bytes = Buffer.from(envelope.data_base64, "base64");
  return isJsonData(envelope) ? parseJson(bytes.toString("utf8"), "data_base64") : new Uint8Array(bytes);
}

/**
 * The JSON object or list that `data` contains as a string, or `undefined`. CloudEvents requires JSON data as a JSON value (JSON
 * Event Format, 3.1), so a string is a string. But some writers send a JSON document as a string, among them AWS.Messaging for
 * .NET before 0.21. Use this only where a string does not match the schema.
 */
export function documentInText(envelope: Envelope): unknown {
  const { data } = envelope;
  if (typeof data !== "string" || !isJsonData(envelope) || !/^\s*[[{]/.test(data)) {
    return undefined;
  }
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

/** Whether the data is JSON, which is the default. */
function isJsonData({ datacontenttype = "application/json" }: Envelope): boolean {
  return /^application\/(.+\+)?json\b/i.test(datacontenttype);
}

/** @throws FanfareError `BodyMalformed`, without the text: it may contain personal data. */
export function parseJson(text: string, field: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(field, `the ${field} is not JSON`);
  }
}

/** Whether a string is base64 with padding. Node's decoder ignores invalid characters. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function describe(value: unknown): string {
  if (value === undefined) {
    return "missing";
  }
  if (value === null) {
    return "null";
  }
  if (Array.isArray(value)) {
    return "a list";
  }
  return typeof value === "string" ? `a string of ${value.length} characters` : `a ${typeof value}`;
}

function malformed(field: string, message: string): FanfareError {
  return new FanfareError("BodyMalformed", message, {
    field,
    remedy:
      "publish with createPublisher or another CloudEvents 1.0 writer, or pass consume a codec for bodies without an envelope",
  });
}
