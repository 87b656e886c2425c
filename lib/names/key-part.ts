/** What `encodeURIComponent` changes. Most ids contain none of it. */
const CHANGED = /[^\w.!~*'()-]/;

/** A part of an idempotency key, encoded so that different parts never make the same key: without `#`, and without a colon. */
export function encodedKeyPart(part: string): string {
  if (!CHANGED.test(part)) {
    return part;
  }
  return part.isWellFormed() ? encodeURIComponent(part) : [...part].map(encodedCharacter).join("");
}

/** Lone surrogates cannot be encoded, but ids of other publishers may contain them. No other encoding begins with `%u`. */
function encodedCharacter(character: string): string {
  return character.isWellFormed() ? encodeURIComponent(character) : `%u${character.charCodeAt(0).toString(16)}`;
}

/** Characters of an encoded consumer's name that are kept in a key that is too long to stay readable. */
export const HASHED_CONSUMER_CHARACTERS = 200;
