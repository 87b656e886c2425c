import { hash } from "node:crypto";

/**
 * Everything outside the characters that a message may hold: #x9, #xA, #xD, #x20 to #xD7FF, #xE000 to #xFFFD, #x10000
 * to #x10FFFF (API: SendMessage). A half surrogate pair is outside as well.
 */
const INVALID_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

export function hasInvalidCharacters(text: string): boolean {
  return INVALID_CHARACTER.test(text);
}

/** MD5 of the body in UTF-8, in hexadecimal: the service's `MD5OfMessageBody` and `MD5OfBody`. */
export function bodyMd5(body: string): string {
  return hash("md5", body);
}

/** The deduplication id of content-based deduplication: SHA-256 of the body, and of nothing else (API: SendMessage). */
export function contentDeduplicationId(body: string): string {
  return hash("sha256", body);
}
