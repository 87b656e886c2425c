import { idempotencyKey, readItem, type StoredRecord } from "../../idempotency/index.ts";
import { IDEMPOTENCY_ITEM } from "../../names/index.ts";
import { chunksOf } from "../../std/index.ts";
import { type Cloud, mapLimited, unlessAbsent } from "../cloud/index.ts";
import type { FleetSubscriber } from "../fleet/index.ts";
import type { MovedLetter } from "../move/index.ts";

/** Maximum number of keys per `BatchGetItem`. Source: DynamoDB API Reference, `BatchGetItem`. */
const MAX_KEYS = 100;

/** Calls for what DynamoDB leaves unprocessed, and the pause between them in milliseconds. */
const MAX_CALLS = 5;
const PAUSE_MS = 200;

/**
 * The key of a letter's event in the idempotency table of its subscriber; `undefined` where there is none, or the body has no envelope.
 * Handlers with a key of their own are not known here: their events are not found.
 */
export function claimKeyOf({ consumer, table }: FleetSubscriber, { event }: MovedLetter): string | undefined {
  return consumer === undefined || table === undefined || event === undefined
    ? undefined
    : idempotencyKey(consumer, event.source, event.type, event.id);
}

/** The records of keys. Without an entry: no record is known; so is every key where the table may not be read. */
export async function claimsOf(
  cloud: Cloud,
  table: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, StoredRecord>> {
  const found = await mapLimited(chunksOf(keys, MAX_KEYS), (some) => unlessAbsent(() => readSome(cloud, table, some)));
  return new Map(found.flatMap((records) => records ?? []));
}

async function readSome(cloud: Cloud, table: string, keys: readonly string[]): Promise<[string, StoredRecord][]> {
  const { sdk, call } = await cloud.dynamoDb();
  const found: [string, StoredRecord][] = [];
  let open = keys.map((key) => ({ [IDEMPOTENCY_ITEM.key]: { S: key } }));
  for (let calls = 0; open.length > 0 && calls < MAX_CALLS; calls++) {
    if (calls > 0) {
      await new Promise((done) => setTimeout(done, PAUSE_MS * calls));
    }
    const command = new sdk.BatchGetItemCommand({ RequestItems: { [table]: { ConsistentRead: true, Keys: open } } });
    const { Responses = {}, UnprocessedKeys = {} } = await call((client, options) => client.send(command, options));
    for (const item of Responses[table] ?? []) {
      found.push([item[IDEMPOTENCY_ITEM.key]?.S ?? "", readItem(item)]);
    }
    open = (UnprocessedKeys[table]?.Keys ?? []).map((key) => ({
      [IDEMPOTENCY_ITEM.key]: { S: key[IDEMPOTENCY_ITEM.key]?.S ?? "" },
    }));
  }
  return found;
}
