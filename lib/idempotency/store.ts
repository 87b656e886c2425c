import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";

/** A request to claim one event. */
export interface ClaimRequest {
  /** Consumer, source and id of the event, at most 2,048 bytes (DynamoDB Developer Guide, "Quotas": partition key). */
  readonly key: string;
  /** A token that no other attempt has. The worker that holds it owns the claim. */
  readonly owner: string;
  /** The end of the lease, in milliseconds since the Unix epoch. The attempt has certainly ended by then. */
  readonly leaseUntil: number;
  /** Whether the handler starts as soon as the event is claimed, so that the claim counts its start. @default false */
  readonly startsNow?: boolean;
  /** The token of the claim that a redriven dead letter ended: it may start what was started once before. */
  readonly letterOf?: string | undefined;
  /** Says which data the event has, to be kept with the claim. @default the event's data is not compared */
  readonly digest?: string | undefined;
}

/** How a claim ended. */
export type ClaimResult =
  /** The caller owns the event until its lease ends. */
  | {
      readonly status: "claimed";
      /** How often the handler was started before, as far as is known. @default 0 */
      readonly tries?: number;
      /** An earlier worker disappeared with the event: its handler may have been started once more. @default false */
      readonly interrupted?: boolean;
    }
  /** The event has been processed: this is a duplicate. */
  | {
      readonly status: "done";
      /** The digest that the event was claimed with. @default not known: nothing is compared */
      readonly digest?: string | undefined;
    }
  /** Another worker holds the claim. Its lease ends at `until` (milliseconds since the Unix epoch). */
  | { readonly status: "inProgress"; readonly until: number }
  /** At-most-once: a handler was started, and how it ended is not known. The caller owns the event, and must not start it. */
  | { readonly status: "outcomeUnknown"; readonly tries?: number }
  /** The store failed. The event must not be processed now. */
  | { readonly status: "unavailable"; readonly error: unknown };

/** How the start, completion or release of a claim ended. */
export type SettleResult =
  | { readonly status: "settled" }
  /** Another worker took the claim over after the lease had ended. Its record was not changed. */
  | { readonly status: "lost" }
  | { readonly status: "unavailable"; readonly error: unknown };

/** How a commit without a claim ended. */
export type CommitResult =
  /** Effects and completion are written. */
  | { readonly status: "written" }
  /** Another delivery was faster: nothing was written. */
  | { readonly status: "done"; readonly digest?: string | undefined }
  /** Another worker holds a claim on the event: nothing was written. */
  | { readonly status: "inProgress"; readonly until: number };

/**
 * Stores which events were processed. Each call takes any number of entries and does not throw because some of them failed: it
 * returns one result per entry, in order. The keys of one call are distinct.
 *
 * Every store follows these rules, so that a lost response blocks nothing and a late owner undoes nothing:
 * - a claim that finds the caller's own token succeeds;
 * - a claim whose lease has ended may be taken over, by one caller only;
 * - start, completion and release change a record only while it holds the caller's token;
 * - a record that is released remembers how often its handler was started;
 * - what was started with `once` is claimed again only by the letter that names its claim.
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
  /**
   * Records that handlers are about to be started, of claims that were interrupted or must not be started twice. A store without
   * it cannot count the starts of handlers that crash, and does not serve at-most-once.
   */
  start?(claims: readonly StartRequest[], signal?: AbortSignal): Promise<readonly SettleResult[]>;
  /** Marks events done. */
  complete(claims: readonly Claim[], signal?: AbortSignal): Promise<readonly SettleResult[]>;
  /** Gives claims up, so that the events can be claimed again at once. */
  release(claims: readonly ReleaseRequest[], signal?: AbortSignal): Promise<readonly SettleResult[]>;
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
  /**
   * Writes effects in DynamoDB, and the claim and completion of an event that nobody has claimed, in one transaction.
   *
   * @param items at most 99, as for `commit`
   * @throws as `commit`
   */
  commitUnclaimed?(
    request: ClaimRequest,
    items: readonly TransactWriteItem[],
    signal?: AbortSignal,
  ): Promise<CommitResult>;
}

/** A claim with its owner. */
export interface Claim {
  readonly key: string;
  readonly owner: string;
}

/** A claim whose handler is about to be started. */
export interface StartRequest extends Claim {
  /** How often the handler will have been started then. */
  readonly tries: number;
  /** At-most-once: the handler is never started again, whatever becomes of this start. @default false */
  readonly once?: boolean | undefined;
}

/** A claim that is given up. */
export interface ReleaseRequest extends Claim {
  /** How often the handler has been started, to be remembered for the next claim. @default 0: forget the event */
  readonly tries?: number | undefined;
  /** `started` for a start with `once` that did not take place after all. @default "claimed" */
  readonly state?: "claimed" | "started" | undefined;
  /** Release only if the record counts so many starts: for a claim whose response was lost. @default whatever it counts */
  readonly counted?: number | undefined;
}
