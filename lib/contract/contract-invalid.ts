import { FanfareError } from "../errors/index.ts";

/** The error for a wrong declaration. */
export function contractInvalid(field: string, message: string, remedy: string, limit?: string): FanfareError {
  return new FanfareError(
    "ContractInvalid",
    message,
    limit === undefined ? { field, remedy } : { field, remedy, limit },
  );
}

/**
 * Runs what the user called. The stack of an error begins below that call: Node.js then prints the user's line, not ours. In CommonJS it
 * would print the line that throws, which the comment there prevents.
 */
export function calledAs<Result>(entrance: (...args: never[]) => unknown, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    Error.captureStackTrace(Object(error), entrance);
    throw error; // node-do-not-add-exception-line
  }
}
