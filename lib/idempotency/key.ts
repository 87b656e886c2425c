import { createHash } from "node:crypto";

/** Maximum size of a key, in bytes. DynamoDB allows 2,048 (Developer Guide, "Quotas"); a shorter key stays readable. */
const MAX_KEY_BYTES = 512;

/**
 * The key of an event for one consumer: its source, type and id. The parts are encoded so that different parts never make the same
 * key. A long key is replaced by its SHA-256.
 */
export function idempotencyKey(consumer: string, ...parts: readonly string[]): string {
  const key = [consumer, ...parts].map(encoded).join("#");
  // An encoded key is ASCII: one byte per character.
  if (key.length <= MAX_KEY_BYTES) {
    return key;
  }
  // No encoded part contains a colon, so no readable key equals a hashed one.
  return `${encoded(consumer).slice(0, 200)}#sha256:${createHash("sha256").update(key).digest("hex")}`;
}

/** What `encodeURIComponent` changes. Most ids contain none of it. */
const CHANGED = /[^\w.!~*'()-]/;

function encoded(part: string): string {
  if (!CHANGED.test(part)) {
    return part;
  }
  return part.isWellFormed() ? encodeURIComponent(part) : [...part].map(encodedCharacter).join("");
}

/** Lone surrogates cannot be encoded, but ids of other publishers may contain them. No other encoding begins with `%u`. */
function encodedCharacter(character: string): string {
  return character.isWellFormed() ? encodeURIComponent(character) : `%u${character.charCodeAt(0).toString(16)}`;
}
