import type { WireAttributes } from "./attributes.ts";

/** Size of a string in UTF-8, in bytes, as SNS and SQS count it. */
export function utf8Bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/** Bytes that attributes add to a message: name, data type and value of each. Source: Amazon SQS Developer Guide, "Message metadata". */
export function attributeBytes(attributes: WireAttributes): number {
  let bytes = 0;
  for (const [name, attribute] of Object.entries(attributes)) {
    bytes += utf8Bytes(name) + utf8Bytes(attribute.DataType);
    bytes += attribute.StringValue === undefined ? 0 : utf8Bytes(attribute.StringValue);
    bytes += attribute.BinaryValue === undefined ? 0 : attribute.BinaryValue.byteLength;
  }
  return bytes;
}

/** Size of a message with its attributes, in bytes, as SNS and SQS count it. */
export function messageBytes(body: string, attributes: WireAttributes): number {
  return utf8Bytes(body) + attributeBytes(attributes);
}
