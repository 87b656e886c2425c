import { isJsonObject, parseJson } from "../../std/index.ts";

/** What a function's response means for its batch. */
export type BatchResult =
  /** Ids to be redelivered; empty when the whole batch succeeded. */
  | { readonly kind: "partial"; readonly failed: ReadonlySet<string> }
  /** The whole batch counts as failed, for the reason given. */
  | { readonly kind: "failed"; readonly reason: string };

const WHOLE_SUCCESS: BatchResult = { kind: "partial", failed: new Set() };

/**
 * Reads the response of a function with `ReportBatchItemFailures`, by Lambda's rules. Success: a null or empty response, or a
 * null or empty `batchItemFailures`. The whole batch fails on a response that is no such object, and on an `itemIdentifier`
 * that is missing (a bad key name), empty, null or not in the batch.
 * Source: AWS Lambda Developer Guide, "Handling errors for an SQS event source in Lambda", success and failure conditions.
 */
export function readBatchResponse(response: string | null, messageIds: ReadonlySet<string>): BatchResult {
  const parsed = response === null || response === "" ? null : parseJson(response);
  if (parsed === null || parsed === "") {
    return WHOLE_SUCCESS;
  }
  if (!isJsonObject(parsed)) {
    return { kind: "failed", reason: "the response is not an object with batchItemFailures" };
  }
  const failures = parsed.batchItemFailures ?? null;
  if (failures === null) {
    return WHOLE_SUCCESS;
  }
  if (!Array.isArray(failures)) {
    return { kind: "failed", reason: "batchItemFailures is not a list" };
  }
  const failed = new Set<string>();
  for (const [index, failure] of failures.entries()) {
    const id: unknown = isJsonObject(failure) ? failure.itemIdentifier : undefined;
    if (typeof id !== "string" || id === "") {
      return { kind: "failed", reason: `batchItemFailures[${index}] has no itemIdentifier` };
    }
    if (!messageIds.has(id)) {
      return { kind: "failed", reason: `batchItemFailures[${index}].itemIdentifier ${id} is not in the batch` };
    }
    failed.add(id);
  }
  return { kind: "partial", failed };
}
