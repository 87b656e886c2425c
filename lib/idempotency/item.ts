import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { IDEMPOTENCY_ITEM } from "../names/index.ts";

/** A record of the idempotency table as it is read. */
export interface StoredItem {
  readonly owner: string;
  readonly done: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly leaseUntil: number;
  /** Seconds since the Unix epoch: DynamoDB's time to live. */
  readonly expiresAt: number;
}

/** The item that claims an event. */
export interface NewItem extends StoredItem {
  readonly key: string;
}

/** Names of an item's attributes. */
export const FIELDS = { ...IDEMPOTENCY_ITEM, owner: "owner", state: "state", lease: "leaseUntil" } as const;

export const CLAIMED = "claimed";
export const DONE = "done";

export const text = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });

/** Reads an item. An attribute that is missing counts as one that ended long ago. */
export function readItem(item: Readonly<Record<string, AttributeValue>>): StoredItem {
  return {
    owner: item[FIELDS.owner]?.S ?? "",
    done: item[FIELDS.state]?.S === DONE,
    leaseUntil: Number(item[FIELDS.lease]?.N ?? 0),
    expiresAt: Number(item[FIELDS.expiry]?.N ?? 0),
  };
}
