import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import { AwsError } from "../../kernel/index.ts";
import { invalidAttributeValue } from "../errors.ts";
import { SNS_LIMITS } from "../limits.ts";
import type { MessageAttribute, MessageAttributes } from "../publication.ts";

/** An integer or a floating-point number ("Amazon SNS message attributes", data type Number). */
const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/**
 * Checks the attributes of a message.
 *
 * Source: Developer Guide, "Amazon SNS message attributes". The error messages are the service's own.
 *
 * @param path where the attributes stand in the request, for the error about a missing type
 * @throws AwsError ParameterValueInvalid, ValidationError
 */
export function checkMessageAttributes(
  attributes: Readonly<Record<string, MessageAttributeValue>> | undefined,
  path: string,
): MessageAttributes {
  const checked = Object.entries(attributes ?? {}).map(([name, attribute]): [string, MessageAttribute] => {
    if (!attribute.DataType) {
      throw new AwsError(
        "ValidationError",
        `1 validation error detected: Value null at '${path}.${name}.member.dataType' failed to satisfy constraint: Member must not be null`,
      );
    }
    checkName(name);
    return [name, checkValue(name, attribute.DataType, attribute)];
  });
  // fromEntries, because an attribute may be called __proto__.
  return Object.fromEntries(checked);
}

/** The bytes that attributes add to a message: names, types and values. */
export function attributesSize(attributes: MessageAttributes): number {
  let size = 0;
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    size += StringValue === undefined ? (BinaryValue?.byteLength ?? 0) : Buffer.byteLength(StringValue);
  }
  return size;
}

function checkName(name: string): void {
  if (Buffer.byteLength(name) > SNS_LIMITS.attributeNameBytes) {
    throw invalidAttributeValue("Length of message attribute name must be less than 256 bytes.");
  }
  const bad = /[^\w.-]/u.exec(name)?.[0]?.codePointAt(0);
  if (bad !== undefined) {
    throw invalidAttributeValue(
      `Invalid non-alphanumeric character '#x${bad.toString(16).toUpperCase()}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  }
  if (name.startsWith(".")) {
    throw invalidAttributeValue("Invalid message attribute name starting with character '.' was found.");
  }
  if (name.endsWith(".")) {
    throw invalidAttributeValue("Invalid message attribute name ending with character '.' was found.");
  }
  if (name.includes("..")) {
    throw invalidAttributeValue("Message attribute name can not have successive '.' character.");
  }
  if (/^(?:aws|amazon)\./i.test(name)) {
    throw invalidAttributeValue(
      `Message attribute name '${name}' must not start with the reserved prefixes 'AWS.' or 'Amazon.'.`,
    );
  }
}

function checkValue(name: string, type: string, attribute: MessageAttributeValue): MessageAttribute {
  const base = type.split(".")[0] ?? "";
  if (base !== "String" && base !== "Number" && base !== "Binary") {
    throw invalidAttributeValue(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const { StringValue: text, BinaryValue: bytes } = attribute;
  const field = base === "Binary" ? "Binary" : "String";
  if (field === "String" ? bytes !== undefined && text === undefined : text !== undefined && bytes === undefined) {
    throw invalidAttributeValue(`The message attribute '${name}' with type '${type}' must use field '${field}'.`);
  }
  if (field === "String" ? !text : bytes === undefined || bytes.byteLength === 0) {
    throw invalidAttributeValue(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
  }
  if (base === "Number" && text !== undefined && !NUMBER.test(text)) {
    throw invalidAttributeValue(`Could not cast message attribute '${name}' value to number.`);
  }
  if (field === "String" && text !== undefined) {
    return { DataType: type, StringValue: text };
  }
  return { DataType: type, BinaryValue: bytes ?? new Uint8Array() };
}
