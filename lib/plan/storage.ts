import { WRITES } from "./traffic.ts";
import { deliveryRate, isOffloaded, type Workload } from "./workload.ts";

/**
 * Days for which the constructs keep payloads and idempotency records with default retentions: 23 days of SNS's retries, 14 of
 * the subscription's dead-letter queue, twice 4 of the queue and twice 14 of its dead-letter queue.
 */
export const KEPT_DAYS = 73;

/** Bytes of an idempotency record with the 100 bytes that DynamoDB counts for each item. An estimate: names are the user's. */
export const RECORD_BYTES = 400;

const DAY = 86_400;

/** What is stored once the workload has run for longer than its retentions. */
export interface Storage {
  /** Idempotency records, in bytes. */
  readonly recordBytes: number;
  /** Payloads in S3, in bytes. */
  readonly payloadBytes: number;
}

/** Calculates what is stored. DynamoDB may delete expired items some days late, which is left out. */
export function storageOf(workload: Workload): Storage {
  const { rate, subscribers, size, guarantee } = workload;
  const records = WRITES[guarantee] === 0 ? 0 : deliveryRate(workload) * subscribers * KEPT_DAYS * DAY;
  return {
    recordBytes: records * RECORD_BYTES,
    payloadBytes: isOffloaded(workload) ? rate * KEPT_DAYS * DAY * size : 0,
  };
}
