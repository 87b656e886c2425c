export { assertAttributeCount, encodeAttributes, type WireAttributes } from "./attributes.ts";
export { readBase64, type Unwrapped, unwrapBody } from "./body.ts";
export {
  documentInText,
  type Envelope,
  envelopeData,
  envelopeVersion,
  parseJson,
  readEnvelope,
  writeEnvelope,
} from "./envelope.ts";
export * from "./limits.ts";
export { composeMessage, type MessageOptions, type WireMessage } from "./message.ts";
export { declaredPayloadBytes, isPointer, type PayloadPointer, readPointer, writePointer } from "./pointer.ts";
export { sendableData } from "./sendable-data.ts";
export { attributeBytes, messageBytes, utf8Bytes } from "./size.ts";
