import { isIP } from "node:net";
import type { IConstruct } from "constructs";
import { FILTER, isObject, refuseIf } from "../checks/index.ts";

/**
 * Checks the conditions of one attribute or field as SNS does when it takes a policy.
 * Source: Amazon SNS Developer Guide, "String value matching", "Numeric value matching" and "Key matching".
 *
 * @throws FanfareError `ConfigurationInvalid` for a condition that SNS would refuse
 */
export function checkConditions(scope: IConstruct, field: string, conditions: readonly unknown[]): void {
  for (const condition of conditions) {
    const problem = problemOf(condition);
    refuseIf(scope, problem !== undefined, {
      field,
      message: `${field} has the condition ${JSON.stringify(condition)}, which SNS would refuse: ${problem}`,
      remedy: 'write a value, or one operator: ["eu"], [{ prefix: "eu-" }], [{ numeric: [">=", 1, "<", 5] }]',
    });
  }
}

/**
 * Checks the alternatives of `$or`. SNS takes a single one for a condition on an attribute of that name.
 *
 * @throws FanfareError `ConfigurationInvalid`
 */
export function checkAlternatives(scope: IConstruct, field: string, alternatives: readonly unknown[]): void {
  refuseIf(scope, alternatives.length < 2 || !alternatives.every(isObject), {
    field,
    message: `${field} needs at least two alternatives, each an object of conditions`,
    remedy: 'write $or: [{ region: ["eu"] }, { total: [{ numeric: [">=", 100] }] }], or leave $or out',
  });
}

/** Returns the points that SNS gives the wildcards of one list: each pattern's points, times the number of patterns. */
export function wildcardPoints(conditions: readonly unknown[]): number {
  const points = conditions.flatMap(patternsOf).map((pattern) => {
    const stars = pattern.replaceAll(/\\./g, "").split("*").length - 1;
    return stars > 1 ? stars * FILTER.pointsPerWildcard : stars;
  });
  return points.reduce((sum, each) => sum + each, 0) * points.length;
}

function patternsOf(condition: unknown): string[] {
  const operand = isObject(condition) ? (condition["anything-but"] ?? condition) : undefined;
  const pattern = isObject(operand) ? operand.wildcard : undefined;
  return [pattern].flat().filter((each) => typeof each === "string");
}

function problemOf(condition: unknown): string | undefined {
  if (["string", "number", "boolean"].includes(typeof condition) || condition === null) {
    return undefined;
  }
  const [entry, ...others] = isObject(condition) ? Object.entries(condition) : [];
  if (entry === undefined || others.length > 0) {
    return "it is neither a value nor an object with exactly one operator";
  }
  const [operator, operand] = entry;
  switch (operator) {
    case "prefix":
    case "suffix":
    case "equals-ignore-case":
    case "wildcard":
      return textProblem(operator, operand);
    case "cidr":
      return isCidr(operand) ? undefined : "it is not an address range such as 10.0.0.0/24";
    case "numeric":
      return numericProblem(operand);
    case "exists":
      return typeof operand === "boolean" ? undefined : "exists takes true or false";
    case "anything-but":
      return exceptionProblem(operand);
    default:
      return `there is no operator ${operator}`;
  }
}

function textProblem(operator: string, operand: unknown): string | undefined {
  if (typeof operand !== "string") {
    return `${operator} takes a string`;
  }
  if (operator !== "wildcard") {
    return undefined;
  }
  const unescaped = operand.replaceAll(/\\[*\\]/g, "_");
  if (unescaped.includes("\\") || unescaped.includes("**")) {
    return "a backslash stands before * or another backslash only, and two * never stand together";
  }
  return unescaped.split("*").length - 1 > FILTER.wildcards ? `a pattern has at most ${FILTER.wildcards} *` : undefined;
}

function isCidr(operand: unknown): boolean {
  const [, address = "", bits = ""] = /^([^/]+)\/(\d{1,3})$/.exec(typeof operand === "string" ? operand : "") ?? [];
  return isIP(address) !== 0 && Number(bits) <= (isIP(address) === 4 ? 32 : 128);
}

function numericProblem(operand: unknown): string | undefined {
  const [operator, bound, upperOperator, upper, ...more] = Array.isArray(operand) ? operand : [];
  if (typeof operator !== "string" || !["=", "<", "<=", ">", ">="].includes(operator) || typeof bound !== "number") {
    return 'numeric takes ["=", 1], one bound such as [">", 1], or two such as [">", 1, "<=", 5]';
  }
  if (upperOperator === undefined) {
    return undefined;
  }
  const isRange =
    operator.startsWith(">") && ["<", "<="].some((known) => known === upperOperator) && typeof upper === "number";
  if (!isRange || more.length > 0) {
    return 'a range has a lower and then an upper bound: [">", 1, "<=", 5]';
  }
  return bound < upper ? undefined : `no number is above ${bound} and below ${upper}`;
}

function exceptionProblem(operand: unknown): string | undefined {
  if (isObject(operand)) {
    const [operator = ""] = Object.keys(operand);
    const patterns = [operand[operator]].flat();
    const isKnown = Object.keys(operand).length === 1 && ["prefix", "suffix", "wildcard"].includes(operator);
    return isKnown && patterns.length > 0
      ? patterns.map((pattern) => textProblem(operator, pattern)).find((problem) => problem !== undefined)
      : "inside anything-but, SNS knows values, prefix, suffix and wildcard";
  }
  const kinds = new Set([operand].flat().map((value) => typeof value));
  const isAlike = kinds.size === 1 && (kinds.has("string") || kinds.has("number"));
  return isAlike ? undefined : "anything-but takes strings or numbers, at least one and not both";
}
