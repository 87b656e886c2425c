import { type FanfareErrorCode, isFanfareError } from "../errors/index.ts";
import type { Fate, RetryCause } from "./fate.ts";

/** Errors after which another try finds the same: the message is dead-lettered at once. */
const PERMANENT: ReadonlySet<FanfareErrorCode> = new Set([
  "BodyMalformed",
  "UnknownEvent",
  "UnknownVersion",
  "SchemaMismatch",
  "PointerNotAllowed",
  "PayloadNotFound",
  "PayloadCorrupted",
  "PayloadTooLarge",
  "Permanent",
]);

/** The fate that an error asks for. */
export function verdictOf(error: unknown, cause: RetryCause): Fate {
  if (!isFanfareError(error)) return { kind: "retry", cause, error };
  if (PERMANENT.has(error.code)) return { kind: "deadLetter", error };
  if (error.code === "Retry" && "afterSeconds" in error && typeof error.afterSeconds === "number") {
    return { kind: "retry", cause, error, afterSeconds: error.afterSeconds };
  }
  return { kind: "retry", cause, error };
}
