import type { AttributeValue, DynamoDBClient, KeysAndAttributes } from "@aws-sdk/client-dynamodb";
import { type DynamoDbSdk, dynamoDbLoader } from "../aws/index.ts";
import { backoff, type Clock, sleep, systemClock } from "../clock/index.ts";
import { describeError, FanfareError } from "../errors/index.ts";
import { commitTransaction } from "./commit.ts";
import { conditionalWriter } from "./conditional-writer.ts";
import { FIELDS, type NewItem, readItem, type StoredItem, text } from "./item.ts";
import { partiqlWriter } from "./partiql-writer.ts";
import type { Claim, ClaimOutcome, ClaimRequest, IdempotencyStore, SettleOutcome } from "./store.ts";
import type { SeenItem, WriteOutcome, Writer } from "./writer.ts";

/** What {@link dynamoDbStore} takes. */
export interface DynamoDbStoreOptions {
  readonly table: string;
  /** Seconds that records are kept: longer than any redelivery of their event can take. @default 30 days */
  readonly retentionSeconds?: number | undefined;
  /**
   * `true` marks an event done when it is claimed, before it is handled: at-most-once.
   * @default false
   */
  readonly doneOnClaim?: boolean;
  /** @default made at the first use from the environment, as the SDK does, with short timeouts */
  readonly client?: DynamoDBClient | undefined;
  /** @default the machine's */
  readonly clock?: Clock;
}

/**
 * Milliseconds by which the clocks of two workers may differ: a lease is over for others only this much later, so that a
 * worker whose clock is ahead does not take over what is still being done.
 */
const CLOCK_SKEW_MS = 2_000;

/** Keys of one `BatchGetItem`. Source: DynamoDB API Reference, `BatchGetItem`. */
const MAX_GET_KEYS = 100;

/** Rounds of claim, read, discard before a record that keeps changing counts as held. */
const MAX_ROUNDS = 4;

/**
 * Milliseconds that preloading waits for its read: a function has 10 s to start (Lambda Developer Guide, "Lambda execution environment
 * lifecycle").
 */
const PRELOAD_MS = 2_000;

const DEFAULT_RETENTION_SECONDS = 30 * 24 * 60 * 60;

interface Loaded {
  readonly sdk: DynamoDbSdk;
  readonly client: DynamoDBClient;
  writer: Writer;
}

/**
 * Records of processed events in a DynamoDB table with the partition key `id` (S) and the time to live `expiresAt` (N).
 * A claim costs one write; 25 go in a call.
 */
