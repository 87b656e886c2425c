import { describeError, isFanfareError } from "../errors/index.ts";

/**
 * What a handler threw; an error in its stead where even looking at it throws (a revoked proxy, a getter), so that such a thing
 * fails its own record only.
 */
export function thrownValue(thrown: unknown): unknown {
  try {
    isFanfareError(thrown);
    const parts: unknown[] = Object.values(describeError(thrown));
    if (thrown instanceof Error) parts.push(thrown.stack ?? "");
    if (parts.every((part) => typeof part === "string")) return thrown;
  } catch {
    // Replaced below.
  }
  return new Error("the handler threw something that cannot be described");
}
