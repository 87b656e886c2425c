import { isPointer, type PayloadPointer, parseJson, readPointer, unwrapBody } from "../../lib/wire/index.ts";

/** What a body says: JSON, or a pointer to a payload; either of them possibly wrapped by SNS. */
export function readBody(
  text: string,
): { readonly kind: "json"; readonly value: unknown } | { readonly kind: "pointer"; readonly pointer: PayloadPointer } {
  const unwrapped = unwrapBody(text);
  const value = unwrapped.json === undefined ? parseJson(unwrapped.text, "body") : unwrapped.json;
  return isPointer(value) ? { kind: "pointer", pointer: readPointer(value) } : { kind: "json", value };
}
