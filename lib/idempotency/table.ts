import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { type DynamoDb, type DynamoDbLoader, EntryError } from "../aws/index.ts";
import type { Clock } from "../clock/index.ts";
import { FanfareError } from "../errors/index.ts";
import { chunksOf, type EntryResult, retryEntries } from "../std/index.ts";
import { FIELDS, readItem, text } from "./item.ts";
import { partiqlWriter } from "./partiql-writer.ts";
import type { RecordWrite, StoredRecord, Write } from "./protocol/index.ts";
import { retriesOf } from "./retries.ts";
import { type CommitWrite, commitTransaction } from "./transaction.ts";
import type { WriteResult, Writer } from "./writer.ts";

/** Maximum number of keys per `BatchGetItem`. Source: DynamoDB API Reference, `BatchGetItem`. */
const MAX_GET_KEYS = 100;

/** The idempotency table: its conditional writes, consistent reads and transactions. */
export class IdempotencyTable {
  readonly #name: string;
  readonly #load: DynamoDbLoader;
  readonly #clock: Clock;
  #writer: Writer | undefined;

  constructor(name: string, load: DynamoDbLoader, clock: Clock) {
    this.#name = name;
    this.#load = load;
    this.#clock = clock;
  }

  /** Carries out writes on distinct keys. Never throws: each write has its own result. */
  async write(writes: readonly Write[], signal?: AbortSignal): Promise<readonly WriteResult[]> {
    try {
      const dynamodb = await this.#load();
      this.#writer ??= partiqlWriter(dynamodb, this.#name, this.#clock);
      return await this.#writer(writes, signal);
    } catch (error) {
      return writes.map(() => ({ status: "unavailable", error }));
    }
  }

  /**
   * Reads the items of distinct keys.
   *
   * @throws FanfareError `StoreUnavailable` when DynamoDB did not process all keys; what the SDK throws
   */
  async read(keys: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, StoredRecord>> {
    const loaded = await this.#load();
    const reads = chunksOf(keys, MAX_GET_KEYS).map(async (chunk) => {
      const results = await retryEntries(chunk, {
        ...retriesOf(this.#clock, signal),
        call: (open) => this.#get(loaded, open, signal),
      });
      return results.flatMap((result, index) => itemOf(result, chunk[index]));
    });
    return new Map((await Promise.all(reads)).flat());
  }

  async #get(
    dynamodb: DynamoDb,
    keys: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<readonly EntryResult<StoredRecord | undefined>[]> {
    const Keys = keys.map((key) => ({ [FIELDS.key]: text(key) }));
    const RequestItems = { [this.#name]: { ConsistentRead: true, Keys } };
    const response = await dynamodb.batchGetItem({ RequestItems }, { signal });
    const items = new Map(response.Responses?.[this.#name]?.map((item) => [item[FIELDS.key]?.S, readItem(item)]));
    const unprocessed = new Set(response.UnprocessedKeys?.[this.#name]?.Keys?.map((key) => key[FIELDS.key]?.S));
    return keys.map((key) =>
      unprocessed.has(key)
        ? { ok: false, error: new EntryError("UnprocessedKey", "DynamoDB did not process the key", false) }
        : { ok: true, value: items.get(key) },
    );
  }

  /** Writes the caller's items and one write of the protocol in a transaction. See {@link commitTransaction}. */
  async commit(
    items: readonly TransactWriteItem[],
    write: RecordWrite,
    token: string,
    signal: AbortSignal | undefined,
  ): Promise<CommitWrite> {
    return await commitTransaction(await this.#load(), this.#name, this.#clock, { items, write, token }, signal);
  }
}

/** The item of a key, if it exists. */
function itemOf(result: EntryResult<StoredRecord | undefined>, key: string | undefined): [string, StoredRecord][] {
  if (!result.ok) {
    throw new FanfareError("StoreUnavailable", "DynamoDB did not process all keys", { cause: result.error });
  }
  return key === undefined || result.value === undefined ? [] : [[key, result.value]];
}
