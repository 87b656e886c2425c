import { trafficOf } from "./traffic.ts";
import { isOffloaded, type Workload } from "./workload.ts";

/**
 * Metrics that `metrics()` writes for one consumer and for the publishers of one topic. Usually: a consumer with a store that has retries of one
 * cause. At most: all causes, and as many errors as are told apart. A test compares them with what is written.
 */
export const METRIC_COUNTS = { consumer: 9, consumerAtMost: 39, publishers: 4, publishersAtMost: 6 } as const;

/** Bytes of the lines of `metrics()`. Estimates; a test compares them with real lines. */
export const LINE_BYTES = { invocation: 500, record: 10, publish: 390, event: 5 } as const;

/** Metrics of an account from which on it is worth to ask whether all are looked at. */
export const MANY_METRICS = 100;

/** What `metrics()` makes CloudWatch bill. */
export interface OwnMetrics {
  readonly metrics: number;
  /** If every cause and every error occurs. */
  readonly metricsAtMost: number;
  readonly logBytesPerSecond: number;
}

/** Calculates what the metrics of a workload are; nothing without them. Each call of a publisher is taken to write a line. */
export function ownMetricsOf(workload: Workload): OwnMetrics {
  const { metrics, rate, subscribers } = workload;
  if (!metrics) {
    return { metrics: 0, metricsAtMost: 0, logBytesPerSecond: 0 };
  }
  const { invocations, deliveries, publish } = trafficOf(workload);
  const offloaded = isOffloaded(workload) ? 1 : 0;
  const consuming = invocations * LINE_BYTES.invocation + deliveries * LINE_BYTES.record;
  const publishing = publish * LINE_BYTES.publish + rate * LINE_BYTES.event;
  return {
    metrics: subscribers * METRIC_COUNTS.consumer + METRIC_COUNTS.publishers + offloaded,
    metricsAtMost: subscribers * METRIC_COUNTS.consumerAtMost + METRIC_COUNTS.publishersAtMost,
    logBytesPerSecond: consuming + publishing,
  };
}
