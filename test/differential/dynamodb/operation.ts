import type { DynamoDbOperations } from "../../../lib/local/engine/index.ts";

/** The calls that are made on both sides. */
export type Name =
  | "PutItem"
  | "UpdateItem"
  | "DeleteItem"
  | "GetItem"
  | "Query"
  | "Scan"
  | "BatchGetItem"
  | "BatchWriteItem"
  | "TransactWriteItems"
  | "TransactGetItems"
  | "ExecuteStatement"
  | "BatchExecuteStatement";

/** One call with its input. */
export type Operation = {
  readonly [N in Name]: { readonly name: N; readonly input: DynamoDbOperations[N]["input"] };
}[Name];

/** What a side returned, in a form that can be compared. */
export type Answer =
  | { readonly status: "succeeded"; readonly output: unknown }
  | { readonly status: "failed"; readonly error: string; readonly message: string };
