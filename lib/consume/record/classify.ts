import { FanfareError, type FanfareErrorCode, isFanfareError } from "../../errors/index.ts";
import type { Outcome, Retry, RetryCause } from "../../hook/index.ts";
import { isVisibilityTimeout } from "../../wire/index.ts";

/** Errors that another try would meet again: the message is dead-lettered at once. */
const PERMANENT: ReadonlySet<FanfareErrorCode> = new Set([
  "BodyMalformed",
  "UnknownEvent",
  "UnknownVersion",
  "SchemaMismatch",
  "CallbackFailed",
  "IdConflict",
  "PointerNotAllowed",
  "PayloadNotFound",
  "PayloadCorrupted",
  "PayloadTooLarge",
  "Permanent",
  "CommitRepeated",
]);

/**
 * The outcome that an error asks for.
 *
 * @param cause the cause of the retry, where the error is not permanent
 */
export function classify(error: unknown, cause: RetryCause): Outcome {
  if (!isFanfareError(error)) {
    return { kind: "retry", cause, error };
  }
  if (PERMANENT.has(error.code)) {
    return { kind: "deadLettered", error };
  }
  const after = error.code === "Retry" && "afterSeconds" in error ? error.afterSeconds : undefined;
  return { kind: "retry", cause, error, ...(isVisibilityTimeout(after) ? { afterSeconds: after } : {}) };
}

/** What a `RetryError` asks for and SQS does not take, such as `NaN`: the usual backoff takes its place. `undefined` for nothing. */
export function refusedDelay(error: unknown): unknown {
  const after = isFanfareError(error, "Retry") && "afterSeconds" in error ? error.afterSeconds : undefined;
  return isVisibilityTimeout(after) ? undefined : after;
}

/** The outcome of a delivery for which too little time is left. */
export function outOfTime(): Retry {
  const error = new FanfareError(
    "DeadlineTooClose",
    "too little time was left in the invocation to start the handler",
    {
      remedy: "lower batchSize, raise the function's timeout, or raise concurrency",
    },
  );
  return { kind: "retry", cause: "deadline", error };
}

/** The outcome of a delivery while the circuit is open. */
export function circuitOpen(until: number): Retry {
  const error = new FanfareError("CircuitOpen", `the circuit is open until ${new Date(until).toISOString()}`, {
    remedy: "see the handler's earlier errors: what it depends on is down",
  });
  return { kind: "retry", cause: "circuit", error, notBefore: until };
}
