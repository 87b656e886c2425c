import type { AttributeValue, RoutingAttributes } from "../contract/index.ts";
import { FanfareError } from "../errors/index.ts";
import { MAX_MESSAGE_ATTRIBUTES } from "../names/index.ts";

/** A message attribute in the form of the SDK's SNS and SQS clients. */
export interface WireAttribute {
  /** `String`, `Number`, `Binary` or `String.Array`, optionally with the sender's own suffix after a dot. */
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

/** Message attributes by name. */
export type WireAttributes = Readonly<Record<string, WireAttribute>>;

/** Characters that SQS accepts: those of XML 1.0. Source: Amazon SQS API Reference, `SendMessage`. */
const ALLOWED = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

/** Limits of the absolute value of a `Number` other than 0. Source: Amazon SQS Developer Guide, "Message attributes", "Message attribute data types". */
const MIN_NUMBER = 1e-128;
const MAX_NUMBER = 1e126;

/**
 * Converts routing attributes to message attributes. Values of `undefined` are omitted.
 *
 * @param event name of the event, for errors
 * @throws FanfareError `AttributeInvalid` for a value that cannot be sent, `TooManyAttributes` for more than 10 with the
 *   `reserved` ones.
 */
export function encodeAttributes(event: string, routing: RoutingAttributes, reserved: WireAttributes): WireAttributes {
  const entries = Object.entries(reserved);
  for (const [name, value] of Object.entries(routing)) {
    if (value !== undefined) {
      entries.push([name, encodeValue(`${event}.attributes.${name}`, value)]);
    }
  }
  // fromEntries, because an attribute may be called __proto__.
  const encoded: WireAttributes = Object.fromEntries(entries);
  assertAttributeCount(event, encoded);
  return encoded;
}

/** @throws FanfareError `TooManyAttributes` */
export function assertAttributeCount(event: string, attributes: WireAttributes): void {
  const count = Object.keys(attributes).length;
  if (count > MAX_MESSAGE_ATTRIBUTES) {
    throw new FanfareError("TooManyAttributes", `${event} would have ${count} message attributes`, {
      field: `${event}.attributes`,
      limit: `${MAX_MESSAGE_ATTRIBUTES} attributes`,
      remedy: "move some of them to the payload: raw delivery from SNS to SQS discards messages with more attributes",
    });
  }
}

function encodeValue(field: string, value: AttributeValue): WireAttribute {
  switch (typeof value) {
    case "string":
      return { DataType: "String", StringValue: checkedString(field, value) };
    case "number":
      if (!Number.isFinite(value)) {
        throw invalidValue(field, `is ${value}`, "use a finite number");
      }
      if (value !== 0 && (Math.abs(value) < MIN_NUMBER || Math.abs(value) > MAX_NUMBER)) {
        throw invalidValue(field, `is ${value}`, "send it as a string: SQS accepts numbers from 10^-128 to 10^126");
      }
      return { DataType: "Number", StringValue: plainDecimal(value) };
    case "boolean":
      // As a string, which filter policies can compare. The constructs compile conditions on booleans to the same strings.
      return { DataType: "String", StringValue: String(value) };
    default:
      return encodeList(field, value);
  }
}

function encodeList(field: string, value: readonly string[]): WireAttribute {
  if (!Array.isArray(value)) {
    throw invalidValue(
      field,
      `is ${value === null ? "null" : `a ${typeof value}`}`,
      "use a string, a number, a boolean, or a list of strings",
    );
  }
  for (const [index, item] of value.entries()) {
    if (typeof item !== "string") {
      throw invalidValue(`${field}.${index}`, `is a ${typeof item}`, "use a list of strings");
    }
    checkedString(`${field}.${index}`, item);
  }
  return { DataType: "String.Array", StringValue: JSON.stringify(value) };
}

function checkedString(field: string, value: string): string {
  if (value.length === 0) {
    throw invalidValue(field, "is empty", "return undefined to omit the attribute: SQS refuses empty values");
  }
  if (!ALLOWED.test(value)) {
    throw invalidValue(field, "contains a character that SQS refuses", "remove control characters and lone surrogates");
  }
  return value;
}

/** Without an exponent: SQS accepts exponents, but filter policies do not. */
function plainDecimal(value: number): string {
  const text = String(value);
  return text.includes("e")
    ? value.toLocaleString("en-US", { useGrouping: false, maximumSignificantDigits: 21 })
    : text;
}

function invalidValue(field: string, what: string, remedy: string): FanfareError {
  return new FanfareError("AttributeInvalid", `${field} ${what}`, { field, remedy });
}
