import { parseDecimal, sortableDecimal } from "./decimal.ts";
import type { Value } from "./item.ts";

/**
 * A string for a value that can be ordered (S, N, B): strings compare as the values do. Texts and bytes are ordered by
 * their bytes, so each character of the result is one byte. Undefined for other types.
 */
export function sortable(value: Value): string | undefined {
  if (value.N !== undefined) {
    return sortableDecimal(parseDecimal(value.N));
  }
  const bytes = value.S !== undefined ? Buffer.from(value.S, "utf8") : value.B;
  return bytes === undefined
    ? undefined
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
