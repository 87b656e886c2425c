import type { FunctionReply } from "../server/index.ts";
import type { InvokeResult } from "./invoke-result.ts";

/**
 * Runs a function, and waits for its result or its error as JSON.
 *
 * @param target name or ARN
 */
export async function callFunction(
  functions: { invoke(target: string, payload: unknown): Promise<InvokeResult> },
  target: string,
  payload: unknown,
): Promise<FunctionReply> {
  const result = await functions.invoke(target, payload);
  return result.status === "failed"
    ? { payload: JSON.stringify(result.error), isError: true }
    : { payload: JSON.stringify(result.payload), isError: false };
}
