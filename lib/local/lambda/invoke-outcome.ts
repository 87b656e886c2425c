import { MAX_PAYLOAD_BYTES } from "./limits.ts";
import type { FunctionError } from "./messages.ts";

/** How an invocation ended. */
export type InvokeOutcome =
  /** The handler's result as JSON; null when it returned nothing. */
  | { readonly status: "succeeded"; readonly response: string | null }
  | { readonly status: "failed"; readonly error: FunctionError };

/** The error of an invocation that took longer than it may. */
export function timedOut(requestId: string, seconds: number): FunctionError {
  return {
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  };
}

/** Why a process is gone, in the words of Lambda. */
export function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) {
    return `Runtime exited with error: signal: ${signal}`;
  }
  return code === 0 ? "Runtime exited without providing a reason" : `Runtime exited with error: exit status ${code}`;
}

/** The outcome of a handler that returned: Lambda refuses a response that is too large. */
export function checkResponse(response: string | null): InvokeOutcome {
  const bytes = response === null ? 0 : Buffer.byteLength(response);
  if (bytes <= MAX_PAYLOAD_BYTES) {
    return { status: "succeeded", response };
  }
  return {
    status: "failed",
    error: {
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage: `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${MAX_PAYLOAD_BYTES} bytes).`,
    },
  };
}
