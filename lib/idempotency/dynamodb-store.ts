import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type AwsClient, type DebugLogger, dynamoDbLoader, tableAddress } from "../aws/index.ts";
import { type Clock, systemClock } from "../clock/index.ts";
import { ClaimRun } from "./claim-run.ts";
import { commitClaimed, commitUnclaimed } from "./commit.ts";
import { complete, countStart, isStartedBy, release, startOnce, type Write } from "./protocol/index.ts";
import type { Claim, IdempotencyStore, SettleResult, StartRequest } from "./store.ts";
import { IdempotencyTable } from "./table.ts";
import type { WriteResult } from "./writer.ts";

/** Options of {@link dynamoDbStore}. */
export interface DynamoDbStoreOptions {
  /** Name of the table, or its ARN if it is in another Region: partition key `id` (S), time to live `expiresAt` (N). */
  readonly table: string;
  /**
   * Seconds for which a record is kept. It must be longer than any redelivery of its event can take.
   * @default 2,592,000 (30 days)
   */
  readonly retentionSeconds?: number | undefined;
  /** @default made at the first use from the environment, as the SDK does, with a timeout of 3 seconds per request */
  readonly client?: DynamoDBClient | undefined;
  /** Which client is made where none is given. @default as for `consume` */
  readonly awsClient?: AwsClient | undefined;
  /** Is told at debug level which client was made. @default nobody */
  readonly logger?: DebugLogger | undefined;
  /** @default the system's clock */
  readonly clock?: Clock;
}

/**
 * Milliseconds that preloading waits for its read: a function has 10 s to start (Lambda Developer Guide, "Lambda execution
 * environment lifecycle").
 */
const PRELOAD_MS = 2_000;

const DEFAULT_RETENTION_SECONDS = 30 * 24 * 60 * 60;

/**
 * Stores which events were processed in a DynamoDB table. 25 claims take one call, and two more if some of the events are known
 * already.
 */
export function dynamoDbStore(options: DynamoDbStoreOptions): IdempotencyStore {
  const { retentionSeconds = DEFAULT_RETENTION_SECONDS, clock = systemClock } = options;
  const { name, region } = tableAddress(options.table);
  const table = new IdempotencyTable(
    name,
    dynamoDbLoader({ ...options, client: options.client, clock }, region),
    clock,
  );

  async function settle(writes: readonly Write[], signal: AbortSignal | undefined): Promise<readonly SettleResult[]> {
    return (await table.write(writes, signal)).map(settled);
  }

  /** A start that is refused may have been written by an earlier call whose response was lost. */
  async function start(requests: readonly StartRequest[], signal?: AbortSignal): Promise<readonly SettleResult[]> {
    const results = await settle(
      requests.map((request) => (request.once === true ? startOnce : countStart)(request, request.tries)),
      signal,
    );
    const refused = requests.filter(({ once }, index) => once === true && results[index]?.status === "lost");
    if (refused.length === 0) {
      return results;
    }
    const started = await startedOf(refused, signal);
    return results.map((result, index) => started.get(requests[index]?.key ?? "") ?? result);
  }

  async function startedOf(
    refused: readonly Claim[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, SettleResult>> {
    try {
      const records = await table.read(
        refused.map(({ key }) => key),
        signal,
      );
      return new Map(
        refused.map((claim) => [
          claim.key,
          { status: isStartedBy(records.get(claim.key), claim) ? "settled" : "lost" },
        ]),
      );
    } catch (error) {
      return new Map(refused.map(({ key }) => [key, { status: "unavailable", error }]));
    }
  }

  return {
    claim: (requests, signal, onClaimed) =>
      new ClaimRun({ table, clock, retentionSeconds, signal }).claim(requests, onClaimed),
    start,
    complete: (claims, signal) => settle(claims.map(complete), signal),
    release: (claims, signal) =>
      settle(
        claims.map((claim) => release(claim, { ...claim, tries: claim.tries ?? 0 })),
        signal,
      ),
    commit: (claim, items, signal) => commitClaimed(table, claim, items, signal),
    commitUnclaimed: (request, items, signal) =>
      commitUnclaimed({ table, clock, retentionSeconds, signal }, request, items),
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
