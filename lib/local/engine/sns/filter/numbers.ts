import { FilterPolicyError } from "./error.ts";
import { FILTER_LIMITS } from "./limits.ts";

const SCALE = 10 ** FILTER_LIMITS.decimals;

/** True for a number that a filter policy can hold: its magnitude and its digits after the point are within limits. */
export function isFilterNumber(value: number): boolean {
  return Math.abs(value) <= FILTER_LIMITS.magnitude && Math.abs(roundToAccuracy(value) - value) < 1e-9;
}

/** The number as SNS compares it: five digits after the decimal point count. */
export function roundToAccuracy(value: number): number {
  return Math.round(value * SCALE) / SCALE;
}

/** @throws FilterPolicyError for a number of a policy that is out of range or too precise */
export function checkFilterNumber(value: number): number {
  if (Math.abs(value) > FILTER_LIMITS.magnitude) {
    throw new FilterPolicyError(`Value must be between -1.0e9 and 1.0e9, inclusive, not ${value}`);
  }
  if (!isFilterNumber(value)) {
    throw new FilterPolicyError(
      `Only ${FILTER_LIMITS.decimals} digits after the decimal point are supported, not ${value}`,
    );
  }
  return roundToAccuracy(value);
}
