import type { NewItem, StoredItem } from "./item.ts";
import type { Claim } from "./store.ts";

/** How one conditional write ended. */
export type WriteOutcome =
  | { readonly status: "written" }
  /** The condition did not hold: the item exists, or is not the one expected. */
  | { readonly status: "refused" }
  | { readonly status: "unavailable"; readonly error: unknown };

/** An item that was read. */
export interface SeenItem {
  readonly key: string;
  readonly seen: StoredItem;
}

/** The four conditional writes of the claim protocol, many at a time. Two ways to do them: PartiQL batches, or one by one. */
export interface Writer {
  /** Writes items that must not exist yet. */
  insert(items: readonly NewItem[], signal?: AbortSignal): Promise<readonly WriteOutcome[]>;
  /** Deletes items that are over and still as they were seen, so that they can be claimed afresh. */
  discard(items: readonly SeenItem[], signal?: AbortSignal): Promise<readonly WriteOutcome[]>;
  /** Marks items done while they hold the owner's token. */
  complete(claims: readonly Claim[], signal?: AbortSignal): Promise<readonly WriteOutcome[]>;
  /** Deletes items that are claimed, not done, and hold the owner's token. */
  release(claims: readonly Claim[], signal?: AbortSignal): Promise<readonly WriteOutcome[]>;
}
