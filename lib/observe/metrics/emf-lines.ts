import { chunksOf } from "../../std/index.ts";
import type { Series } from "./series.ts";

/**
 * Values of a metric in a line. A line has at most as many metrics as there are names, which is below the 100 of a directive, and so at most
 * about 30 KB of the 1 MB that it may have. Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
 */
export const MAX_VALUES = 100;

/** What all lines of an observer have in common. */
export interface LineSettings {
  readonly namespace: string;
  /** Constant dimensions, which each metric has. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A directive: metrics with the same combinations of dimensions. */
interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: { readonly Name: string; readonly Unit: string }[];
}

/** A line that is being filled. */
interface Line {
  /** What directives refer to: values of dimensions and of metrics, by name. */
  readonly members: Record<string, string | number | readonly number[]>;
  /** By combinations of dimensions. */
  readonly directives: Map<string, Directive>;
}

/**
 * Lines of CloudWatch's embedded metric format. One, if each dimension has one value and no metric more than {@link MAX_VALUES} values: a line
 * has one value of each dimension, and one array of each metric.
 *
 * @param at the time of the values, in milliseconds since the Unix epoch
 * @param fields other members of each line, which are no metrics
 */
export function emfLines(
  all: Iterable<Series>,
  { namespace, dimensions: constant }: LineSettings,
  at: number,
  fields: Readonly<Record<string, string>> = {},
): string[] {
  const constantNames = Object.keys(constant);
  const lines: Line[] = [];
  for (const series of all) {
    for (const values of chunksOf(series.values, MAX_VALUES)) {
      const line = lines.find((each) => fits(series, each)) ?? newLine(lines);
      Object.assign(line.members, series.dimensions, { [series.metric]: values.length === 1 ? values[0] : values });
      const { metric, definition, dimensionSets } = series;
      const key = dimensionSets.join(" ");
      const directive = line.directives.get(key) ?? {
        Namespace: namespace,
        Dimensions: dimensionSets.map((names) => [...names, ...constantNames]),
        Metrics: [],
      };
      directive.Metrics.push({ Name: metric, Unit: definition.unit });
      line.directives.set(key, directive);
    }
  }
  return lines.map(({ members, directives }) => {
    const _aws = { Timestamp: at, CloudWatchMetrics: [...directives.values()] };
    return JSON.stringify({ _aws, ...fields, ...constant, ...members });
  });
}

function fits({ metric, dimensions }: Series, { members }: Line): boolean {
  return (
    members[metric] === undefined &&
    Object.entries(dimensions).every(([name, value]) => members[name] === undefined || members[name] === value)
  );
}

function newLine(lines: Line[]): Line {
  const line: Line = { members: {}, directives: new Map() };
  lines.push(line);
  return line;
}
