/**
 * The metric math of CloudWatch that the alarms use, and the evaluation of alarms, with numbers. Source: Amazon CloudWatch User Guide,
 * "Using math expressions with CloudWatch metrics" and "Configuring how CloudWatch alarms treat missing data".
 */

/** Values by period; `undefined` where there is none. */
export type Series = readonly (number | undefined)[];

type Value = number | Series;

/** Evaluates an expression over metrics of the same length. */
export function evaluate(expression: string, metrics: Readonly<Record<string, Series>>): Series {
  const tokens = expression.match(/[A-Za-z]\w*|\d+(?:\.\d+)?|[<>]=?|[-+*/(),]/g) ?? [];
  const length = Object.values(metrics)[0]?.length ?? 0;
  let position = 0;
  const take = (): string => tokens[position++] ?? "";
  const expect = (token: string) => {
    const found = take();
    if (found !== token) {
      throw new Error(`"${found}" in place of "${token}" in ${expression}`);
    }
  };

  function binary(next: () => Value, operators: readonly string[]): Value {
    let left = next();
    while (operators.includes(tokens[position] ?? "")) {
      left = combine(take(), left, next());
    }
    return left;
  }
  const comparison = (): Value => binary(sum, ["<", "<=", ">", ">="]);
  const sum = (): Value => binary(product, ["+", "-"]);
  const product = (): Value => binary(primary, ["*", "/"]);

  function primary(): Value {
    const token = take();
    if (token === "(") {
      const inside = comparison();
      expect(")");
      return inside;
    }
    if (/^\d/.test(token)) {
      return Number(token);
    }
    if (tokens[position] !== "(") {
      const metric = metrics[token];
      if (metric === undefined) {
        throw new Error(`no metric ${token} in ${expression}`);
      }
      return metric;
    }
    const given = listOf();
    return call(token, given, length);
  }

  function listOf(): Value[] {
    expect("(");
    const given = [comparison()];
    while (tokens[position] === ",") {
      expect(",");
      given.push(comparison());
    }
    expect(")");
    return given;
  }

  const result = comparison();
  if (typeof result === "number" || position !== tokens.length) {
    throw new Error(`${expression} is no time series`);
  }
  return result;
}

const at = (value: Value | undefined, index: number): number | undefined =>
  typeof value === "number" ? value : value?.[index];

/** A missing value counts as 0 where the other series has one. A division by zero has no result. */
function combine(operator: string, left: Value, right: Value): Value {
  const apply = (one: number, other: number): number | undefined =>
    ({
      "+": one + other,
      "-": one - other,
      "*": one * other,
      "/": other === 0 ? undefined : one / other,
      "<": Number(one < other),
      "<=": Number(one <= other),
      ">": Number(one > other),
      ">=": Number(one >= other),
    })[operator];
  if (typeof left === "number" && typeof right === "number") {
    return apply(left, right) ?? Number.NaN;
  }
  const series = [left, right].filter((value) => typeof value !== "number");
  const { length } = series[0] ?? [];
  return Array.from({ length }, (_, index) =>
    series.every((each) => each[index] === undefined) ? undefined : apply(at(left, index) ?? 0, at(right, index) ?? 0),
  );
}

function call(name: string, given: readonly Value[], length: number): Series {
  const [first, second, third] = given;
  const each = (valueAt: (index: number) => number | undefined): Series =>
    Array.from({ length }, (_, index) => valueAt(index));
  switch (name) {
    case "FILL":
      return each((index) => at(first, index) ?? at(second, index));
    case "DIFF":
      return each((index) => {
        const [now, before] = [at(first, index), index === 0 ? undefined : at(first, index - 1)];
        return now === undefined || before === undefined ? undefined : now - before;
      });
    case "IF":
      return each((index) => {
        const condition = at(first, index);
        return condition === undefined ? undefined : condition === 0 ? at(third, index) : (at(second, index) ?? 0);
      });
    default:
      throw new Error(`no function ${name}`);
  }
}

/** The properties of an alarm in a template. */
export interface AlarmProperties {
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData: string;
}

/** Further periods that CloudWatch reads, in case some of the latest have no data. */
const FURTHER_PERIODS = 2;

/** The states of an alarm after each period. It begins without enough data. */
export function statesOf(alarm: AlarmProperties, series: Series): string[] {
  const { EvaluationPeriods: periods, DatapointsToAlarm: needed = periods, TreatMissingData, Threshold } = alarm;
  const isAbove = alarm.ComparisonOperator === "GreaterThanThreshold";
  let state = "INSUFFICIENT_DATA";
  return series.map((_, now) => {
    const known = series
      .slice(Math.max(0, now + 1 - periods - FURTHER_PERIODS), now + 1)
      .filter((value) => value !== undefined)
      .slice(-periods);
    const bad = known.filter((value) => (isAbove ? value > Threshold : value < Threshold)).length;
    const missing = periods - known.length;
    if (bad >= needed) {
      state = "ALARM";
    } else if (bad + missing < needed || TreatMissingData === "notBreaching") {
      state = "OK";
    } else if (TreatMissingData === "breaching") {
      state = "ALARM";
    }
    // "ignore" keeps the state.
    return state;
  });
}
