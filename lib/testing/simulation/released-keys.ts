import type { BatchExecuteStatementInput } from "@aws-sdk/client-dynamodb";
import type { Call } from "../clients/index.ts";

/** Keys of the claims that a call to the store gives up: it deletes their records, or marks them as released. */
export function releasedKeys(call: Call): readonly string[] {
  if (call.operation !== "BatchExecuteStatement") {
    return [];
  }
  const { Statements = [] }: Partial<BatchExecuteStatementInput> = call.input;
  return Statements.flatMap(({ Statement = "", Parameters = [] }) => {
    const texts = Parameters.flatMap(({ S }) => S ?? []);
    return Statement.startsWith("DELETE") || texts.includes("released") ? texts : [];
  });
}
