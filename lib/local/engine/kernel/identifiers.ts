import type { EngineEnvironment } from "./environment.ts";

const HEX = "0123456789abcdef";

/** `length` hexadecimal digits drawn from the environment. */
export function randomHex(environment: EngineEnvironment, length: number): string {
  let text = "";
  for (let index = 0; index < length; index++) {
    text += HEX.charAt(Math.floor(environment.random() * HEX.length));
  }
  return text;
}

/** An identifier in the form of a UUID version 4 (RFC 9562), drawn from the environment. */
export function randomUuid(environment: EngineEnvironment): string {
  const hex = randomHex(environment, 32);
  const variant = HEX.charAt(8 + Math.floor(environment.random() * 4));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
