import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoDbLoader } from "../aws/index.ts";
import { type Clock, systemClock } from "../clock/index.ts";
import type { NewItem, StoredItem } from "./item.ts";
import type { ClaimRequest, ClaimResult, IdempotencyStore, SettleResult } from "./store.ts";
import { IdempotencyTable } from "./table.ts";
import type { WriteResult } from "./writer.ts";

/** Options of {@link dynamoDbStore}. */
export interface DynamoDbStoreOptions {
  /** Name of the table: partition key `id` (S), time to live `expiresAt` (N). */
  readonly table: string;
  /**
   * Seconds for which a record is kept. It must be longer than any redelivery of its event can take.
   * @default 2,592,000 (30 days)
   */
  readonly retentionSeconds?: number | undefined;
  /** `true` marks an event done when it is claimed, before it is handled: at-most-once. @default false */
  readonly doneOnClaim?: boolean;
  /** @default made at the first use from the environment, as the SDK does, with a timeout of 3 seconds per request */
  readonly client?: DynamoDBClient | undefined;
  /** @default the system's clock */
  readonly clock?: Clock;
}

/**
 * Milliseconds by which the clocks of two workers may differ. A lease ends only this much later for other workers, so that a
 * worker whose clock is ahead does not take over an event that is in progress.
 */
const CLOCK_SKEW_MS = 2_000;

/** Maximum number of rounds of claim, read back and discard. */
const MAX_ROUNDS = 4;

/**
 * Milliseconds that preloading waits for its read: a function has 10 s to start (Lambda Developer Guide, "Lambda execution
 * environment lifecycle").
 */
const PRELOAD_MS = 2_000;

const DEFAULT_RETENTION_SECONDS = 30 * 24 * 60 * 60;

/**
 * Stores which events were processed in a DynamoDB table. 25 claims take one call, or two if some of the events are known
 * already.
 */
export function dynamoDbStore(options: DynamoDbStoreOptions): IdempotencyStore {
  const { retentionSeconds = DEFAULT_RETENTION_SECONDS, doneOnClaim = false, clock = systemClock } = options;
  const table = new IdempotencyTable(options.table, dynamoDbLoader({ client: options.client, clock }), clock);

  /** Claims by inserting a record. Where there is one already, it is read back; if it is over, it is discarded and claimed afresh. */
  async function claim(
    requests: readonly ClaimRequest[],
    signal?: AbortSignal,
    onClaimed?: (indexes: readonly number[]) => void,
  ): Promise<readonly ClaimResult[]> {
    const results = new Map<string, ClaimResult>();
    let open = requests;
    for (let round = 1; open.length > 0 && round <= MAX_ROUNDS; round++) {
      const refused = await insert(open, results, signal);
      if (round === 1 && refused.length > 0) {
        onClaimed?.(requests.flatMap(({ key }, index) => (results.get(key)?.status === "claimed" ? [index] : [])));
      }
      open = await resolve(refused, results, signal);
    }
    // Unresolved after MAX_ROUNDS: another worker is active, so it is reported as in progress.
    return requests.map(({ key }) => results.get(key) ?? { status: "inProgress", until: clock.now() });
  }

  /** Inserts a record per request. Returns the requests whose record exists already. */
  async function insert(
    requests: readonly ClaimRequest[],
    results: Map<string, ClaimResult>,
    signal: AbortSignal | undefined,
  ): Promise<readonly ClaimRequest[]> {
    const written = await table.write(requests.length, (writer) => writer.insert(requests.map(newItem), signal));
    return requests.filter(({ key }, index) => {
      const result = written[index] ?? { status: "unavailable", error: new Error("no result for the record") };
      if (result.status !== "refused") {
        results.set(key, result.status === "written" ? { status: "claimed" } : result);
      }
      return result.status === "refused";
    });
  }

  /** Reads the existing records back and discards those that are over. Returns the requests to claim afresh. */
  async function resolve(
    refused: readonly ClaimRequest[],
    results: Map<string, ClaimResult>,
    signal: AbortSignal | undefined,
  ): Promise<readonly ClaimRequest[]> {
    const stored = await readBack(refused, results, signal);
    const claimable = refused.filter((request) => {
      const result = results.get(request.key) ?? existing(request, stored.get(request.key));
      if (result !== undefined) {
        results.set(request.key, result);
      }
      return result === undefined;
    });
    await discard(claimable, stored, signal);
    return claimable;
  }

  async function readBack(
    requests: readonly ClaimRequest[],
    results: Map<string, ClaimResult>,
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, StoredItem>> {
    try {
      return await table.read(
        requests.map(({ key }) => key),
        signal,
      );
    } catch (error) {
      for (const { key } of requests) {
        results.set(key, { status: "unavailable", error });
      }
      return new Map();
    }
  }

  /** What an existing record means for a request. `undefined`: the event can be claimed afresh. */
  function existing(request: ClaimRequest, seen: StoredItem | undefined): ClaimResult | undefined {
    if (seen === undefined) {
      return undefined;
    }
    if (seen.owner === request.owner) {
      // An earlier insert succeeded, but its response was lost.
      return { status: "claimed" };
    }
    if (isOver(seen)) {
      return undefined;
    }
    return seen.done ? { status: "done" } : { status: "inProgress", until: seen.leaseUntil + CLOCK_SKEW_MS };
  }

  /** A record whose time to live has ended counts as absent: DynamoDB deletes it days later. */
  function isOver(seen: StoredItem): boolean {
    const now = clock.now();
    return seen.expiresAt * 1_000 <= now || (!seen.done && seen.leaseUntil + CLOCK_SKEW_MS < now);
  }

  /** Any worker may discard a record that is over; only one of the claims that follow is written. */
  async function discard(
    requests: readonly ClaimRequest[],
    stored: ReadonlyMap<string, StoredItem>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const over = requests.flatMap(({ key }) => {
      const seen = stored.get(key);
      return seen === undefined ? [] : [{ key, seen }];
    });
    if (over.length > 0) {
      await table.write(over.length, (writer) => writer.discard(over, signal));
    }
  }

  function newItem(request: ClaimRequest): NewItem {
    return {
      key: request.key,
      owner: request.owner,
      done: request.done ?? doneOnClaim,
      leaseUntil: Math.ceil(request.leaseUntil),
      expiresAt: Math.ceil(clock.now() / 1_000) + retentionSeconds,
    };
  }

  return {
    claim,
    async complete(claims, signal) {
      return (await table.write(claims.length, (writer) => writer.complete(claims, signal))).map(settled);
    },
    async release(claims, signal) {
      return (await table.write(claims.length, (writer) => writer.release(claims, signal))).map(settled);
    },
    commit: (claimed, items, signal) => table.commit(claimed, items, signal),
    async preload() {
      // No event has this key: real keys have separators. If the table cannot be read, the first claim reports it.
      await table.read(["preload"], AbortSignal.timeout(PRELOAD_MS)).catch(() => undefined);
    },
  };
}

function settled(result: WriteResult): SettleResult {
  switch (result.status) {
    case "written":
      return { status: "settled" };
    case "refused":
      return { status: "lost" };
    case "unavailable":
      return result;
  }
}
