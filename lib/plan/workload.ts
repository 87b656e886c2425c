import { FanfareError, numberInRange } from "../errors/index.ts";
import { QUOTAS } from "./quotas.ts";

/**
 * The processing guarantee; see docs/guide.md. `commit` is exactly-once with `ctx.commit`, and `claim-with-commit` the same with
 * `claim: "with-commit"`.
 */
export type PlanGuarantee = "at-least-once" | "at-most-once" | "exactly-once" | "commit" | "claim-with-commit";

/** The presets of the constructs' alarms, and none. */
export type PlanAlarms = "none" | "lean" | "standard" | "full";

/** The traffic to plan for. Everything except the rate has the default of the constructs, or one that is stated. */
export interface Workload {
  /** Events per second: for the cost the average of a month, for limits the peak to sustain. */
  readonly rate: number;
  /** Bytes of one event on the wire: envelope and attributes. @default 1,024 */
  readonly size: number;
  /** Subscribers of the topic, each with a queue and a function. @default 1 */
  readonly subscribers: number;
  /** Share of the events that each subscriber's filter lets through, above 0 to 1. @default 1 */
  readonly matching: number;
  /** @default false */
  readonly fifo: boolean;
  /** Message groups that are active at the same time, all equally busy. @default 100 on FIFO */
  readonly groups: number;
  /** Milliseconds of the handler per event. @default 50 */
  readonly handlerMs: number;
  /** The mapping's batch size. @default 10 */
  readonly batchSize: number;
  /** The mapping's batching window in seconds; standard queues only. @default 0 */
  readonly windowSeconds: number;
  /** Records of one batch that the consumer handles concurrently. @default 10 */
  readonly concurrency: number;
  /** The mapping's maximum concurrency. @default 10, as the constructs set it */
  readonly maxConcurrency: number;
  /** Megabytes of the function. @default 512, as the constructs set it */
  readonly memoryMb: number;
  /** @default `exactly-once` */
  readonly guarantee: PlanGuarantee;
  /** Milliseconds of one call to the idempotency table. @default 5, an assumption */
  readonly storeMs: number;
  /** Milliseconds per invocation that do not depend on its records. @default 5, an assumption */
  readonly overheadMs: number;
  /** Events per PublishBatch, 1 to 10: those that the publisher can send together. @default 1 */
  readonly publishBatch: number;
  /** Bytes above which a body is stored in S3. @default 262,144, the default maximum of SNS */
  readonly offloadAbove: number;
  /** The preset of the alarms. @default `standard`, as the constructs set it */
  readonly alarms: PlanAlarms;
  /** Whether publishers and handlers write metrics, with `metrics()`. @default false */
  readonly metrics: boolean;
  /** Whether the topic has a dashboard. @default true, as the constructs set it */
  readonly dashboard: boolean;
}

/** Bytes of a message whose body is a pointer to S3, with its attributes. An estimate: the user names bucket and prefix. */
export const POINTER_BYTES = 600;

/** Largest payload of the publisher, in bytes. Source: `maxPayloadBytes` of `createPublisher`. */
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
    alarms: "standard",
    metrics: false,
    dashboard: true,
    ...given,
    fifo,
  };
  for (const [field, low, high, whole] of RANGES) {
    const value = numberInRange(field, workload[field], low, high);
    if (whole && !Number.isSafeInteger(value)) {
      throw new FanfareError("ConfigurationInvalid", `${field} is ${value}`, { field, remedy: "give a whole number" });
    }
  }
  checkTogether(workload);
  return workload;
}

type NumberField = Exclude<keyof Workload, "fifo" | "guarantee" | "alarms" | "metrics" | "dashboard">;

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

function checkTogether({ fifo, batchSize, windowSeconds }: Workload): void {
  if (fifo && batchSize > QUOTAS.batchSizeFifo.value) {
    throw refuse(
      "batchSize",
      `batchSize is ${batchSize} on a FIFO queue`,
      `${QUOTAS.batchSizeFifo.value}`,
      "give 1 to 10",
    );
  }
  if (fifo && windowSeconds > 0) {
    throw refuse(
      "windowSeconds",
      `windowSeconds is ${windowSeconds}, but FIFO queues have no batching window`,
      "0 seconds",
      "leave windowSeconds out",
    );
  }
  if (batchSize > QUOTAS.batchSizeFifo.value && windowSeconds < 1) {
    const remedy = "give a window of at least one second, or a batch size of 10";
    throw refuse("windowSeconds", `batchSize is ${batchSize} without a batching window`, "1 second or more", remedy);
  }
}

function refuse(field: string, message: string, limit: string, remedy: string): FanfareError {
  return new FanfareError("ConfigurationInvalid", message, { field, limit, remedy });
}

/** Whether bodies of this workload are stored in S3. */
export function isOffloaded({ size, offloadAbove }: Workload): boolean {
  return size > offloadAbove;
}

/** Bytes of one message in SNS and SQS. */
export function messageBytes(workload: Workload): number {
  return isOffloaded(workload) ? POINTER_BYTES : workload.size;
}

/** Events per second that reach one subscriber. */
export function deliveryRate({ rate, matching }: Workload): number {
  return rate * matching;
}
