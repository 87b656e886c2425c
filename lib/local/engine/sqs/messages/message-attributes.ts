import { hash } from "node:crypto";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { invalidParameterValue, unsupportedOperation } from "../errors.ts";
import { MAXIMUM_ATTRIBUTE_NAME_LENGTH, MAXIMUM_MESSAGE_ATTRIBUTES } from "../limits.ts";
import { hasInvalidCharacters } from "./body.ts";

/** A message attribute as the engine keeps it: plain JSON, so bytes are base64. */
export type StoredAttribute =
  | { readonly type: string; readonly text: string }
  | { readonly type: string; readonly base64: string };

export type StoredAttributes = Readonly<Record<string, StoredAttribute>>;

type GivenAttributes = Readonly<Record<string, MessageAttributeValue | undefined>>;

/**
 * Checks the attributes of a sender and converts them for storage ("Message attribute components" of the Developer Guide).
 *
 * @throws AwsError `InvalidParameterValue`
 */
export function storeAttributes(given: GivenAttributes | undefined): StoredAttributes {
  const entries = Object.entries(given ?? {});
  if (entries.length > MAXIMUM_MESSAGE_ATTRIBUTES) {
    throw invalidParameterValue(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAXIMUM_MESSAGE_ATTRIBUTES}].`,
    );
  }
  // fromEntries, because an attribute may be called __proto__.
  return Object.fromEntries(
    entries.map(([name, value]) => {
      checkName(name);
      return [name, storeAttribute(name, value ?? { DataType: undefined })];
    }),
  );
}

/** The SDK's form of a stored attribute. */
export function toAttributeValue(stored: StoredAttribute): MessageAttributeValue {
  return "text" in stored
    ? { DataType: stored.type, StringValue: stored.text }
    : { DataType: stored.type, BinaryValue: new Uint8Array(Buffer.from(stored.base64, "base64")) };
}

/** Bytes that the attributes count for: name, type and value of each. */
export function attributesSize(attributes: StoredAttributes): number {
  let size = 0;
  for (const [name, attribute] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(attribute.type);
    size += "text" in attribute ? Buffer.byteLength(attribute.text) : Buffer.byteLength(attribute.base64, "base64");
  }
  return size;
}

/**
 * The MD5 digest of message attributes, or `undefined` when there are none: for each name in order, the length-prefixed
 * name and type, one byte for the kind of value, and the length-prefixed value ("Calculating the MD5 message digest for
 * message attributes" of the Developer Guide).
 */
export function attributesMd5(attributes: StoredAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) {
    return undefined;
  }
  const bytes = Buffer.allocUnsafe(attributesSize(attributes) + names.length * (3 * LENGTH_BYTES + 1));
  let at = 0;
  const add = (text: string, encoding: "utf8" | "base64" = "utf8") => {
    const length = bytes.write(text, at + LENGTH_BYTES, encoding);
    bytes.writeUInt32BE(length, at);
    at += LENGTH_BYTES + length;
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute !== undefined) {
      add(name);
      add(attribute.type);
      at = bytes.writeUInt8("text" in attribute ? TEXT_TRANSPORT : BINARY_TRANSPORT, at);
      if ("text" in attribute) {
        add(attribute.text);
      } else {
        add(attribute.base64, "base64");
      }
    }
  }
  return hash("md5", bytes.subarray(0, at));
}

/** The attributes that a receiver asked for: `All`, `*` and `.*` mean all, `prefix.*` all that begin with the prefix. */
export function selectAttributes(attributes: StoredAttributes, wanted: readonly string[]): StoredAttributes {
  if (wanted.some(isAll)) {
    return attributes;
  }
  return Object.fromEntries(
    Object.entries(attributes).filter(([name]) => wanted.some((pattern) => selects(pattern, name))),
  );
}

/** Bytes of a length, before each name, type and value in {@link attributesMd5}. */
const LENGTH_BYTES = 4;
const TEXT_TRANSPORT = 1;
const BINARY_TRANSPORT = 2;

function isAll(pattern: string): boolean {
  return pattern === "All" || pattern === "*" || pattern === ".*";
}

function selects(pattern: string, name: string): boolean {
  return pattern.endsWith(".*") ? name.startsWith(pattern.slice(0, -2)) : pattern === name;
}

function checkName(name: string): void {
  if (name.length === 0 || name.length > MAXIMUM_ATTRIBUTE_NAME_LENGTH) {
    throw invalidParameterValue(
      `Message (user) attribute names must have 1 to ${MAXIMUM_ATTRIBUTE_NAME_LENGTH} characters, but '${name.slice(0, 32)}' has ${name.length}.`,
    );
  }
  if (!/^[A-Za-z0-9_.-]+$/.test(name)) {
    throw invalidParameterValue(
      `Message (user) attributes name can only contain upper and lower case letters, digits, periods, hyphens and underscores, but was '${name}'.`,
    );
  }
  if (/^(?:aws\.|amazon\.|\.)/i.test(name) || name.endsWith(".") || name.includes("..")) {
    throw invalidParameterValue(
      `Message (user) attribute names cannot begin with 'AWS.' or 'Amazon.', which are reserved, nor start or end with a period or have periods in succession, but was '${name}'.`,
    );
  }
}

function storeAttribute(name: string, value: MessageAttributeValue): StoredAttribute {
  const type = value.DataType;
  if (type === undefined || type === "") {
    throw invalidParameterValue(`Message (user) attribute '${name}' must have the parameter DataType.`);
  }
  if (type.length > MAXIMUM_ATTRIBUTE_NAME_LENGTH) {
    throw invalidParameterValue(
      `Message (user) attribute types must have at most ${MAXIMUM_ATTRIBUTE_NAME_LENGTH} characters, but that of '${name}' has ${type.length}.`,
    );
  }
  const kind = /^(String|Number|Binary)(?:\..+)?$/.exec(type)?.[1];
  if (kind === undefined || hasInvalidCharacters(type)) {
    throw invalidParameterValue(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String. It was '${type}'.`,
    );
  }
  if (value.StringListValues?.length || value.BinaryListValues?.length) {
    throw unsupportedOperation("Message attribute list values in SendMessage operation are not supported.");
  }
  return kind === "Binary" ? storeBinary(name, type, value) : storeText(name, type, kind, value);
}

