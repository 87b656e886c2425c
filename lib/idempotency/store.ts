import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";

/** A request to claim one event. */
export interface ClaimRequest {
  /** Consumer, source and id of the event, at most 2,048 bytes (DynamoDB Developer Guide, "Quotas": partition key). */
  readonly key: string;
  /** A token that no other attempt has. The worker that holds it owns the claim. */
  readonly owner: string;
  /** The end of the lease, in milliseconds since the Unix epoch. The attempt has certainly ended by then. */
  readonly leaseUntil: number;
  /** `true` marks the event done when it is claimed, before it is handled: at-most-once. @default what the store was made for */
  readonly done?: boolean;
}

/** How a claim ended. */
export type ClaimResult =
  /** The caller owns the event until its lease ends. */
  | { readonly status: "claimed" }
  /** The event has been processed: this is a duplicate. */
  | { readonly status: "done" }
  /** Another worker holds the claim. Its lease ends at `until` (milliseconds since the Unix epoch). */
  | { readonly status: "inProgress"; readonly until: number }
  /** The store failed. The event must not be processed now. */
  | { readonly status: "unavailable"; readonly error: unknown };

/** How the completion or release of a claim ended. */
export type SettleResult =
  | { readonly status: "settled" }
  /** Another worker took the claim over after the lease had ended. Its record was not changed. */
  | { readonly status: "lost" }
  | { readonly status: "unavailable"; readonly error: unknown };

/**
 * Stores which events were processed. Each call takes any number of entries and does not throw because some of them failed: it
 * returns one result per entry, in order. The keys of one call are distinct.
 *
 * Every store follows these rules, so that a lost response blocks nothing and a late owner undoes nothing:
 * - a claim that finds the caller's own token succeeds;
 * - a claim whose lease has ended may be taken over, by one caller only;
 * - completion and release change a record only while it holds the caller's token.
 */
export interface IdempotencyStore {
  /**
   * Claims events.
   *
   * @param onClaimed may be called once, with the places in `requests` of those that are claimed while the store still examines
   *   the others: their handlers need not wait. The result contains them too.
   */
  claim(
    requests: readonly ClaimRequest[],
    signal?: AbortSignal,
    onClaimed?: (indexes: readonly number[]) => void,
  ): Promise<readonly ClaimResult[]>;
  /** Marks events done. */
  complete(claims: readonly Claim[], signal?: AbortSignal): Promise<readonly SettleResult[]>;
  /** Gives claims up, so that the events can be claimed again at once. */
  release(claims: readonly Claim[], signal?: AbortSignal): Promise<readonly SettleResult[]>;
  /** Loads what the first call needs, and connects. */
  preload?(): Promise<void>;
  /**
   * Writes effects in DynamoDB and the completion of the claim in one transaction.
   *
   * @param items at most 99: a transaction holds 100 items, and one of them is the completion (DynamoDB API Reference,
   *   `TransactWriteItems`)
   * @throws FanfareError `StoreUnavailable` when the claim was lost; the SDK's `TransactionCanceledException` when a condition
   *   of the caller's own items failed; what the SDK throws when the store failed
   */
  commit?(claim: Claim, items: readonly TransactWriteItem[], signal?: AbortSignal): Promise<void>;
}

/** A claim with its owner. */
export interface Claim {
  readonly key: string;
  readonly owner: string;
}
