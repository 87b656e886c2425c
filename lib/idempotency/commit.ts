import { createHash } from "node:crypto";
import type { DynamoDBClient, TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { DynamoDbSdk } from "../aws/index.ts";
import { backoff, type Clock, sleep } from "../clock/index.ts";
import { describeError, FanfareError } from "../errors/index.ts";
import { CLAIMED, DONE, FIELDS, text } from "./item.ts";
import type { Claim } from "./store.ts";

/** Items of one `TransactWriteItems`. Source: DynamoDB API Reference, `TransactWriteItems`. */
const MAX_TRANSACTION_ITEMS = 100;

/** Tries while other transactions are at the same items. */
const MAX_TRIES = 4;

/** Writes the caller's items and the completion of its claim in one transaction. */
export async function commitTransaction(
  sdk: DynamoDbSdk,
  client: DynamoDBClient,
  table: string,
  clock: Clock,
  claim: Claim,
  items: readonly TransactWriteItem[],
  signal: AbortSignal | undefined,
): Promise<void> {
  if (items.length >= MAX_TRANSACTION_ITEMS) {
    throw new FanfareError("ConfigurationInvalid", `commit was given ${items.length} items`, {
      field: "items",
      limit: `${MAX_TRANSACTION_ITEMS - 1} items`,
      remedy: "a transaction holds 100 items and one of them completes the event: write fewer, or split the event",
    });
  }
  const command = new sdk.TransactWriteItemsCommand({
    ClientRequestToken: requestToken(claim, items),
    TransactItems: [...items, completion(table, claim)],
  });
  for (let attempt = 1; ; attempt++) {
    try {
      await client.send(command, signal === undefined ? {} : { abortSignal: signal });
      return;
    } catch (error) {
      const reasons = cancellationReasons(error);
      if (reasons.at(-1) === "ConditionalCheckFailed") {
        throw new FanfareError(
          "StoreUnavailable",
          "the claim of the event was taken over by another worker; nothing was written",
          {
            field: "commit",
            cause: error,
          },
        );
      }
      const conflict = reasons.length > 0 && reasons.every((code) => code === "None" || code === "TransactionConflict");
      if (!conflict || attempt === MAX_TRIES) {
        throw error;
      }
      await sleep(clock, backoff(clock, attempt, 50, 1_000), signal);
    }
  }
}

/**
 * The same token for every try of the same items: an answer that got lost cannot make the effects happen twice. Another token
 * for other items: a handler whose condition failed may read afresh and commit again. At most 36 characters.
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

function cancellationReasons(error: unknown): readonly string[] {
  if (describeError(error).name !== "TransactionCanceledException") {
    return [];
  }
  if (typeof error !== "object" || error === null || !("CancellationReasons" in error)) {
    return [];
  }
  const reasons: unknown = error.CancellationReasons;
  return Array.isArray(reasons) ? reasons.map((reason: { Code?: string }) => reason?.Code ?? "None") : [];
}
