import { concurrencyOf, storeCalls } from "./concurrency.ts";
import { QUOTAS } from "./quotas.ts";
import { deliveryRate, isOffloaded, messageBytes, type Workload } from "./workload.ts";

/** Seconds of one long poll that finds nothing. Source: Amazon SQS API Reference, ReceiveMessage. */
const LONG_POLL_SECONDS = 20;

/** Calls and units per second, of all subscribers together unless stated otherwise. */
export interface Traffic {
  /** Publish or PublishBatch. */
  readonly publish: number;
  /** Publish requests as billed: each 64 KiB of a call is one. */
  readonly publishBilled: number;
  /** Messages that SNS delivers to queues. */
  readonly deliveries: number;
  readonly receive: number;
  readonly remove: number;
  /** Long polls of idle pollers that find nothing. */
  readonly emptyReceive: number;
  /** SQS requests as billed: delivered messages, receives, deletes, each 64 KiB of a call being one. */
  readonly sqsBilled: number;
  readonly invocations: number;
  /** BatchExecuteStatement and TransactWriteItems. */
  readonly tableCalls: number;
  /** Write request units for each event's record at each subscriber. */
  readonly tableWrites: number;
  readonly s3Puts: number;
  readonly s3Gets: number;
}

/**
 * Write request units of one event's record at one subscriber: a write of up to 1 KB is one, in a transaction two. What the handler
 * writes itself is not counted. A test compares this with the capacity that the local DynamoDB reports.
 */
export const WRITES: Readonly<Record<Workload["guarantee"], number>> = {
  "at-least-once": 0,
  // The claim, the start and the end.
  "at-most-once": 3,
  // The claim and the completion.
  "exactly-once": 2,
  // The claim, and the completion in the handler's transaction.
  commit: 3,
  // Claim and completion are one item of the handler's transaction.
  "claim-with-commit": 2,
};

/** Calculates the calls per second of a workload, without retries and dead letters: those are faults, not load. */
export function trafficOf(workload: Workload): Traffic {
  const { rate, subscribers, publishBatch } = workload;
  const bytes = messageBytes(workload);
  const perSubscriber = deliveryRate(workload);
  const { batch, invocations, busy } = concurrencyOf(workload);
  const perCall = Math.min(batch, QUOTAS.batchEntries.value);
  const deliveries = perSubscriber * subscribers;
  const receive = deliveries / perCall;
  const remove = deliveries / perCall;
  const idle = Math.max(0, Math.min(QUOTAS.mappingStart.value, workload.maxConcurrency) - busy) * subscribers;
  const emptyReceive = idle / LONG_POLL_SECONDS;
  const publish = rate / entriesOfCall(bytes, publishBatch);
  const offloaded = isOffloaded(workload);
  return {
    publish,
    publishBilled: publish * chunks(bytes * (rate / publish)),
    deliveries,
    receive,
    remove,
    emptyReceive,
    sqsBilled: deliveries * chunks(bytes) + receive * chunks(bytes * perCall) + remove + emptyReceive,
    invocations: invocations * subscribers,
    tableCalls: tableCalls(workload, batch, invocations * subscribers, deliveries),
    tableWrites: deliveries * WRITES[workload.guarantee],
    s3Puts: offloaded ? rate : 0,
    s3Gets: offloaded ? deliveries : 0,
  };
}

/** A batch as a whole must not exceed the message size of the topic. */
function entriesOfCall(bytes: number, publishBatch: number): number {
  return Math.max(1, Math.min(publishBatch, Math.floor(QUOTAS.snsMessageBytes.value / bytes)));
}

function tableCalls(workload: Workload, batch: number, invocations: number, deliveries: number): number {
  const transactions = ["commit", "claim-with-commit"].includes(workload.guarantee) ? deliveries : 0;
  return invocations * storeCalls(workload, batch) + transactions;
}

function chunks(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / QUOTAS.billedChunkBytes.value));
}
