import type { IConstruct } from "constructs";
import { FILTER, isObject, refuseIf } from "../checks/index.ts";
import { wildcardPoints } from "./filter-conditions.ts";

/** A subscription's filter policy of scope MessageAttributes, as SNS accepts it. */
export type FilterPolicy = Readonly<Record<string, readonly unknown[]>>;

/**
 * Checks a policy against the limits of SNS.
 *
 * @throws FanfareError `ConfigurationInvalid` for a policy that SNS would refuse
 */
export function checkFilterLimits(scope: IConstruct, policy: FilterPolicy): void {
  const keys = keysOf(policy);
  const type = "the event type takes one key unless filter is none";
  checkCount(scope, keys.length, `keys (${keys.join(", ")})`, FILTER.keys, `filter on fewer attributes; ${type}`);
  const fewer = "use fewer values, a prefix or wildcard instead of a list, or several subscribers";
  checkCount(scope, combinationsOf(policy), "combinations of values", FILTER.combinations, fewer);
  checkFilterSize(scope, "where", policy);
  checkFilterNumbers(scope, "where", policy);
  checkWildcards(scope, "where", policy);
}

/** Checks the points of the wildcards of a policy of any scope, in all its lists together. */
export function checkWildcards(scope: IConstruct, field: string, policy: object): void {
  const fewer = "use prefix or suffix, fewer patterns, or fewer * in them";
  checkCount(scope, pointsOf(policy), "points of wildcards", FILTER.wildcardPoints, fewer, field);
}

function pointsOf(policy: object): number {
  return sum(
    Object.values(policy).map((value) =>
      Array.isArray(value)
        ? wildcardPoints(value) + sum(value.filter(isObject).map(pointsOf))
        : isObject(value)
          ? pointsOf(value)
          : 0,
    ),
  );
}

/** Checks the size of a policy of any scope. */
export function checkFilterSize(scope: IConstruct, field: string, policy: object): void {
  const bytes = Buffer.byteLength(JSON.stringify(policy));
  checkCount(scope, bytes, "bytes of JSON", FILTER.bytes, "use fewer or shorter values", field);
}

function checkCount(
  scope: IConstruct,
  count: number,
  unit: string,
  most: number,
  remedy: string,
  field = "where",
): void {
  const message = `the filter policy has ${count} ${unit}, but SNS allows at most ${most}`;
  refuseIf(scope, count > most, { field, message, limit: `${most} ${unit.split(" ")[0]}`, remedy });
}

/** Returns the attributes of conditions, once each, including those of the alternatives of `$or`. */
export function keysOf(policy: object): string[] {
  const keys = Object.entries(policy).flatMap(([key, value]) =>
    key === "$or" && Array.isArray(value) ? value.filter(isObject).flatMap(keysOf) : [key],
  );
  return [...new Set(keys)];
}

/** Multiplies the numbers of values of all keys; the alternatives of `$or` are added up and multiplied as one key. */
function combinationsOf(policy: object): number {
  const lists = Object.entries(policy).filter(([, values]) => Array.isArray(values));
  const counts = lists.map(([key, values]: [string, unknown[]]) =>
    key === "$or" ? sum(values.filter(isObject).map(combinationsOf)) : sum(values.map(valuesIn)),
  );
  return counts.reduce((product, count) => product * count, 1);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Counts the values of a condition: a list under `anything-but` counts each of its values. */
function valuesIn(condition: unknown): number {
  const list = isObject(condition) ? condition["anything-but"] : undefined;
  return Array.isArray(list) ? list.length : 1;
}

/** Checks the numbers of a policy of any scope. */
export function checkFilterNumbers(scope: IConstruct, field: string, value: unknown): void {
  refuseIf(scope, typeof value === "number" && !isAllowed(value), {
    field,
    message: `the filter policy has the number ${value}, but SNS allows only numbers from -10^9 to 10^9 with at most ${FILTER.decimals} decimals`,
    limit: `10^9, ${FILTER.decimals} decimals`,
    remedy: "send the attribute in another unit, or as a string",
  });
  for (const inner of typeof value === "object" && value !== null ? Object.values(value) : []) {
    checkFilterNumbers(scope, field, inner);
  }
}

function isAllowed(value: number): boolean {
  const digits = String(value);
  // Below 10^-6 JavaScript writes an exponent: more than five decimals in any case.
  const precise = !digits.includes("e-") && (digits.split(".")[1]?.length ?? 0) <= FILTER.decimals;
  return Number.isFinite(value) && Math.abs(value) <= FILTER.magnitude && precise;
}
