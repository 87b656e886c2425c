import type { Json } from "../../../std/index.ts";

/** Parses JSON. @returns undefined when the string is not JSON */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
