import type { FunctionError, Invocation } from "../lambda/index.ts";

/** How a direct invocation ended. */
export type InvokeResult = Pick<Invocation, "requestId" | "durationMs"> &
  (
    | { readonly status: "succeeded"; readonly payload: unknown }
    | { readonly status: "failed"; readonly error: FunctionError }
  );

/** The result of an invocation, with its payload parsed. */
export function toResult(invocation: Invocation): InvokeResult {
  const { requestId, durationMs } = invocation;
  if (invocation.status === "failed") {
    return { status: "failed", error: invocation.error, requestId, durationMs };
  }
  const payload: unknown = invocation.response === null ? null : JSON.parse(invocation.response);
  return { status: "succeeded", payload, requestId, durationMs };
}
