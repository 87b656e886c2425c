import { isJsonObject } from "../../std/index.ts";
import { canonical } from "./finding.ts";

/** Conditions by path of their key: all must hold. */
type Conjunction = ReadonlyMap<string, readonly unknown[]>;

/**
 * Whether one filter policy lets through everything that another does. `true` is certain; `false` also where it cannot be shown, such
 * as for a condition that only several others together cover.
 */
export function filterCovers(wide: unknown, narrow: unknown): boolean {
  const wider = alternatives(wide);
  return alternatives(narrow).every((each) => wider.some((other) => coversAll(other, each)));
}

function coversAll(wide: Conjunction, narrow: Conjunction): boolean {
  return [...wide].every(([key, conditions]) => {
    const wanted = narrow.get(key);
    return wanted?.every((condition) => conditions.some((other) => covers(other, condition))) === true;
  });
}

/** The policy as alternatives, of which one must hold: `$or` at any depth is multiplied out. */
function alternatives(policy: unknown, path = ""): Conjunction[] {
  if (!isJsonObject(policy)) {
    return [new Map()];
  }
  return Object.entries(policy).reduce<Conjunction[]>(
    (sofar, [key, value]) => {
      const choices =
        key === "$or" && Array.isArray(value)
          ? value.flatMap((each) => alternatives(each, path))
          : isJsonObject(value)
            ? alternatives(value, `${path}${key}.`)
            : [new Map([[`${path}${key}`, Array.isArray(value) ? value : [value]]])];
      return sofar.flatMap((one) => choices.map((other) => new Map([...one, ...other])));
    },
    [new Map()],
  );
}

/** Whether every value that `narrow` accepts is accepted by `wide`. */
function covers(wide: unknown, narrow: unknown): boolean {
  if (canonical(wide) === canonical(narrow)) {
    return true;
  }
  if (!isJsonObject(wide)) {
    return false;
  }
  const absent = isJsonObject(narrow) && narrow.exists === false;
  if (wide.exists === true) {
    return !absent;
  }
  if (typeof narrow === "string") {
    return acceptsString(wide, narrow);
  }
  if (Array.isArray(wide.numeric)) {
    const range = typeof narrow === "number" ? ["=", narrow] : isJsonObject(narrow) ? narrow.numeric : undefined;
    return Array.isArray(range) && contains(rangeOf(wide.numeric), rangeOf(range));
  }
  if (!isJsonObject(narrow)) {
    return false;
  }
  if (typeof wide.prefix === "string" && typeof narrow.prefix === "string") {
    return narrow.prefix.startsWith(wide.prefix);
  }
  if (typeof wide.suffix === "string" && typeof narrow.suffix === "string") {
    return narrow.suffix.endsWith(wide.suffix);
  }
  return (
    exceptionsOf(wide)?.every((each) => exceptionsOf(narrow)?.some((other) => canonical(other) === canonical(each))) ===
    true
  );
}

function acceptsString(wide: Readonly<Record<string, unknown>>, text: string): boolean {
  if (typeof wide.prefix === "string") {
    return text.startsWith(wide.prefix);
  }
  if (typeof wide.suffix === "string") {
    return text.endsWith(wide.suffix);
  }
  const ignored = wide["equals-ignore-case"];
  if (typeof ignored === "string") {
    return ignored.toLowerCase() === text.toLowerCase();
  }
  const exceptions = exceptionsOf(wide);
  return exceptions?.every((each) => typeof each === "string" && each !== text) === true;
}

/** What an `anything-but` leaves out. */
function exceptionsOf(condition: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
  const exceptions = condition["anything-but"];
  return exceptions === undefined ? undefined : Array.isArray(exceptions) ? exceptions : [exceptions];
}

interface Range {
  readonly low: number;
  readonly lowIncluded: boolean;
  readonly high: number;
  readonly highIncluded: boolean;
}

/** `[">=", 100, "<", 200]` */
function rangeOf(numeric: readonly unknown[]): Range {
  let range: Range = { low: -Infinity, lowIncluded: false, high: Infinity, highIncluded: false };
  for (let index = 0; index < numeric.length; index += 2) {
    const operator = String(numeric[index]);
    const value = Number(numeric[index + 1]);
    if (operator.startsWith(">") || operator === "=") {
      range = { ...range, low: value, lowIncluded: operator !== ">" };
    }
    if (operator.startsWith("<") || operator === "=") {
      range = { ...range, high: value, highIncluded: operator !== "<" };
    }
  }
  return range;
}

function contains(wide: Range, narrow: Range): boolean {
  const low = wide.low < narrow.low || (wide.low === narrow.low && (wide.lowIncluded || !narrow.lowIncluded));
  const high = wide.high > narrow.high || (wide.high === narrow.high && (wide.highIncluded || !narrow.highIncluded));
  return low && high;
}
