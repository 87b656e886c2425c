import { FanfareError } from "./fanfare-error.ts";

/** Checks a number given as an option or environment variable. @throws FanfareError `ConfigurationInvalid` */
export function numberInRange(field: string, value: number, low: number, high: number): number {
  if (typeof value === "number" && value >= low && value <= high) {
    return value;
  }
  throw new FanfareError("ConfigurationInvalid", `${field} is ${value}`, {
    field,
    limit: `${low} to ${high}`,
    remedy: high === Number.POSITIVE_INFINITY ? `use a number from ${low}` : `use a number from ${low} to ${high}`,
  });
}
