import { isJsonObject, type Json } from "../../std/index.ts";

/** JSON with the keys of every object sorted: equal values give equal strings. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isJsonObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}
