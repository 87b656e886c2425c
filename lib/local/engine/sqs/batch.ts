import type { BatchResultErrorEntry } from "@aws-sdk/client-sqs";
import { AwsError } from "../kernel/index.ts";
import {
  batchEntryIdsNotDistinct,
  emptyBatchRequest,
  invalidBatchEntryId,
  tooManyEntriesInBatchRequest,
} from "./errors.ts";
import { MAXIMUM_BATCH_ENTRIES } from "./limits.ts";

interface Entry {
  readonly Id: string | undefined;
}

type BatchOperation = "SendMessageBatch" | "DeleteMessageBatch" | "ChangeMessageVisibilityBatch";

/** What the service returns: a list without entries is absent. The SDK's type has both, so callers must not rely on it. */
interface BatchOutput<R> {
  Successful: R[] | undefined;
  Failed: BatchResultErrorEntry[] | undefined;
}

/**
 * Checks what all batch operations have in common.
 *
 * @throws AwsError `EmptyBatchRequest`, `TooManyEntriesInBatchRequest`, `InvalidBatchEntryId`,
 * `BatchEntryIdsNotDistinct`
 */
export function checkBatch<E extends Entry>(
  operation: BatchOperation,
  entries: readonly E[] | undefined,
): readonly (E & { Id: string })[] {
  if (entries === undefined || entries.length === 0) {
    throw emptyBatchRequest(`${operation}RequestEntry`);
  }
  if (entries.length > MAXIMUM_BATCH_ENTRIES) {
    throw tooManyEntriesInBatchRequest(MAXIMUM_BATCH_ENTRIES, entries.length);
  }
  const seen = new Set<string>();
  return entries.map((entry) => {
    const id = entry.Id;
    if (id === undefined || !/^[A-Za-z0-9_-]{1,80}$/.test(id)) {
      throw invalidBatchEntryId();
    }
    if (seen.has(id)) {
      throw batchEntryIdsNotDistinct(id);
    }
    seen.add(id);
    return { ...entry, Id: id };
  });
}

/** Runs each entry separately: what an entry throws becomes its entry in `Failed`. */
export function runBatch<E extends { readonly Id: string }, R>(
  entries: readonly E[],
  run: (entry: E) => R,
): BatchOutput<R> {
  const Successful: R[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    try {
      Successful.push(run(entry));
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      Failed.push({
        Id: entry.Id,
        SenderFault: error.fault === "Sender",
        Code: error.queryCode,
        Message: error.message,
      });
    }
  }
  return {
    Successful: Successful.length > 0 ? Successful : undefined,
    Failed: Failed.length > 0 ? Failed : undefined,
  };
}
