import type { EngineEnvironment } from "./environment.ts";

/** Each number that is drawn gives 32 bits: every generator has them. */
const WORD_RANGE = 2 ** 32;

/** The two digits of each byte. Ids are drawn for every message and every receive. */
const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** `length` hexadecimal digits drawn from the environment. */
export function randomHex(environment: EngineEnvironment, length: number): string {
  let text = "";
  while (text.length < length) {
    const word = Math.floor(environment.random() * WORD_RANGE);
    for (const shift of [24, 16, 8, 0]) {
      text += DIGITS[(word >>> shift) & 0xff];
    }
  }
  return text.slice(0, length);
}

/** An identifier in the form of a UUID version 4 (RFC 9562), drawn from the environment. */
export function randomUuid(environment: EngineEnvironment): string {
  const hex = randomHex(environment, 32);
  // Two bits are fixed, the other two are random.
  const variant = "89ab".charAt(Number.parseInt(hex.charAt(16), 16) & 3);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
