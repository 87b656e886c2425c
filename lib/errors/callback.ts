import { FanfareError, isFanfareError } from "./fanfare-error.ts";
import { describeError } from "./handler-errors.ts";

/**
 * Calls a function of the user: a schema, a codec, an upcast, a key, an attribute, a group. Returns what it returns.
 *
 * @param callback its name, as a path: `OrderPlaced.schema`
 * @throws FanfareError `CallbackFailed` for whatever the function throws, thrown or as the promise's rejection; a `PermanentError`
 *   or `RetryError` as it is, because the user asks for it
 */
export function callUser<Result>(callback: string, call: () => Result): Result | Promise<Awaited<Result>> {
  let result: Result;
  let pending: boolean;
  try {
    result = call();
    pending = isThenable(result);
  } catch (cause) {
    throw callbackError(callback, cause);
  }
  return pending ? settled(callback, result) : result;
}

/** The same for a function that must return its result at once. @throws FanfareError `CallbackFailed` for a promise too */
export function callUserSync<Result>(callback: string, call: () => Result): Result {
  const result = callUser(callback, call);
  if (result instanceof Promise) {
    // Its rejection, if it comes, must not end the process.
    result.catch(() => undefined);
    throw new FanfareError("CallbackFailed", `${callback} returned a promise`, {
      field: callback,
      remedy: "return the value itself: this function cannot be async",
    });
  }
  return result;
}

async function settled<Result>(callback: string, result: Result): Promise<Awaited<Result>> {
  try {
    return await result;
  } catch (cause) {
    throw callbackError(callback, cause);
  }
}

/** The error of an async function of the user that did not end in its time. */
export function callbackTimeout(callback: string, ms: number): FanfareError {
  return new FanfareError("CallbackTimeout", `${callback} did not end in ${Math.round(ms)} ms`, {
    field: callback,
    limit: `${Math.round(ms)} ms`,
    remedy: "give what it waits for a time limit",
  });
}

/** The message of what was thrown is not repeated: it may hold values of the payload. */
function callbackError(callback: string, cause: unknown): unknown {
  if (isFanfareError(cause, "Permanent") || isFanfareError(cause, "Retry")) {
    return cause;
  }
  return new FanfareError("CallbackFailed", `${callback} threw ${describeError(cause).name.slice(0, 100)}`, {
    field: callback,
    remedy: "correct it so that it takes this input without throwing, then redrive or publish again",
    cause,
  });
}

function isThenable(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
