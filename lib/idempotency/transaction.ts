import { createHash } from "node:crypto";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { type DynamoDb, EntryError, isTransient } from "../aws/index.ts";
import type { Clock } from "../clock/index.ts";
import { describeError, FanfareError } from "../errors/index.ts";
import { type EntryResult, isJsonObject, retryEntries } from "../std/index.ts";
import type { RecordWrite } from "./protocol/index.ts";
import { retriesOf } from "./retries.ts";
import { transactItemOf } from "./transact-item.ts";

/** Maximum number of items per `TransactWriteItems`. Source: DynamoDB API Reference, `TransactWriteItems`. */
const MAX_TRANSACTION_ITEMS = 100;

/** What one transaction writes. */
export interface Transaction {
  readonly items: readonly TransactWriteItem[];
  /** What becomes of the event's record. */
  readonly write: RecordWrite;
  /** The same for every attempt to write the same. */
  readonly token: string;
}

/** How the transaction ended: `refused` if the record was not as expected, and nothing was written. */
export type CommitWrite = { readonly status: "written" } | { readonly status: "refused"; readonly error: unknown };

/**
 * Writes the caller's items and one write of the protocol in a transaction.
 *
 * @throws FanfareError `ConfigurationInvalid` for more than 99 items; what the SDK throws when the transaction failed for another
 *   reason
 */
export async function commitTransaction(
  dynamodb: DynamoDb,
  table: string,
  clock: Clock,
  { items, write, token }: Transaction,
  signal: AbortSignal | undefined,
): Promise<CommitWrite> {
  if (items.length >= MAX_TRANSACTION_ITEMS) {
    throw new FanfareError("ConfigurationInvalid", `commit was called with ${items.length} items`, {
      field: "items",
      limit: `${MAX_TRANSACTION_ITEMS - 1} items`,
      remedy:
        "write fewer items, or split the event: a transaction holds 100 items, and one of them completes the event",
    });
  }
  const input = { ClientRequestToken: token, TransactItems: [...items, transactItemOf(table, write)] };
  const send = async (): Promise<EntryResult<unknown>> => {
    try {
      return { ok: true, value: await dynamodb.transactWriteItems(input, { signal }) };
    } catch (error) {
      return { ok: false, error };
    }
  };
  const [result] = await retryEntries([input], {
    ...retriesOf(clock, signal),
    isTransient: isTransientCancellation,
    call: async () => [await send()],
  });
  if (result?.ok !== false) {
    return { status: "written" };
  }
  if (cancellationCodes(result.error).at(-1) === "ConditionalCheckFailed") {
    return { status: "refused", error: result.error };
  }
  throw result.error;
}

/**
 * The same token for every attempt to write the same items, so that a lost response cannot make the effects happen twice.
 * Another token for other items: a handler whose condition failed may read afresh and commit again. At most 36 characters.
 * Source: DynamoDB API Reference, `TransactWriteItems`.
 */
export function requestToken(...content: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 36);
}

/** Whether DynamoDB canceled a transaction for transient reasons only, such as a conflict with another transaction. */
function isTransientCancellation(error: unknown): boolean {
  const codes = cancellationCodes(error);
  return codes.length > 0 && codes.every((code) => code === "None" || isTransient(new EntryError(code, "")));
}

/** One code per item of a canceled transaction, `None` for an item without fault. Empty for every other error. */
function cancellationCodes(error: unknown): readonly string[] {
  if (describeError(error).name !== "TransactionCanceledException" || !isJsonObject(error)) {
    return [];
  }
  const reasons: unknown = error.CancellationReasons;
  return Array.isArray(reasons) ? reasons.map((reason: { Code?: string }) => reason?.Code ?? "None") : [];
}
