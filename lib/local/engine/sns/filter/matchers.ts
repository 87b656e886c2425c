import { isJsonObject, type JsonObject } from "../../../../std/index.ts";
import { parseCidr } from "./cidr.ts";
import { FilterPolicyError } from "./error.ts";
import { FILTER_LIMITS } from "./limits.ts";
import { checkFilterNumber } from "./numbers.ts";
import { parseNumericRange } from "./numeric-range.ts";
import { isScalar, type Matcher, type Scalar, type TextPattern } from "./types.ts";

/** The names that are operators: an object with one of them is a match expression, never an alternative of `$or`. */
export const OPERATORS: ReadonlySet<string> = new Set([
  "prefix",
  "suffix",
  "equals-ignore-case",
  "wildcard",
  "cidr",
  "numeric",
  "exists",
  "anything-but",
]);

/**
 * Parses one element of a key's array.
 *
 * Source: Amazon SNS Developer Guide, "String value matching", "Numeric value matching" and "Key matching". The error
 * messages are the service's own.
 *
 * @throws FilterPolicyError
 */
export function parseMatcher(element: unknown): Matcher {
  if (isScalar(element)) {
    return { operator: "equals", value: parseScalar(element) };
  }
  if (!isJsonObject(element)) {
    throw new FilterPolicyError("Match value must be String, number, true, false, or null");
  }
  const [operator, operand] = onlyEntry(element);
  switch (operator) {
    case "prefix":
    case "suffix":
    case "equals-ignore-case":
    case "wildcard":
      return parseTextPattern(operator, operand);
    case "cidr":
      // The service names "prefix" here, too.
      return { operator, range: parseCidr(text(operand, "prefix")) };
    case "numeric":
      return { operator, range: parseNumericRange(operand) };
    case "exists":
      if (typeof operand !== "boolean") {
        throw new FilterPolicyError("exists match pattern must be either true or false.");
      }
      return { operator, present: operand };
    case "anything-but":
      return parseAnythingBut(operand);
    default:
      throw new FilterPolicyError(`Unrecognized match type ${operator}`);
  }
}

function parseAnythingBut(operand: unknown): Matcher {
  if (isScalar(operand)) {
    return anythingBut([operand]);
  }
  if (Array.isArray(operand)) {
    const values: Scalar[] = [];
    for (const value of operand as readonly unknown[]) {
      if (!isScalar(value)) {
        throw new FilterPolicyError("Inside anything but list, start|null|boolean is not supported.");
      }
      values.push(value);
    }
    if (values.length === 0) {
      throw new FilterPolicyError("Empty arrays are not allowed");
    }
    return anythingBut(values);
  }
  if (!isJsonObject(operand)) {
    throw new FilterPolicyError("Value of anything-but must be an array or single value");
  }
  const [operator, pattern] = onlyEntry(operand);
  switch (operator) {
    case "prefix":
    case "suffix":
    case "wildcard": {
      const texts: readonly unknown[] = Array.isArray(pattern) ? pattern : [pattern];
      if (texts.length === 0) {
        throw new FilterPolicyError("Empty arrays are not allowed");
      }
      return {
        operator: "anything-but",
        values: [],
        patterns: texts.map((candidate) => parseTextPattern(operator, candidate)),
      };
    }
    default:
      throw new FilterPolicyError(`Unsupported anything-but pattern: ${operator}`);
  }
}

function anythingBut(values: readonly Scalar[]): Matcher {
  if (values.some((value) => typeof value === "boolean" || value === null)) {
    throw new FilterPolicyError("Inside anything but list, start|null|boolean is not supported.");
  }
  if (new Set(values.map((value) => typeof value)).size > 1) {
    throw new FilterPolicyError(
      "Inside anything but list, either all values are number or string, mixed type is not supported",
    );
  }
  return { operator: "anything-but", values: values.map(parseScalar), patterns: [] };
}

function parseTextPattern(operator: TextPattern["operator"], operand: unknown): TextPattern {
  const value = text(operand, operator);
  if (operator !== "wildcard") {
    return { operator, text: value };
  }
  const parts = wildcardParts(value);
  if (parts.length - 1 > FILTER_LIMITS.wildcards) {
    throw new FilterPolicyError(`Wildcard pattern can have at most ${FILTER_LIMITS.wildcards} wildcard characters`);
  }
  return { operator, parts };
}

/** The texts between the stars. A backslash makes a star, or a backslash, stand for itself. */
function wildcardParts(pattern: string): string[] {
  const parts: string[] = [];
  let part = "";
  for (let position = 0; position < pattern.length; position++) {
    const character = pattern.charAt(position);
    if (character === "\\") {
      position++;
      const escaped = pattern.charAt(position);
      if (escaped !== "*" && escaped !== "\\") {
        throw new FilterPolicyError(`Invalid escape character at pos ${position - 1}`);
      }
      part += escaped;
    } else if (character === "*") {
      if (pattern.charAt(position + 1) === "*") {
        throw new FilterPolicyError(`Consecutive wildcard characters at pos ${position}`);
      }
      parts.push(part);
      part = "";
    } else {
      part += character;
    }
  }
  return [...parts, part];
}

function parseScalar(value: Scalar): Scalar {
  return typeof value === "number" ? checkFilterNumber(value) : value;
}

function text(operand: unknown, operator: string): string {
  if (typeof operand !== "string") {
    throw new FilterPolicyError(`${operator} match pattern must be a string`);
  }
  return operand;
}

function onlyEntry(value: JsonObject): [string, unknown] {
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined) {
    throw new FilterPolicyError("Empty objects are not allowed");
  }
  if (others.length > 0) {
    throw new FilterPolicyError("Only one key allowed in match expression");
  }
  return entry;
}
