import type { EngineEnvironment } from "./environment.ts";

/** Hexadecimal digits per number that is drawn: 32 bits, which every generator has. */
const DIGITS = 8;

/** `length` hexadecimal digits drawn from the environment. */
export function randomHex(environment: EngineEnvironment, length: number): string {
  let text = "";
  while (text.length < length) {
    const word = Math.floor(environment.random() * 16 ** DIGITS);
    text += word.toString(16).padStart(DIGITS, "0");
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
