import { FanfareError } from "../errors/index.ts";
import { type Concurrency, concurrencyOf } from "./concurrency.ts";
import { type Cost, costOf } from "./cost.ts";
import { type BindingLimit, limitsOf, warningsOf } from "./limits.ts";
import { PRICES, PRICES_OF, type PriceOverrides } from "./prices.ts";
import { QUOTAS, type QuotaOverrides } from "./quotas.ts";
import { type Storage, storageOf } from "./storage.ts";
import { type Traffic, trafficOf } from "./traffic.ts";
import { deliveryRate, isOffloaded, type Workload, workloadOf } from "./workload.ts";

/** What a workload needs from AWS. */
export interface Plan {
  readonly workload: Workload;
  readonly offloaded: boolean;
  readonly traffic: Traffic;
  /** The concurrency of one subscriber's function. */
  readonly concurrency: Concurrency;
  readonly shards: Shards;
  readonly storage: Storage;
  /** The limits in the order in which they bind. */
  readonly limits: readonly BindingLimit[];
  readonly cost: Cost;
  readonly warnings: readonly string[];
  readonly prices: typeof PRICES_OF;
}

/** Partitions that AWS adds by itself as traffic grows. It does so slowly: a sudden peak is throttled meanwhile. */
export interface Shards {
  /** Of one FIFO queue, by its calls; `undefined` on standard queues. */
  readonly queuePartitions: number | undefined;
  /** Of the idempotency table, by its writes; 0 without one. */
  readonly tablePartitions: number;
}

/** Values to use instead of those in the tables. */
export interface PlanOverrides {
  readonly prices?: PriceOverrides;
  readonly quotas?: QuotaOverrides;
}

/**
 * Plans a workload: calls per second, concurrency and pollers, partitions, the limits in the order in which they bind, and the
 * monthly cost. Pure arithmetic, without calls of AWS.
 *
 * @throws FanfareError `ConfigurationInvalid` for a number out of its range, or an unknown price or quota
 */
export function planOf(given: Partial<Workload> & Pick<Workload, "rate">, overrides: PlanOverrides = {}): Plan {
  const workload = workloadOf(given);
  checkOverrides("price", overrides.prices ?? {}, Object.keys(PRICES));
  checkOverrides("quota", overrides.quotas ?? {}, Object.keys(QUOTAS));
  const traffic = trafficOf(workload);
  return {
    workload,
    offloaded: isOffloaded(workload),
    traffic,
    concurrency: concurrencyOf(workload),
    shards: {
      queuePartitions: workload.fifo ? queuePartitions(workload, traffic) : undefined,
      tablePartitions: Math.ceil(traffic.tableWrites / QUOTAS.partitionWrites.value),
    },
    storage: storageOf(workload),
    limits: limitsOf(workload, overrides.quotas),
    cost: costOf(workload, overrides.prices),
    warnings: warningsOf(workload),
    prices: PRICES_OF,
  };
}

/** The sends of SNS count one by one: how it batches them is not documented. */
function queuePartitions(workload: Workload, traffic: Traffic): number {
  const calls = Math.max(deliveryRate(workload), traffic.receive / workload.subscribers);
  return Math.max(1, Math.ceil(calls / QUOTAS.sqsPartitionCalls.value));
}

function checkOverrides(kind: string, given: object, known: readonly string[]): void {
  for (const [name, value] of Object.entries(given)) {
    if (!known.includes(name)) {
      const remedy = `use one of ${known.join(", ")}`;
      throw new FanfareError("ConfigurationInvalid", `there is no ${kind} called ${name}`, { field: kind, remedy });
    }
    if (typeof value !== "number" || !Number.isFinite(value) || value < 0 || (kind === "quota" && value === 0)) {
      throw new FanfareError("ConfigurationInvalid", `the ${kind} ${name} is ${String(value)}, which is out of range`, {
        field: kind,
        remedy: kind === "quota" ? "give a number above zero" : "give zero or a number above zero",
      });
    }
  }
}
