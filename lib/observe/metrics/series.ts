import {
  CONSUMER_METRICS,
  dimensionValue,
  METRIC_DIMENSIONS,
  type MetricDefinition,
  type MetricName,
  PUBLISHER_METRICS,
} from "../../names/index.ts";
import type { Recorder, Source } from "../measure/index.ts";

/** The values of one metric with the same dimensions. */
export interface Series {
  readonly metric: MetricName;
  readonly definition: MetricDefinition;
  /** Values of the dimensions, by name. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** The combinations of dimensions by which CloudWatch keeps the metric. */
  readonly dimensionSets: readonly (readonly string[])[];
  readonly values: number[];
}

const DEFINITIONS: Readonly<Record<MetricName, MetricDefinition>> = { ...CONSUMER_METRICS, ...PUBLISHER_METRICS };

/** What is measured of one source until it is written. */
export class Measured implements Recorder<MetricName> {
  readonly #dimension: string;
  readonly #name: string;
  readonly #series = new Map<string, Series>();
  #longest = 0;

  constructor(source: Source) {
    const consumer = source.kind === "consumer";
    this.#dimension = consumer ? METRIC_DIMENSIONS.consumer : METRIC_DIMENSIONS.destination;
    this.#name = dimensionValue(consumer ? source.consumer : nameOf(source.target));
  }

  /** Values of the metric that has most of them. */
  get longest(): number {
    return this.#longest;
  }

  record(metric: MetricName, value: number, label?: string): void {
    const { values, definition } = this.#seriesOf(metric, label);
    const first = values[0];
    if (definition.keeps === "values" || first === undefined) {
      values.push(value);
      this.#longest = Math.max(this.#longest, values.length);
    } else {
      values[0] = definition.keeps === "sum" ? first + value : Math.max(first, value);
    }
  }

  series(): Iterable<Series> {
    return this.#series.values();
  }

  #seriesOf(metric: MetricName, label: string | undefined): Series {
    const definition = DEFINITIONS[metric];
    const by = label === undefined ? undefined : definition.by;
    const key = by === undefined ? metric : `${metric} ${label}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      const own = { [this.#dimension]: this.#name };
      series =
        by === undefined || label === undefined
          ? { metric, definition, dimensions: own, dimensionSets: [[this.#dimension]], values: [] }
          : {
              ...{ metric, definition, dimensions: { ...own, [by]: label }, values: [] },
              dimensionSets: [[this.#dimension], [this.#dimension, by]],
            };
      this.#series.set(key, series);
    }
    return series;
  }
}

/** The name of a topic or queue: the last part of its ARN or URL. */
function nameOf(target: string): string {
  return target.slice(Math.max(target.lastIndexOf(":"), target.lastIndexOf("/")) + 1);
}
