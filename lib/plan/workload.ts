import { FanfareError, numberInRange } from "../errors/index.ts";
import { QUOTAS } from "./quotas.ts";

/** What is promised of each event; see docs/guide.md. `commit` is exactly-once with `ctx.commit`. */
export type PlanGuarantee = "at-least-once" | "at-most-once" | "exactly-once" | "commit";

/** The traffic to plan for. Everything but the rate has the default of the constructs, or one that is stated. */
export interface Workload {
  /** Events a second, as an average over the month and, for limits, as the peak to hold. */
  readonly rate: number;
  /** Bytes of one event on the wire: envelope and attributes. @default 1,024 */
  readonly size: number;
  /** Subscribers of the topic, each with a queue and a function. @default 1 */
  readonly subscribers: number;
  /** Share of the events that each subscriber's filter lets through, above 0 to 1. @default 1 */
  readonly matching: number;
  /** @default false */
  readonly fifo: boolean;
  /** Message groups that are active at once, all equally busy. @default 100 on FIFO */
  readonly groups: number;
  /** Milliseconds that the handler takes for one event. @default 50 */
  readonly handlerMs: number;
  /** The mapping's batch size. @default 10 */
  readonly batchSize: number;
  /** The mapping's batching window in seconds; standard queues only. @default 0 */
  readonly windowSeconds: number;
  /** Records of one batch that the wrapper handles at once. @default 10 */
  readonly concurrency: number;
  /** The mapping's maximum concurrency. @default 10, as the constructs set it */
  readonly maxConcurrency: number;
  /** Megabytes of the function. @default 512, as the constructs set it */
  readonly memoryMb: number;
  /** @default `exactly-once` */
  readonly guarantee: PlanGuarantee;
  /** Milliseconds of one call to the idempotency table. @default 5, an assumption */
  readonly storeMs: number;
  /** Milliseconds of an invocation that belong to no record. @default 5, an assumption */
  readonly overheadMs: number;
  /** Events of one PublishBatch, 1 to 10: what the publisher finds to send together. @default 1 */
  readonly publishBatch: number;
  /** Bytes above which a body goes to S3. @default 262,144, as SNS takes no more by default */
  readonly offloadAbove: number;
}

/** Bytes of a message whose body is a pointer into S3, with its attributes. An estimate: bucket and key are of the user's making. */
export const POINTER_BYTES = 600;

/** What the publisher takes at most. Source: `maxPayloadBytes` of `createPublisher`. */
const MAX_PAYLOAD_BYTES = 67_108_864;

/** Fills in the defaults and checks every number. @throws FanfareError `ConfigurationInvalid` */
export function workloadOf(given: Partial<Workload> & Pick<Workload, "rate">): Workload {
  const fifo = given.fifo ?? false;
  const workload: Workload = {
    size: 1_024,
    subscribers: 1,
    matching: 1,
    groups: 100,
    handlerMs: 50,
    batchSize: 10,
    windowSeconds: 0,
    concurrency: 10,
    maxConcurrency: 10,
    memoryMb: 512,
    guarantee: "exactly-once",
    storeMs: 5,
    overheadMs: 5,
    publishBatch: 1,
    offloadAbove: QUOTAS.snsMessageBytes.value,
    ...given,
    fifo,
  };
  for (const [field, low, high, whole] of RANGES) check(field, workload[field], low, high, whole);
  checkTogether(workload);
  return workload;
}

type NumberField = Exclude<keyof Workload, "fifo" | "guarantee">;

const RANGES: readonly (readonly [NumberField, low: number, high: number, whole: boolean])[] = [
  ["rate", 0.000_001, 10_000_000, false],
  ["size", 1, MAX_PAYLOAD_BYTES, true],
  ["subscribers", 1, 12_500_000, true],
  ["matching", 0.000_001, 1, false],
  ["groups", 1, 1_000_000_000, true],
  ["handlerMs", 0, 900_000, false],
  ["batchSize", 1, QUOTAS.batchSizeStandard.value, true],
  ["windowSeconds", 0, QUOTAS.windowSeconds.value, true],
  ["concurrency", 1, 10_000, true],
  ["maxConcurrency", 2, 1_000, true],
  ["memoryMb", 128, 10_240, true],
  ["storeMs", 0, 60_000, false],
  ["overheadMs", 0, 60_000, false],
  ["publishBatch", 1, QUOTAS.batchEntries.value, false],
  ["offloadAbove", 1_024, QUOTAS.sqsMessageBytes.value, true],
];

function check(field: NumberField, value: number, low: number, high: number, whole: boolean): void {
  numberInRange(field, value, low, high);
  if (!whole || Number.isSafeInteger(value)) return;
  throw new FanfareError("ConfigurationInvalid", `${field} is ${value}`, { field, remedy: "give a whole number" });
}

function checkTogether({ fifo, batchSize, windowSeconds }: Workload): void {
  if (fifo && batchSize > QUOTAS.batchSizeFifo.value) {
    throw refuse("batchSize", `batchSize is ${batchSize} on FIFO`, `${QUOTAS.batchSizeFifo.value}`, "give 1 to 10");
  }
  if (fifo && windowSeconds > 0) {
    throw refuse("windowSeconds", "FIFO queues have no batching window", "0 seconds", "leave the window out");
  }
  if (batchSize > QUOTAS.batchSizeFifo.value && windowSeconds < 1) {
    const remedy = "give a window of at least one second, or a batch size of 10";
    throw refuse("windowSeconds", `batchSize is ${batchSize} without a batching window`, "1 second or more", remedy);
  }
}

function refuse(field: string, message: string, limit: string, remedy: string): FanfareError {
  return new FanfareError("ConfigurationInvalid", message, { field, limit, remedy });
}

/** Whether bodies of this workload go to S3. */
export function isOffloaded({ size, offloadAbove }: Workload): boolean {
  return size > offloadAbove;
}

/** Bytes of one message in SNS and SQS. */
export function messageBytes(workload: Workload): number {
  return isOffloaded(workload) ? POINTER_BYTES : workload.size;
}

/** Events a second that reach one subscriber. */
export function deliveryRate({ rate, matching }: Workload): number {
  return rate * matching;
}
