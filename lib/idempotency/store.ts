import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";

/** Who wants to process an event, and until when. */
export interface ClaimRequest {
  /** Consumer, source and id of the event, at most 2,048 bytes (a DynamoDB partition key). */
  readonly key: string;
  /** A token of this one try, unlike any other's. Whoever holds the token owns the claim. */
  readonly owner: string;
  /** Milliseconds since the epoch at which the try is over for certain: the invocation has ended by then. */
  readonly leaseUntil: number;
  /** `true` marks the event done with its claim, before it is handled: at-most-once. @default what the store was made for */
  readonly done?: boolean;
}

/** What a claim came to. */
export type ClaimOutcome =
  /** The caller owns the event until its lease ends. */
  | { readonly status: "claimed" }
  /** The event has been processed: this is a duplicate. */
  | { readonly status: "done" }
  /** Another owner is at it; its lease ends at `until` (milliseconds since the epoch). */
  | { readonly status: "inProgress"; readonly until: number }
  /** The store could not say. The event must not be processed now. */
  | { readonly status: "unavailable"; readonly error: unknown };

/** What completing or releasing a claim came to. */
export type SettleOutcome =
  | { readonly status: "settled" }
  /** Another owner took the claim over after the lease had ended. Its record was left alone. */
  | { readonly status: "lost" }
  | { readonly status: "unavailable"; readonly error: unknown };

/**
 * Remembers which events were processed. The calls take as many entries as there are and never throw because some of them
 * failed: each entry has its own outcome, in order. The keys of one call are distinct.
 *
 * Rules that every store keeps, so that a lost answer blocks nothing and a late owner undoes nothing:
 * - a claim that finds the caller's own token is the caller's;
 * - a claim whose lease has ended may be taken over, by one caller only;
 * - completion and release change a record only while it holds the caller's token.
 */
export interface IdempotencyStore {
  /**
   * @param onClaimed may be told, once, the places in `requests` of those that are claimed while the others still have to be looked
   *   at: their handlers need not wait. The answer has them too.
   */
  claim(
    requests: readonly ClaimRequest[],
    signal?: AbortSignal,
    onClaimed?: (indexes: readonly number[]) => void,
  ): Promise<readonly ClaimOutcome[]>;
  complete(claims: readonly Claim[], signal?: AbortSignal): Promise<readonly SettleOutcome[]>;
  release(claims: readonly Claim[], signal?: AbortSignal): Promise<readonly SettleOutcome[]>;
  /** Loads what the first call would load, and connects. */
  preload?(): Promise<void>;
  /**
   * Writes effects in DynamoDB and the completion of the claim in one transaction.
   *
   * @param items at most 99 (DynamoDB: 100 a transaction, one is the completion's)
   * @throws FanfareError `StoreUnavailable` when the claim was lost or the store did not answer; the SDK's
   *   `TransactionCanceledException` when a condition of the caller's own items failed
   */
  commit?(claim: Claim, items: readonly TransactWriteItem[], signal?: AbortSignal): Promise<void>;
}

/** A claim that its owner holds. */
export interface Claim {
  readonly key: string;
  readonly owner: string;
}
