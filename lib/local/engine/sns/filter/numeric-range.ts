import { FilterPolicyError } from "./error.ts";
import { checkFilterNumber } from "./numbers.ts";
import type { NumericRange } from "./types.ts";

type Bound = { readonly value: number; readonly inclusive: boolean };

/**
 * Parses the operand of `numeric`: `["=", n]`, one bound such as `[">", n]`, or a range such as `[">=", low, "<", high]`.
 * The lower bound comes first.
 *
 * Source: Amazon SNS Developer Guide, "Numeric value matching". The error messages are the service's own.
 *
 * @throws FilterPolicyError
 */
export function parseNumericRange(operand: unknown): NumericRange {
  if (!Array.isArray(operand)) {
    throw new FilterPolicyError("Value of numeric must be an array.");
  }
  const [operator, value, ...rest]: readonly unknown[] = operand;
  if (typeof operator !== "string") {
    throw new FilterPolicyError(`Invalid member in numeric match: ${operand.length === 0 ? "]" : String(operator)}`);
  }
  switch (operator) {
    case "=": {
      const bound: Bound = { value: numberAfter("equals", value), inclusive: true };
      nothingMore(rest);
      return { minimum: bound, maximum: bound };
    }
    case "<":
    case "<=": {
      const maximum: Bound = { value: numberAfter(operator, value), inclusive: operator === "<=" };
      nothingMore(rest);
      return { maximum };
    }
    case ">":
    case ">=": {
      const minimum: Bound = { value: numberAfter(operator, value), inclusive: operator === ">=" };
      return rest.length === 0 ? { minimum } : { minimum, maximum: parseTop(minimum, rest) };
    }
    default:
      throw new FilterPolicyError(`Unrecognized numeric range operator: ${operator}`);
  }
}

function parseTop(minimum: Bound, [operator, value, ...rest]: readonly unknown[]): Bound {
  if (typeof operator !== "string") {
    throw new FilterPolicyError(`Bad value in numeric range: ${String(operator)}`);
  }
  if (operator !== "<" && operator !== "<=") {
    throw new FilterPolicyError(`Bad numeric range operator: ${operator}`);
  }
  const maximum: Bound = { value: numberAfter(operator, value), inclusive: operator === "<=" };
  if (rest.length > 0) {
    throw new FilterPolicyError("Too many terms in numeric range expression");
  }
  if (minimum.value >= maximum.value) {
    throw new FilterPolicyError("Bottom must be less than top");
  }
  return maximum;
}

function numberAfter(operator: string, value: unknown): number {
  if (typeof value !== "number") {
    throw new FilterPolicyError(`Value of ${operator} must be numeric`);
  }
  return checkFilterNumber(value);
}

function nothingMore(rest: readonly unknown[]): void {
  if (rest.length > 0) {
    throw new FilterPolicyError("Too many elements in numeric expression");
  }
}
