import { describeError, isFanfareError } from "../../errors/index.ts";

/**
 * What a handler threw. Where even reading it throws (a revoked proxy, a getter), another error takes its place, so that such a
 * value fails its own delivery only.
 */
export function thrownValue(thrown: unknown): unknown {
  try {
    isFanfareError(thrown);
    const parts: unknown[] = Object.values(describeError(thrown));
    if (thrown instanceof Error) {
      parts.push(thrown.stack ?? "");
    }
    if (parts.every((part) => typeof part === "string")) {
      return thrown;
    }
  } catch {
    // Replaced below.
  }
  return new Error("the handler threw a value that cannot be described");
}
