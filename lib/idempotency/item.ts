import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { IDEMPOTENCY_ITEM } from "../names/index.ts";
import type { State, StoredRecord } from "./protocol/index.ts";

/** Names of an item's attributes. */
export const FIELDS = {
  ...IDEMPOTENCY_ITEM,
  owner: "owner",
  state: "state",
  lease: "leaseUntil",
  tries: "tries",
  digest: "digest",
} as const;

export const text = (value: string): AttributeValue => ({ S: value });
const number = (value: number): AttributeValue => ({ N: String(value) });

/** The attribute of each field of a record. */
const ATTRIBUTES: { readonly [Field in keyof Required<StoredRecord>]: string } = {
  owner: FIELDS.owner,
  state: FIELDS.state,
  leaseUntil: FIELDS.lease,
  expiresAt: FIELDS.expiry,
  tries: FIELDS.tries,
  digest: FIELDS.digest,
};

const RECORD_FIELDS = Object.keys(ATTRIBUTES) as (keyof StoredRecord)[];

/** Names and values of a record's fields, in a fixed order: a statement's text is the same for the same fields. */
export function attributesOf(fields: Partial<StoredRecord>): readonly (readonly [string, AttributeValue])[] {
  const attributes: (readonly [string, AttributeValue])[] = [];
  for (const field of RECORD_FIELDS) {
    const value = fields[field];
    if (value !== undefined) {
      attributes.push([ATTRIBUTES[field], typeof value === "number" ? number(value) : text(value)]);
    }
  }
  return attributes;
}

const STATES: ReadonlySet<string> = new Set<State>(["claimed", "started", "released", "done"]);

/** Reads an item. An attribute that is missing counts as one that ended long ago; a state that is not known, as claimed. */
export function readItem(item: Readonly<Record<string, AttributeValue>>): StoredRecord {
  const state = item[FIELDS.state]?.S;
  return {
    owner: item[FIELDS.owner]?.S ?? "",
    state: isState(state) ? state : "claimed",
    leaseUntil: Number(item[FIELDS.lease]?.N ?? 0),
    expiresAt: Number(item[FIELDS.expiry]?.N ?? 0),
    tries: Number(item[FIELDS.tries]?.N ?? 0),
    digest: item[FIELDS.digest]?.S,
  };
}

function isState(state: string | undefined): state is State {
  return state !== undefined && STATES.has(state);
}
