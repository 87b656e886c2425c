import { createHash } from "node:crypto";

/** Bytes of a DynamoDB partition key. Source: DynamoDB Developer Guide, "Quotas". Less is used, so that keys stay readable. */
const MAX_KEY_BYTES = 512;

/**
 * The key of an event for one consumer. The parts are joined so that no two lists of parts make one key; a long one is
 * replaced by its SHA-256.
 */
export function idempotencyKey(consumer: string, source: string, id: string): string {
  const key = [consumer, source, id].map((part) => encodeURIComponent(wellFormed(part))).join("#");
  if (Buffer.byteLength(key) <= MAX_KEY_BYTES) return key;
  return `${encodeURIComponent(wellFormed(consumer)).slice(0, 200)}#sha256#${createHash("sha256").update(key).digest("hex")}`;
}

/** Lone surrogates cannot be encoded; other people's ids may hold them. Each becomes its number. */
function wellFormed(part: string): string {
  return part.isWellFormed() ? part : JSON.stringify(part);
}
