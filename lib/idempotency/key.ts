import { createHash } from "node:crypto";

/** Bytes of a DynamoDB partition key. Source: DynamoDB Developer Guide, "Quotas". Less is used, so that keys stay readable. */
const MAX_KEY_BYTES = 512;

/**
 * The key of an event for one consumer. The parts are joined so that no two lists of parts make one key; a long one is
 * replaced by its SHA-256.
 */
export function idempotencyKey(consumer: string, source: string, id: string): string {
  const key = `${encoded(consumer)}#${encoded(source)}#${encoded(id)}`;
  // Encoded text is ASCII: a character is a byte.
  if (key.length <= MAX_KEY_BYTES) return key;
  return `${encoded(consumer).slice(0, 200)}#sha256#${createHash("sha256").update(key).digest("hex")}`;
}

/** What `encodeURIComponent` leaves as it is: most ids, and looking is cheaper than encoding. */
const UNCHANGED = /^[\w.!~*'()-]*$/;

function encoded(part: string): string {
  return UNCHANGED.test(part) ? part : encodeURIComponent(wellFormed(part));
}

/** Lone surrogates cannot be encoded; other people's ids may hold them. Each becomes its number. */
function wellFormed(part: string): string {
  return part.isWellFormed() ? part : JSON.stringify(part);
}
