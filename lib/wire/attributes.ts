import type { AttributeValue, RoutingAttributes } from "../contract/index.ts";
import { FanfareError } from "../errors/index.ts";
import { MAX_MESSAGE_ATTRIBUTES } from "../names/index.ts";

/** A message attribute as the SDK's SNS and SQS clients both take it. */
export interface WireAttribute {
  /** `String`, `Number`, `Binary` or `String.Array`, with a suffix of the sender's own after a dot. */
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

/** Message attributes by name. */
export type WireAttributes = Readonly<Record<string, WireAttribute>>;

/** Characters that SQS accepts: those of XML 1.0. Source: Amazon SQS API Reference, `SendMessage`. */
const ALLOWED = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

/** Sizes that a `Number` may have. Source: Amazon SQS Developer Guide, "Message attributes", "Message attribute data types". */
const MIN_NUMBER = 1e-128;
const MAX_NUMBER = 1e126;

/**
 * Turns routing attributes into message attributes. What is `undefined` is left out.
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
    throw new FanfareError("TooManyAttributes", `${event} would carry ${count} message attributes`, {
      field: `${event}.attributes`,
      limit: `${MAX_MESSAGE_ATTRIBUTES} attributes`,
      remedy: "raw delivery from SNS to SQS discards messages of more: put the others into the payload",
    });
  }
}

function encodeValue(field: string, value: AttributeValue): WireAttribute {
  switch (typeof value) {
    case "string":
      return { DataType: "String", StringValue: checkedText(field, value) };
    case "number":
      if (!Number.isFinite(value)) {
        throw invalidValue(field, `is ${value}`, "give a finite number");
      }
      if (value !== 0 && (Math.abs(value) < MIN_NUMBER || Math.abs(value) > MAX_NUMBER)) {
        throw invalidValue(field, `is ${value}`, "SQS takes numbers between 10^-128 and 10^126: send it as text");
      }
      return { DataType: "Number", StringValue: plainDecimal(value) };
    case "boolean":
      // As text, because filter policies compare text; the constructs compile conditions on booleans to the same.
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
      "give text, a number, true or false, or a list of text",
    );
  }
  for (const [index, item] of value.entries()) {
    if (typeof item !== "string") {
      throw invalidValue(`${field}.${index}`, `is a ${typeof item}`, "give a list of text");
    }
    checkedText(`${field}.${index}`, item);
  }
  return { DataType: "String.Array", StringValue: JSON.stringify(value) };
}

function checkedText(field: string, text: string): string {
  if (text.length === 0) {
    throw invalidValue(field, "is empty", "SQS refuses empty values: return undefined to leave it out");
  }
  if (!ALLOWED.test(text)) {
    throw invalidValue(field, "holds a character that SQS refuses", "remove control characters and lone surrogates");
  }
  return text;
}

/** Exponents are legal in SQS but not in filter policies' numbers, so none are written. */
function plainDecimal(value: number): string {
  const text = String(value);
  return text.includes("e")
    ? value.toLocaleString("en-US", { useGrouping: false, maximumSignificantDigits: 21 })
    : text;
}

function invalidValue(field: string, what: string, remedy: string): FanfareError {
  return new FanfareError("AttributeInvalid", `${field} ${what}`, { field, remedy });
}
