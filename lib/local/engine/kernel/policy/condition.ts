import { isJsonObject, type Json, matchesPattern } from "../../../../std/index.ts";
import { addressBits, addressRange } from "../ip-address.ts";
import { listOf } from "./document.ts";

/** What a request has under each condition key. Keys are in lower case, because policies may write them in any case. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

/** Compares one value of a policy with one of the request; undefined when a value does not have the operator's type. */
type Comparison = (expected: string, actual: string) => boolean | undefined;

/**
 * Every operator of "IAM JSON policy elements: Condition operators" that asks for a match. Its negation has `Not` before
 * the comparison: `StringNotLike`, `NotIpAddress`. In a Map, so that a policy cannot name what plain objects inherit.
 */
const MATCHING: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ["StringEquals", (expected, actual) => expected === actual],
  ["StringEqualsIgnoreCase", equalsIgnoringCase],
  ["StringLike", matchesPattern],
  // "ArnEquals and ArnLike behave identically" (same page).
  ["ArnEquals", arnLike],
  ["ArnLike", arnLike],
  ["BinaryEquals", (expected, actual) => expected === actual],
  ["Bool", equalsIgnoringCase],
  ["IpAddress", isInRange],
  ...(["Numeric", "Date"] as const).flatMap((type): [string, Comparison][] => {
    const read = type === "Numeric" ? readNumber : readDate;
    const compare =
      (holds: (difference: number) => boolean): Comparison =>
      (expected, actual) => {
        const difference = read(actual) - read(expected);
        return Number.isNaN(difference) ? undefined : holds(difference);
      };
    return [
      [`${type}Equals`, compare((difference) => difference === 0)],
      [`${type}LessThan`, compare((difference) => difference < 0)],
      [`${type}LessThanEquals`, compare((difference) => difference <= 0)],
      [`${type}GreaterThan`, compare((difference) => difference > 0)],
      [`${type}GreaterThanEquals`, compare((difference) => difference >= 0)],
    ];
  }),
]);

const NEGATION = /^(String|Arn|Numeric|Date|)Not(Equals|EqualsIgnoreCase|Like|IpAddress)$/;

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/;

/**
 * Whether every condition of a statement holds.
 *
 * @returns undefined when none fails, but one cannot be evaluated: its operator is unknown or its values are malformed
 */
export function conditionsHold(conditions: Json | undefined, context: RequestContext): boolean | undefined {
  if (conditions === undefined) {
    return true;
  }
  if (!isJsonObject(conditions)) {
    return undefined;
  }
  const results = Object.entries(conditions).flatMap(([operator, keys]) =>
    isJsonObject(keys)
      ? Object.entries(keys).map(([key, expected]) => holds(operator, expected, context.get(key.toLowerCase()) ?? []))
      : [undefined],
  );
  return results.includes(false) ? false : results.includes(undefined) ? undefined : true;
}

/** One operator on one key. `actual` is empty when the request does not have the key. */
function holds(name: string, given: Json, actual: readonly string[]): boolean | undefined {
  const expected = listOf(given).map((value) => (typeof value === "object" ? undefined : String(value)));
  if (!expected.every((value) => value !== undefined)) {
    return undefined;
  }
  if (name === "Null") {
    return expected.some((value) => value.toLowerCase() === String(actual.length === 0));
  }
  const [, set, operator = "", ifExists] = OPERATOR.exec(name) ?? [];
  const isNegated = NEGATION.test(operator);
  const compare = MATCHING.get(operator.replace(NEGATION, "$1$2"));
  if (compare === undefined) {
    return undefined;
  }
  if (actual.length === 0 && ifExists !== undefined) {
    return true;
  }
  const matches = actual.map((value) => {
    const results = expected.map((candidate) => compare(candidate, value));
    return results.includes(undefined) ? undefined : results.includes(true) !== isNegated;
  });
  if (matches.includes(undefined)) {
    return undefined;
  }
  // ForAllValues holds without values in the request, ForAnyValue does not ("Set operators for multivalued context keys").
  // Without either, a missing key fails an operator that asks for a match and satisfies its negation.
  const isForAll = set === undefined ? isNegated : set === "ForAllValues";
  return isForAll ? !matches.includes(false) : matches.includes(true);
}

function equalsIgnoringCase(expected: string, actual: string): boolean {
  return expected.toLowerCase() === actual.toLowerCase();
}

/** "Each of the six colon-delimited components of the ARN is checked separately" (same page). */
function arnLike(expected: string, actual: string): boolean {
  const patterns = arnComponents(expected);
  const parts = arnComponents(actual);
  return (
    patterns.length === parts.length && patterns.every((pattern, place) => matchesPattern(pattern, parts[place] ?? ""))
  );
}

function arnComponents(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/** An address, or a range in CIDR notation; without a prefix length the range is the address alone (same page). */
function isInRange(expected: string, actual: string): boolean | undefined {
  const [network = "", prefix, ...rest] = expected.split("/");
  const bits = addressBits(network);
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : undefined;
  return bits === undefined || length === undefined || length > bits || rest.length > 0
    ? undefined
    : addressRange(network, length)(actual);
}

function readNumber(text: string): number {
  return /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** Milliseconds since the epoch of an ISO 8601 date or of a number of seconds ("Date condition operators", same page). */
function readDate(text: string): number {
  const seconds = readNumber(text);
  return Number.isNaN(seconds) ? (/^\d{4}(?:-|$)/.test(text) ? Date.parse(text) : Number.NaN) : seconds * 1_000;
}
