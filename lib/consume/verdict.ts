import { FanfareError, type FanfareErrorCode, isFanfareError } from "../errors/index.ts";
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
  if (PERMANENT.has(error.code)) return { kind: "deadLettered", error };
  if (error.code === "Retry" && "afterSeconds" in error && typeof error.afterSeconds === "number") {
    return { kind: "retry", cause, error, afterSeconds: error.afterSeconds };
  }
  return { kind: "retry", cause, error };
}

/** The fate of a record for which too little time is left. */
export function outOfTime(): Fate {
  const error = new FanfareError("DeadlineTooClose", "too little time was left in the invocation to start the record", {
    remedy: "lower batchSize, raise the function's timeout, or raise concurrency",
  });
  return { kind: "retry", cause: "deadline", error };
}

/** The fate of a record while the circuit is open. */
export function circuitOpen(until: number): Fate {
  const error = new FanfareError("CircuitOpen", `the circuit is open until ${new Date(until).toISOString()}`, {
    remedy: "see the handler's earlier errors: what it depends on is down",
  });
  return { kind: "retry", cause: "circuit", error, notBefore: until };
}