function storeBinary(name: string, type: string, value: MessageAttributeValue): StoredAttribute {
  if (value.BinaryValue === undefined || value.BinaryValue.length === 0 || value.StringValue !== undefined) {
    throw emptyValue(name, type);
  }
  return { type, base64: Buffer.from(value.BinaryValue).toString("base64") };
}

function storeText(name: string, type: string, kind: string, value: MessageAttributeValue): StoredAttribute {
  const text = value.StringValue;
  if (text === undefined || text === "" || value.BinaryValue !== undefined) {
    throw emptyValue(name, type);
  }
  if (kind === "Number" && !isNumber(text)) {
    throw invalidParameterValue(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
  if (hasInvalidCharacters(text)) {
    throw invalidParameterValue(`Invalid binary character was found in the message (user) attribute '${name}'.`);
  }
  return { type, text };
}

function emptyValue(name: string, type: string) {
  return invalidParameterValue(`Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`);
}

/** Up to 38 digits, between 10^-128 and 10^126 ("Message attribute data types" of the Developer Guide). */
function isNumber(text: string): boolean {
  const match = /^[+-]?(\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.exec(text.trim());
  if (match === null) {
    return false;
  }
  const digits = (match[1] ?? "").replace(".", "").replace(/^0+/, "");
  const size = Math.abs(Number(text));
  return digits.length <= 38 && (digits.length === 0 || (size >= 1e-128 && size <= 1e126));
}
