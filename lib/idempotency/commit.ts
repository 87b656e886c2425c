import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { FanfareError } from "../errors/index.ts";
import { type ClaimRunParts, claimantOf } from "./claim-run.ts";
import { asDone, claimNew, completeOnce, decide } from "./protocol/index.ts";
import type { Claim, ClaimRequest, CommitResult } from "./store.ts";
import type { IdempotencyTable } from "./table.ts";
import { requestToken } from "./transaction.ts";

/** Maximum number of transactions for an event that others claim at the same time. */
const MAX_ROUNDS = 4;

/**
 * Writes effects and the completion of a claim.
 *
 * @throws FanfareError `StoreUnavailable` when the claim was lost, and what {@link IdempotencyTable.commit} throws
 */
export async function commitClaimed(
  table: IdempotencyTable,
  claim: Claim,
  items: readonly TransactWriteItem[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const token = requestToken(claim.owner, claim.key, items);
  const result = await table.commit(items, completeOnce(claim), token, signal);
  if (result.status === "refused") {
    const message = "another worker has taken over the claim of the event, so nothing was written";
    throw new FanfareError("StoreUnavailable", message, { field: "commit", cause: result.error });
  }
}

/**
 * Writes effects, and the record that says the event is done, where none was claimed before: the claim and its completion are one
 * write in the transaction.
 *
 * @throws what {@link IdempotencyTable.commit} throws
 */
export async function commitUnclaimed(
  { table, signal, ...parts }: ClaimRunParts,
  request: ClaimRequest,
  items: readonly TransactWriteItem[],
): Promise<CommitResult> {
  const claimant = claimantOf(request, parts);
  let write = claimNew(claimant);
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const done = asDone(write);
    const token = requestToken(claimant.owner, claimant.key, items, done);
    if ((await table.commit(items, done, token, signal)).status === "written") {
      return { status: "written" };
    }
    const record = (await table.read([claimant.key], signal)).get(claimant.key);
    const decision = decide(record, claimant, parts.clock.now());
    if (decision.kind === "done") {
      // By this very commit, if the response to its first transaction was lost.
      const { digest } = decision;
      return record?.owner === claimant.owner ? { status: "written" } : { status: "done", digest };
    }
    if (decision.kind !== "write" || decision.granted.outcomeUnknown) {
      break;
    }
    write = decision.write;
  }
  return { status: "inProgress", until: parts.clock.now() };
}
