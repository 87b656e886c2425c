/** How the values of an invocation are told: their sum, each of them, or the largest. */
export type MetricKeeps = "sum" | "values" | "max";

/** Units of CloudWatch that metrics have. Source: Amazon CloudWatch API Reference, `MetricDatum`. */
export type MetricUnit = "Count" | "Milliseconds" | "Seconds" | "Bytes";

/** A metric: what its values are, and the dimension that it has besides that of its consumer or destination. */
export interface MetricDefinition {
  readonly unit: MetricUnit;
  readonly keeps: MetricKeeps;
  readonly by?: string;
}

/** Dimensions of metrics. */
export const METRIC_DIMENSIONS = {
  /** The consumer's name. */
  consumer: "Consumer",
  /** Name of the topic or queue that a publisher publishes to. */
  destination: "Destination",
  /** Why a message is redelivered. */
  cause: "Cause",
  /** Name of the error of a dead letter. */
  error: "Error",
} as const;

const count = { unit: "Count", keeps: "sum" } as const;
const time = { unit: "Milliseconds", keeps: "values" } as const;

/** The metrics of a consumer, by name. */
export const CONSUMER_METRICS = {
  /** Messages whose events were handled. */
  Processed: count,
  /** Messages whose events had been handled before. */
  Duplicates: count,
  /** Messages past their expiry time. */
  Expired: count,
  /** Messages that are not for the consumer. */
  Ignored: count,
  /** Messages to be redelivered. */
  Retried: { ...count, by: METRIC_DIMENSIONS.cause },
  /** Messages sent to the dead-letter queue. */
  DeadLettered: { ...count, by: METRIC_DIMENSIONS.error },
  /** Events that another worker had claimed. */
  InProgress: count,
  /** Per start of a handler: the time until its end. */
  HandlerTime: time,
  /** Per message that is received for the first time: the time in the queue before. */
  QueueWait: time,
  /** Per message that was handled: the time since its event was published. */
  EventAge: time,
  /** Per claim, transaction and completion: the time until the store responded. */
  StoreTime: time,
  /** Age of the oldest message whose handler or dependency failed, and which is to be redelivered. */
  OldestFailingEventAge: { unit: "Seconds", keeps: "max" },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** The metrics of a publisher, by name. */
export const PUBLISHER_METRICS = {
  /** Events that SNS or SQS took. */
  Published: count,
  /** Calls of `publish` that were rejected. */
  PublishFailed: count,
  /** Per call of `publish`: the time until its end. */
  PublishTime: time,
  /** Per call of SNS or SQS: the time until its end. */
  SendTime: time,
  /** The most bytes that waited in the publisher or were being sent. */
  BufferedBytes: { unit: "Bytes", keeps: "max" },
  /** Per offloaded body: its size. */
  OffloadedBytes: { unit: "Bytes", keeps: "values" },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** Name of a metric of a consumer. */
export type ConsumerMetric = keyof typeof CONSUMER_METRICS;

/** Name of a metric of a publisher. */
export type PublisherMetric = keyof typeof PUBLISHER_METRICS;

/** Name of a metric. */
export type MetricName = ConsumerMetric | PublisherMetric;

/** The namespace of metrics, unless another is chosen. */
export const DEFAULT_METRIC_NAMESPACE = "Fanfare";

/** Namespaces that CloudWatch takes. Source: Amazon CloudWatch API Reference, `PutMetricData`. */
export const METRIC_NAMESPACE = /^(?!AWS\/|:)[\w.\-/#:]{1,255}$/;

/** The value of a dimension for everything beyond the values that are told apart. */
export const OTHER = "other";

/** Longest value of a dimension in characters, well below the 1,024 of CloudWatch: nobody reads more. */
const MAX_DIMENSION_CHARACTERS = 250;

/**
 * A text as the value of a dimension: printable ASCII that is not empty, as CloudWatch requires, and cut.
 * Source: Amazon CloudWatch API Reference, `Dimension`.
 */
export function dimensionValue(text: string): string {
  const printable = text
    .slice(0, MAX_DIMENSION_CHARACTERS)
    .replace(/[^ -~]/g, "?")
    .trim();
  return printable === "" ? "unknown" : printable;
}
