import { createHash } from "node:crypto";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { type DynamoDb, EntryError, isTransient } from "../aws/index.ts";
import type { Clock } from "../clock/index.ts";
import { describeError, FanfareError } from "../errors/index.ts";
import { type EntryResult, isJsonObject, retryEntries } from "../std/index.ts";
import { CLAIMED, DONE, FIELDS, text } from "./item.ts";
import { retriesOf } from "./retries.ts";
import type { Claim } from "./store.ts";

/** Maximum number of items per `TransactWriteItems`. Source: DynamoDB API Reference, `TransactWriteItems`. */
const MAX_TRANSACTION_ITEMS = 100;

/**
 * Writes the caller's items and the completion of its claim in one transaction.
 *
 * @throws FanfareError `ConfigurationInvalid` for more than 99 items, `StoreUnavailable` when the claim was lost; what the SDK
 *   throws when the transaction failed for another reason
 */
export async function commitTransaction(
  { sdk, call }: DynamoDb,
  table: string,
  clock: Clock,
  claim: Claim,
  items: readonly TransactWriteItem[],
  signal: AbortSignal | undefined,
): Promise<void> {
  if (items.length >= MAX_TRANSACTION_ITEMS) {
    throw new FanfareError("ConfigurationInvalid", `commit was called with ${items.length} items`, {
      field: "items",
      limit: `${MAX_TRANSACTION_ITEMS - 1} items`,
      remedy:
        "write fewer items, or split the event: a transaction holds 100 items, and one of them completes the event",
    });
  }
  const command = new sdk.TransactWriteItemsCommand({
    ClientRequestToken: requestToken(claim, items),
    TransactItems: [...items, completion(table, claim)],
  });
  const send = async (): Promise<EntryResult<unknown>> => {
    try {
      return { ok: true, value: await call((client, options) => client.send(command, options), { signal }) };
    } catch (error) {
      return { ok: false, error };
    }
  };
  const [result] = await retryEntries([command], {
    ...retriesOf(clock, signal),
    isTransient: isTransientCancellation,
    call: async () => [await send()],
  });
  if (result?.ok === false) {
    throw cancellationCodes(result.error).at(-1) === "ConditionalCheckFailed" ? claimLost(result.error) : result.error;
  }
}

/**
 * The same token for every attempt to write the same items, so that a lost response cannot make the effects happen twice.
 * Another token for other items: a handler whose condition failed may read afresh and commit again. At most 36 characters.
 * Source: DynamoDB API Reference, `TransactWriteItems`.
 */
function requestToken(claim: Claim, items: readonly TransactWriteItem[]): string {
  const content = JSON.stringify([claim.owner, claim.key, items]);
  return createHash("sha256").update(content).digest("hex").slice(0, 36);
}

function completion(table: string, claim: Claim): TransactWriteItem {
  return {
    Update: {
      TableName: table,
      Key: { [FIELDS.key]: text(claim.key) },
      UpdateExpression: "SET #state = :done",
      ConditionExpression: "#owner = :owner AND #state = :claimed",
      ExpressionAttributeNames: { "#owner": FIELDS.owner, "#state": FIELDS.state },
      ExpressionAttributeValues: {
        ":done": text(DONE),
        ":claimed": text(CLAIMED),
        ":owner": text(claim.owner),
      },
    },
  };
}

function claimLost(cause: unknown): FanfareError {
  const message = "another worker has taken over the claim of the event, so nothing was written";
  return new FanfareError("StoreUnavailable", message, { field: "commit", cause });
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