export function dynamoDbStore(options: DynamoDbStoreOptions): IdempotencyStore {
  const { table, retentionSeconds = DEFAULT_RETENTION_SECONDS, doneOnClaim = false, clock = systemClock } = options;

  const loadClient = dynamoDbLoader(options.client);
  let loading: Promise<Loaded> | undefined;
  const load = () => {
    loading ??= loadClient().then(({ sdk, client }) => ({
      sdk,
      client,
      writer: partiqlWriter(sdk, client, table, clock),
    }));
    return loading;
  };
  const expiryFromNow = () => Math.ceil(clock.now() / 1_000) + retentionSeconds;

  /** Runs writes; a store that does not know PartiQL is written to one by one from then on. */
  async function write(
    count: number,
    call: (writer: Writer) => Promise<readonly WriteOutcome[]>,
  ): Promise<readonly WriteOutcome[]> {
    try {
      const loaded = await load();
      try {
        return await call(loaded.writer);
      } catch (error) {
        if (describeError(error).name !== "UnknownOperationException") {
          throw error;
        }
        loaded.writer = conditionalWriter(loaded.sdk, loaded.client, table);
        return await call(loaded.writer);
      }
    } catch (error) {
      return Array.from({ length: count }, () => ({ status: "unavailable", error }) as const);
    }
  }

  async function read(keys: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, StoredItem>> {
    const { sdk, client } = await load();
    const found = new Map<string, StoredItem>();
    for (let at = 0; at < keys.length; at += MAX_GET_KEYS) {
      let request: Record<string, KeysAndAttributes> | undefined = {
        [table]: {
          ConsistentRead: true,
          Keys: keys.slice(at, at + MAX_GET_KEYS).map((key) => ({ [FIELDS.key]: text(key) })),
        },
      };
      for (let attempt = 1; request !== undefined; attempt++) {
        const answer: {
          Responses?: Record<string, Record<string, AttributeValue>[]>;
          UnprocessedKeys?: Record<string, KeysAndAttributes>;
        } = await client.send(
          new sdk.BatchGetItemCommand({ RequestItems: request }),
          signal === undefined ? {} : { abortSignal: signal },
        );
        for (const item of answer.Responses?.[table] ?? []) {
          const key = item[FIELDS.key]?.S;
          if (key !== undefined) {
            found.set(key, readItem(item));
          }
        }
        const rest = answer.UnprocessedKeys;
        request = rest !== undefined && Object.keys(rest).length > 0 ? rest : undefined;
        if (request !== undefined) {
          if (attempt === MAX_ROUNDS) {
            throw new FanfareError("StoreUnavailable", "DynamoDB left keys unprocessed");
          }
          await sleep(clock, backoff(clock, attempt, 25, 800), signal);
        }
      }
    }
    return found;
  }

  async function claim(
    requests: readonly ClaimRequest[],
    signal?: AbortSignal,
    onClaimed?: (indexes: readonly number[]) => void,
  ): Promise<readonly ClaimOutcome[]> {
    const outcomes = new Map<string, ClaimOutcome>();
    let open = [...requests];
    for (let round = 0; open.length > 0 && round < MAX_ROUNDS; round++) {
      const written = await write(open.length, (writer) => writer.insert(open.map(itemOf), signal));
      const refused = collect(open, written, outcomes);
      if (refused.length === 0) {
        break;
      }
      if (round === 0) {
        onClaimed?.(requests.flatMap(({ key }, index) => (outcomes.get(key)?.status === "claimed" ? [index] : [])));
      }
      open = await resolve(refused, outcomes, signal);
    }
    // What has no outcome kept changing: somebody is at it.
    return requests.map((request) => outcomes.get(request.key) ?? { status: "inProgress", until: clock.now() });
  }

  /** Looks at the records that were there already, discards what is over, and answers the requests to claim afresh. */
  async function resolve(
    refused: readonly ClaimRequest[],
    outcomes: Map<string, ClaimOutcome>,
    signal?: AbortSignal,
  ): Promise<ClaimRequest[]> {
    let stored: ReadonlyMap<string, StoredItem>;
    try {
      stored = await read(
        refused.map((request) => request.key),
        signal,
      );
    } catch (error) {
      for (const request of refused) {
        outcomes.set(request.key, { status: "unavailable", error });
      }
      return [];
    }
    const again: ClaimRequest[] = [];
    const over: SeenItem[] = [];
    for (const request of refused) {
      const seen = stored.get(request.key);
      if (seen === undefined) {
        again.push(request);
      } else if (seen.owner === request.owner) {
        outcomes.set(request.key, { status: "claimed" });
      } else if (isOver(seen)) {
        over.push({ key: request.key, seen });
        again.push(request);
      } else if (seen.done) {
        outcomes.set(request.key, { status: "done" });
      } else {
        outcomes.set(request.key, { status: "inProgress", until: seen.leaseUntil + CLOCK_SKEW_MS });
      }
    }
    // Whoever discards it first may claim it afresh, like everyone else; only one of those claims is written.
    if (over.length > 0) {
      await write(over.length, (writer) => writer.discard(over, signal));
    }
    return again;
  }

  /** Notes what was written or unavailable, and answers what was refused. */
  function collect(
    requests: readonly ClaimRequest[],
    written: readonly WriteOutcome[],
    outcomes: Map<string, ClaimOutcome>,
  ): ClaimRequest[] {
    const refused: ClaimRequest[] = [];
    for (const [index, request] of requests.entries()) {
      const outcome = written[index];
      if (outcome?.status === "refused") {
        refused.push(request);
      } else if (outcome?.status === "written") {
        outcomes.set(request.key, { status: "claimed" });
      } else {
        outcomes.set(request.key, { status: "unavailable", error: outcome?.error ?? new Error("no outcome") });
      }
    }
    return refused;
  }

  /** A record whose time to live is over counts as absent: DynamoDB deletes it days later. */
  function isOver(seen: StoredItem): boolean {
    const now = clock.now();
    return seen.expiresAt * 1_000 <= now || (!seen.done && seen.leaseUntil + CLOCK_SKEW_MS < now);
  }

  function itemOf(request: ClaimRequest): NewItem {
    return {
      key: request.key,
      owner: request.owner,
      done: request.done ?? doneOnClaim,
      leaseUntil: Math.ceil(request.leaseUntil),
      expiresAt: expiryFromNow(),
    };
  }

  return {
    claim,
    async preload() {
      await load();
      // Nobody has this key: real ones have separators. When the table cannot be read, the first claim says so.
      await read(["preload"], AbortSignal.timeout(PRELOAD_MS)).catch(() => undefined);
    },
    async complete(claims, signal) {
      const written = await write(claims.length, (writer) => writer.complete(claims, signal));
      return written.map(settled);
    },
    async release(claims, signal) {
      const written = await write(claims.length, (writer) => writer.release(claims, signal));
      return written.map(settled);
    },
    async commit(claimed: Claim, items, signal) {
      const { sdk, client } = await load();
      await commitTransaction(sdk, client, table, clock, claimed, items, signal);
    },
  };
}

function settled(outcome: WriteOutcome): SettleOutcome {
  switch (outcome.status) {
    case "written":
      return { status: "settled" };
    case "refused":
      return { status: "lost" };
    case "unavailable":
      return outcome;
  }
}
