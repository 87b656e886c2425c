import { Token } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import {
  type ConsumerMetric,
  DEFAULT_METRIC_NAMESPACE,
  dimensionValue,
  METRIC_DIMENSIONS,
  METRIC_NAMESPACE,
  type PublisherMetric,
} from "../../../lib/names/index.ts";
import { refuseIf } from "../checks/index.ts";

/** What is chosen of the metrics that `metrics()` of `fanfare/metrics` writes. */
export interface MetricsProps {
  /**
   * The CloudWatch namespace, which functions get in the variable `FANFARE_METRICS_NAMESPACE`.
   * @default "Fanfare"
   */
  readonly namespace?: string;
}

/** The metrics of a consumer that observes itself. */
export interface ConsumerMetrics {
  readonly namespace: string;
  readonly consumer: string;
}

/**
 * Returns the namespace of the metrics; `undefined` if they are off.
 *
 * @throws FanfareError `ConfigurationInvalid` for a namespace that CloudWatch does not take
 */
export function metricsNamespaceOf(scope: Construct, given: boolean | MetricsProps | undefined): string | undefined {
  if (given === undefined || given === false) {
    return undefined;
  }
  const namespace = (given === true ? undefined : given.namespace) ?? DEFAULT_METRIC_NAMESPACE;
  refuseIf(scope, !Token.isUnresolved(namespace) && !METRIC_NAMESPACE.test(namespace), {
    field: "metrics.namespace",
    message: `metrics.namespace is "${namespace}", which CloudWatch does not take`,
    limit: "1 to 255 characters of A-Z a-z 0-9 . - _ / # :",
    remedy: "use other characters, and begin with neither AWS/ nor a colon",
  });
  return namespace;
}

/** A metric of a consumer. */
export function consumerMetric(
  { namespace, consumer }: ConsumerMetrics,
  metricName: ConsumerMetric,
  options: cloudwatch.MetricOptions,
): cloudwatch.Metric {
  const dimensionsMap = { [METRIC_DIMENSIONS.consumer]: dimensionValue(consumer) };
  return new cloudwatch.Metric({ namespace, metricName, dimensionsMap, ...options });
}

/** A metric of a consumer, by the values of another dimension, which are not known at synthesis. For graphs: alarms take no search. */
export function consumerMetricBy(
  { namespace, consumer }: ConsumerMetrics,
  metricName: ConsumerMetric,
  dimension: string,
  options: Pick<cloudwatch.MathExpressionProps, "searchRegion">,
): cloudwatch.MathExpression {
  const { consumer: own } = METRIC_DIMENSIONS;
  const schema = `{"${namespace}",${own},${dimension}}`;
  const name = dimensionValue(consumer).replaceAll(/["'\\]/g, "?");
  return new cloudwatch.MathExpression({
    expression: `SEARCH('${schema} MetricName="${metricName}" ${own}="${name}"', 'Sum')`,
    label: "",
    usingMetrics: {},
    ...options,
  });
}

/** A metric of the publishers of a topic. */
export function publisherMetric(
  namespace: string,
  destination: string,
  metricName: PublisherMetric,
  options: cloudwatch.MetricOptions,
): cloudwatch.Metric {
  const dimensionsMap = { [METRIC_DIMENSIONS.destination]: destination };
  return new cloudwatch.Metric({ namespace, metricName, dimensionsMap, ...options });
}
