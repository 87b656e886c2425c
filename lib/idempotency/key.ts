import { createHash } from "node:crypto";

/** Bytes of a DynamoDB partition key. Source: DynamoDB Developer Guide, "Quotas". Less is used, so that keys stay readable. */
const MAX_KEY_BYTES = 512;

/**
 * The key of an event for one consumer. The parts are joined so that no two lists of parts make one key; a long one is
 * replaced by its SHA-256.
 */
export function idempotencyKey(consumer: string, source: string, id: string): string {
  if (consumer !== last.consumer || source !== last.source) {
    last = { consumer, source, prefix: `${encoded(consumer)}#${encoded(source)}#` };
  }
  const key = last.prefix + encoded(id);
  // Encoded text is ASCII: a character is a byte.
  if (key.length <= MAX_KEY_BYTES) {
    return key;
  }
  // The colon is in no encoded part: no readable key is the same as a hashed one.
  return `${encoded(consumer).slice(0, 200)}#sha256:${createHash("sha256").update(key).digest("hex")}`;
}

/** The consumer is always the same, and the source nearly always that of the record before. */
let last = { consumer: "", source: "", prefix: "##" };

/** What `encodeURIComponent` changes: most ids hold none of it, and looking is cheaper than encoding. */
const CHANGED = /[^\w.!~*'()-]/;

function encoded(part: string): string {
  if (!CHANGED.test(part)) {
    return part;
  }
  return part.isWellFormed() ? encodeURIComponent(part) : [...part].map(encodedCharacter).join("");
}

/** Lone surrogates cannot be encoded; other people's ids may hold them. `%u` begins no other encoding. */
function encodedCharacter(character: string): string {
  return character.isWellFormed() ? encodeURIComponent(character) : `%u${character.charCodeAt(0).toString(16)}`;
}
