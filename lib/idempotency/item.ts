import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** A record of the idempotency table as it is read. */
export interface StoredItem {
  readonly owner: string;
  readonly done: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly leaseUntil: number;
  /** Seconds since the Unix epoch: DynamoDB's time to live. */
  readonly expiresAt: number;
}

/** What is written when an event is claimed. */
export interface NewItem {
  readonly key: string;
  readonly owner: string;
  readonly done: boolean;
  readonly leaseUntil: number;
  readonly expiresAt: number;
}

/** Names of the item's attributes. `id` and `expiresAt` are the table's key and time to live. */
export const FIELDS = { key: "id", owner: "owner", state: "state", lease: "leaseUntil", expiry: "expiresAt" } as const;

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
