export { bodyMd5, contentDeduplicationId, hasInvalidCharacters } from "./body.ts";
export type { StoredMessage } from "./message.ts";
export {
  attributesMd5,
  attributesSize,
  type StoredAttribute,
  type StoredAttributes,
  selectAttributes,
  storeAttributes,
  toAttributeValue,
} from "./message-attributes.ts";
export { Messages } from "./messages.ts";
