import { createHash } from "node:crypto";

/** Bytes of a DynamoDB partition key. Source: DynamoDB Developer Guide, "Quotas". Less is used, so that keys stay readable. */
const MAX_KEY_BYTES = 512;

/**
 * The key of an event for one consumer. The parts are joined so that no two lists of parts make one key; a long one is
 * replaced by its SHA-256.
 */
export function idempotencyKey(consumer: string, source: string, id: string): string {
  const key = `${consumerOf(consumer)}#${sourceOf(source)}#${encoded(id)}`;
  // Encoded text is ASCII: a character is a byte.
  if (key.length <= MAX_KEY_BYTES) return key;
  // The colon is in no encoded part: no readable key is the same as a hashed one.
  return `${encoded(consumer).slice(0, 200)}#sha256:${createHash("sha256").update(key).digest("hex")}`;
}

/** What `encodeURIComponent` leaves as it is, by character code: most ids are that, and looking is cheaper than encoding. */
const UNCHANGED = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\w.!~*'()-]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/** The consumer is always the same, and the source nearly always that of the record before. */
const consumerOf = remembering(encoded);
const sourceOf = remembering(encoded);

/** Remembers the last answer of a pure function. */
function remembering(encode: (part: string) => string): (part: string) => string {
  let last = "";
  let answer = encode(last);
  return (part) => {
    if (part !== last) {
      last = part;
      answer = encode(part);
    }
    return answer;
  };
}

function encoded(part: string): string {
  if (isUnchanged(part)) return part;
  return part.isWellFormed() ? encodeURIComponent(part) : [...part].map(encodedCharacter).join("");
}

/** Lone surrogates cannot be encoded; other people's ids may hold them. `%u` begins no other encoding. */
function encodedCharacter(character: string): string {
  return character.isWellFormed() ? encodeURIComponent(character) : `%u${character.charCodeAt(0).toString(16)}`;
}

function isUnchanged(part: string): boolean {
  for (let index = 0; index < part.length; index++) if (UNCHANGED[part.charCodeAt(index)] !== 1) return false;
  return true;
}
