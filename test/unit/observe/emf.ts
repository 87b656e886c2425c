/** Reads lines of the embedded metric format as CloudWatch does. Source: its specification in the Amazon CloudWatch User Guide. */

/** What CloudWatch keeps of a line: the values of one metric with one combination of dimensions. */
export interface DataPoints {
  readonly namespace: string;
  readonly metric: string;
  readonly unit: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
}

const UNITS = ["Count", "Milliseconds", "Seconds", "Bytes"];

/** The data points of all lines. @throws Error for a line that CloudWatch would not take, or in part only */
export function dataPoints(lines: readonly string[]): DataPoints[] {
  return lines.flatMap(pointsOf);
}

/** The values of a metric, of all lines, by the values of a dimension besides that of the consumer or destination. */
export function valuesOf(lines: readonly string[], metric: string, dimension?: string): Record<string, number[]> {
  const found = new Map<string, number[]>();
  for (const each of dataPoints(lines)) {
    const names = Object.keys(each.dimensions);
    const [owner = ""] = names;
    const wanted = dimension === undefined ? names.length === 1 : names.includes(dimension);
    if (each.metric === metric && wanted) {
      const key = each.dimensions[dimension ?? owner] ?? "";
      found.set(key, [...(found.get(key) ?? []), ...each.values]);
    }
  }
  return Object.fromEntries(found);
}

export function sum(values: readonly number[] = []): number {
  return values.reduce((total, value) => total + value, 0);
}

function pointsOf(line: string): DataPoints[] {
  const refuse = (what: string) => {
    throw new Error(`CloudWatch does not take the line: ${what}\n${line.slice(0, 2_000)}`);
  };
  const check = (valid: boolean, what: string) => valid || refuse(what);
  check(!line.includes("\n"), "it has a line feed");
  check(Buffer.byteLength(line) <= 256 * 1_024, "it has more than 256 KiB");
  const root = JSON.parse(line);
  const { Timestamp, CloudWatchMetrics } = root._aws;
  check(Number.isInteger(Timestamp) && Timestamp > 0, "it has no time");
  check(CloudWatchMetrics.length > 0, "it has no directive");
  const seen = new Set<string>();
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }: Directive) => {
    check(/^(?!AWS\/)[\w.\-/#:]{1,255}$/.test(Namespace), `namespace ${Namespace}`);
    check(Metrics.length > 0 && Metrics.length <= 100, `${Metrics.length} metrics in a directive`);
    return Metrics.flatMap(({ Name, Unit }) => {
      const target = root[Name];
      const values: unknown[] = Array.isArray(target) ? target : [target];
      check(values.length > 0 && values.length <= 100, `${Name} has ${values.length} values`);
      check(
        values.every((value) => typeof value === "number" && Number.isFinite(value)),
        `${Name} is no number`,
      );
      check(UNITS.includes(Unit), `unit ${Unit}`);
      check(!seen.has(Name), `${Name} stands in two directives: it would be counted twice`);
      seen.add(Name);
      return Dimensions.map((names) => {
        check(names.length <= 30 && new Set(names).size === names.length, `dimensions ${names}`);
        for (const name of names) {
          const value = root[name];
          check(typeof value === "string" && /^[ -~]{1,1024}$/.test(value) && value.trim() !== "", `${name}: ${value}`);
        }
        const dimensions = Object.fromEntries(names.map((name) => [name, root[name]]));
        return { namespace: Namespace, metric: Name, unit: Unit, dimensions, values: values as number[] };
      });
    });
  });
}
