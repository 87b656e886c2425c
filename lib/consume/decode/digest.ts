import { hash } from "node:crypto";
import { isJsonObject } from "../../std/index.ts";

/** Characters of a digest: 96 bits, so that nobody meets two equal ones by chance. */
const CHARACTERS = 16;

/**
 * Says which data an event has: SHA-256 of its JSON with sorted names, cut to 16 characters of base64url. Data that differs in the
 * order of names or in white space only has the same digest, however it travelled.
 *
 * @param data as it was published: before it is upcast and validated
 * @returns `undefined` for data that JSON cannot hold, such as a codec's `bigint`
 */
export function digestOf(data: unknown): string | undefined {
  try {
    const bytes = data instanceof Uint8Array ? data : (JSON.stringify(data, withSortedNames) ?? "");
    return hash("sha256", bytes, "base64url").slice(0, CHARACTERS);
  } catch {
    return undefined;
  }
}

function withSortedNames(_name: string, value: unknown): unknown {
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
}
