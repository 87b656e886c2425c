import type { Meter } from "@opentelemetry/api";

/** Boundaries of histograms of durations, in seconds. Source: OpenTelemetry semantic conventions 1.45, "Messaging client metrics". */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Boundaries of histograms of waiting times and ages, in seconds: up to the retention of a queue, 14 days. */
const AGES = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400, 345_600, 1_209_600];

/** Boundaries of histograms of sizes, in bytes. */
const SIZES = [1_024, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864];

/** The instruments. Names that begin with `messaging.` are those of the semantic conventions 1.45. */
export function instrumentsOf(meter: Meter) {
  const counter = (name: string, description: string) => meter.createCounter(name, { unit: "{message}", description });
  const histogram = (name: string, unit: string, explicitBucketBoundaries: number[], description: string) =>
    meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries } });
  return {
    consumed: counter("messaging.client.consumed.messages", "Messages received, once their outcome is certain"),
    sent: counter("messaging.client.sent.messages", "Calls of publish that have ended"),
    outcomes: counter("fanfare.outcomes", "Messages by their outcome"),
    inProgress: counter("fanfare.in_progress", "Events that another worker had claimed"),
    processing: histogram("messaging.process.duration", "s", SECONDS, "Time of a handler"),
    operation: histogram("messaging.client.operation.duration", "s", SECONDS, "Time of a call of SNS or SQS"),
    store: histogram("fanfare.store.duration", "s", SECONDS, "Time until the idempotency store responded"),
    publishing: histogram("fanfare.publish.duration", "s", SECONDS, "Time of a call of publish"),
    queueWait: histogram("fanfare.queue.wait", "s", AGES, "Time in the queue before the first receive"),
    eventAge: histogram("fanfare.event.age", "s", AGES, "Time from publication to the end of processing"),
    failingAge: histogram("fanfare.failing_event.age", "s", AGES, "Age of events that fail and are to be redelivered"),
    buffered: histogram("fanfare.publish.buffered", "By", SIZES, "Bytes that wait in the publisher or are being sent"),
    offloaded: histogram("fanfare.payload.offloaded", "By", SIZES, "Size of an offloaded body"),
  };
}

export type Instruments = ReturnType<typeof instrumentsOf>;
