import { hash } from "node:crypto";
import { isJsonObject } from "../../std/index.ts";

/** Characters of a digest: 96 bits, so that nobody meets two equal ones by chance. */
const CHARACTERS = 16;

/** Characters of JSON up to which names are sorted. To sort those of a 10 KB event takes four times as long as to write it. */
const MAX_SORTED = 4_096;

/**
 * Says which data an event has: SHA-256 of its JSON, cut to 16 characters of base64url. White space does not count. Nor does the order of
 * names in data of up to 4,096 characters: publishers in other languages, and databases on the way, do not keep it.
 *
 * @param data as it was published: before it is upcast and validated
 * @returns `undefined` for data that JSON cannot hold, such as a codec's `bigint`
 */
export function digestOf(data: unknown): string | undefined {
  try {
    return hash("sha256", data instanceof Uint8Array ? data : textOf(data), "base64url").slice(0, CHARACTERS);
  } catch {
    return undefined;
  }
}

/** The length of JSON does not depend on the order of names, so two forms of one value are written in the same way. */
function textOf(data: unknown): string {
  const text = JSON.stringify(data) ?? "";
  return text.length <= MAX_SORTED ? (JSON.stringify(sorted(data)) ?? "") : text;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (!isJsonObject(value)) {
    return value;
  }
  // Without a prototype, so that `__proto__` is a name like others.
  const copy: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(value).sort()) {
    copy[name] = sorted(value[name]);
  }
  return copy;
}
