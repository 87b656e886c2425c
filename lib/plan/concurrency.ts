import { QUOTAS } from "./quotas.ts";
import { deliveryRate, messageBytes, type Workload } from "./workload.ts";

/** Bytes of a record's metadata in Lambda's event: ids, receipt handle, attributes. An estimate. */
const RECORD_METADATA_BYTES = 1_000;

/** Share of the time that invocations may be busy. Above it, waiting grows and a queue takes long to empty after a burst. */
export const TARGET_UTILISATION = 0.7;

/** The load of one subscriber's function. */
export interface Concurrency {
  /** Messages per batch, on average. */
  readonly batch: number;
  /** Milliseconds per invocation, on average. */
  readonly invocationMs: number;
  /** Invocations per second. */
  readonly invocations: number;
  /** Concurrent invocations, on average, by Little's law: arrivals per second times seconds each. */
  readonly busy: number;
  /** The concurrency to allow: {@link busy} at {@link TARGET_UTILISATION}, but at least 2, the minimum of a mapping. */
  readonly needed: number;
  /** Minutes that a mapping in the standard mode takes from its first five invocations to {@link needed}. */
  readonly rampMinutes: number;
  /** Pollers for the same concurrency in provisioned mode. */
  readonly pollers: number;
}

/** The largest batch that Lambda hands over: the batch size, or what 6 MB hold. Source: {@link QUOTAS}.invocationBytes. */
export function largestBatch(workload: Workload): number {
  const bytes = messageBytes(workload) + RECORD_METADATA_BYTES;
  return Math.max(1, Math.min(workload.batchSize, Math.floor(QUOTAS.invocationBytes.value / bytes)));
}

/**
 * Milliseconds of an invocation with `batch` records, one wave after another of those that run at once. On FIFO only different
 * groups run at once: of `n` records drawn from `g` groups `g(1 - (1 - 1/g)^n)` are of different ones.
 */
export function invocationMs(workload: Workload, batch: number): number {
  const { fifo, concurrency, handlerMs, overheadMs } = workload;
  const lanes = Math.max(1, Math.min(concurrency, fifo ? groupsOfBatch(workload, batch) : batch));
  // Waves are whole on standard queues; groups of unequal length overlap, and fractions are the average.
  const waves = fifo ? batch / lanes : Math.max(1, batch / lanes);
  return overheadMs + storeCalls(workload, batch) * workload.storeMs + waves * handlerMs;
}

/** Different message groups in a batch of a FIFO queue, on average. */
export function groupsOfBatch({ groups }: Workload, batch: number): number {
  return groups * (1 - (1 - 1 / groups) ** batch);
}

/** Calls to the idempotency table for one batch, 25 records a call. Source: {@link QUOTAS}.partiqlStatements. */
export function storeCalls({ guarantee }: Workload, batch: number): number {
  const calls = Math.ceil(batch / QUOTAS.partiqlStatements.value);
  switch (guarantee) {
    case "at-least-once":
      return 0;
    case "claim-with-commit":
      // The handler's transaction is part of its own time.
      return 0;
    case "at-most-once":
      return 3 * calls;
    case "exactly-once":
      return 2 * calls;
    case "commit":
      // The handler's transaction is part of its own time; the claims are batched.
      return calls;
  }
}

/**
 * The concurrency of one subscriber's function, by Little's law.
 *
 * A mapping polls with five pollers and scales only when they do not keep up, so that batches fill before the number of
 * invocations grows: the average batch is the one that five invocations at a time get through, between 1 and the largest
 * batch, or what gathers in the batching window of five pollers.
 */
export function concurrencyOf(workload: Workload): Concurrency {
  const arrivals = deliveryRate(workload);
  const batch = averageBatch(workload, arrivals);
  const ms = invocationMs(workload, batch);
  const invocations = arrivals / batch;
  const busy = (invocations * ms) / 1_000;
  const needed = Math.max(2, Math.ceil(busy / TARGET_UTILISATION));
  const start = QUOTAS.mappingStart.value;
  return {
    batch,
    invocationMs: ms,
    invocations,
    busy,
    needed,
    rampMinutes: Math.max(0, needed - start) / QUOTAS.mappingRamp.value,
    pollers: Math.max(
      2,
      Math.ceil(needed / QUOTAS.pollerConcurrency.value),
      Math.ceil((arrivals * messageBytes(workload)) / QUOTAS.pollerBytes.value),
    ),
  };
}

function averageBatch(workload: Workload, arrivals: number): number {
  const largest = largestBatch(workload);
  const { maxConcurrency, fifo, groups } = workload;
  const start = Math.min(QUOTAS.mappingStart.value, maxConcurrency, fifo ? groups : Number.POSITIVE_INFINITY);
  const gathered = (arrivals * workload.windowSeconds) / start;
  const keepsUp = (batch: number): boolean => (batch * 1_000 * start) / invocationMs(workload, batch) >= arrivals;
  let batch = Math.min(largest, Math.max(1, gathered));
  if (keepsUp(batch)) {
    return batch;
  }
  if (!keepsUp(largest)) {
    return largest;
  }
  let high = largest;
  while (high - batch > 0.001) {
    const middle = (batch + high) / 2;
    if (keepsUp(middle)) {
      high = middle;
    } else {
      batch = middle;
    }
  }
  return high;
}
