import type { PublishBatchRequestEntry } from "@aws-sdk/client-sns";
import { AwsError } from "../../kernel/index.ts";
import { SNS_LIMITS } from "../limits.ts";

/**
 * Checks number and ids of a batch's entries.
 *
 * Source: API Reference, "PublishBatch" and "PublishBatchRequestEntry". The error messages are the service's own.
 *
 * @throws AwsError EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId, BatchEntryIdsNotDistinct
 */
export function checkBatch(entries: readonly PublishBatchRequestEntry[]): readonly PublishBatchRequestEntry[] {
  if (entries.length === 0) {
    throw new AwsError("EmptyBatchRequest", "The batch request doesn't contain any entries.");
  }
  if (entries.length > SNS_LIMITS.batchEntries) {
    throw new AwsError("TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.");
  }
  const ids = new Set<string>();
  for (const { Id: id = "" } of entries) {
    if (id.length > SNS_LIMITS.batchEntryIdCharacters) {
      throw new AwsError("InvalidBatchEntryId", `The Id of a batch entry in the batch request is too long: ${id}`);
    }
    if (!/^[\w-]+$/.test(id)) {
      throw new AwsError(
        "InvalidBatchEntryId",
        `The Id of a batch entry in the batch request contains an impermissible character: ${id}`,
      );
    }
    ids.add(id);
  }
  if (ids.size < entries.length) {
    throw new AwsError("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.");
  }
  return entries;
}
