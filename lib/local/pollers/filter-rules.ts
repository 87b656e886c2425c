import { isJsonObject, type Json, matchesPattern } from "../../std/index.ts";
import { LocalError } from "../common/index.ts";

/** One alternative of a field in an event pattern: called with the field's value, or undefined when the field is absent. */
export type FieldTest = (value: Json | undefined) => boolean;

/**
 * Compiles one alternative: a literal or an operator. Operators: `prefix`, `suffix`, `equals-ignore-case`, `wildcard`,
 * `exists`, `numeric`, `anything-but` (values, prefix, suffix, equals-ignore-case, wildcard).
 * Source: AWS Lambda Developer Guide, "Control which events Lambda sends to your function", filter rule syntax.
 */
export function compileRule(rule: Json): FieldTest {
  if (!isJsonObject(rule)) {
    if (Array.isArray(rule)) {
      throw invalid(`a list inside of a list: ${JSON.stringify(rule)}`);
    }
    return (value) => value === rule;
  }
  const [entry, ...others] = Object.entries(rule);
  if (entry === undefined || others.length > 0) {
    throw invalid(`an operator must have exactly one key: ${JSON.stringify(rule)}`);
  }
  const [operator, operand] = entry;
  switch (operator) {
    case "exists":
      return (value) => (value !== undefined) === (operand === true);
    case "numeric":
      return compileNumeric(operand);
    case "anything-but": {
      const tests = (Array.isArray(operand) ? operand : [operand]).map((item: Json) => compileRule(item));
      return (value) => value !== undefined && !tests.some((test) => test(value));
    }
    default:
      return compileText(operator, operand);
  }
}

function compileText(operator: string, operand: Json): FieldTest {
  if (isJsonObject(operand) && (operator === "prefix" || operator === "suffix")) {
    const folded = operand["equals-ignore-case"];
    if (typeof folded === "string") {
      const test = compileText(operator, folded.toLowerCase());
      return onText((value) => test(value.toLowerCase()));
    }
  }
  if (typeof operand !== "string") {
    throw invalid(`${operator} takes a string, not ${JSON.stringify(operand)}`);
  }
  switch (operator) {
    case "prefix":
      return onText((value) => value.startsWith(operand));
    case "suffix":
      return onText((value) => value.endsWith(operand));
    case "equals-ignore-case": {
      const folded = operand.toLowerCase();
      return onText((value) => value.toLowerCase() === folded);
    }
    case "wildcard":
      return onText((value) => matchesPattern(operand, value, ""));
    default:
      throw invalid(`unknown operator ${operator}`);
  }
}

function onText(test: (value: string) => boolean): FieldTest {
  return (value) => typeof value === "string" && test(value);
}

const COMPARISONS: ReadonlyMap<unknown, (value: number, bound: number) => boolean> = new Map([
  ["=", (value: number, bound: number) => value === bound],
  ["<", (value, bound) => value < bound],
  ["<=", (value, bound) => value <= bound],
  [">", (value, bound) => value > bound],
  [">=", (value, bound) => value >= bound],
]);

function compileNumeric(operand: Json): FieldTest {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 !== 0) {
    throw invalid(`numeric takes pairs of comparison and number, not ${JSON.stringify(operand)}`);
  }
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < operand.length; index += 2) {
    const comparison = COMPARISONS.get(operand[index]);
    const bound: unknown = operand[index + 1];
    if (comparison === undefined || typeof bound !== "number") {
      throw invalid(`numeric takes =, <, <=, >, >= with a number, not ${JSON.stringify(operand)}`);
    }
    tests.push((value) => comparison(value, bound));
  }
  return (value) => typeof value === "number" && tests.every((test) => test(value));
}

/** The error of a pattern that Lambda refuses. */
export function invalid(detail: string): LocalError {
  return new LocalError(
    "MappingInvalid",
    `InvalidParameterValueException: Invalid filter pattern definition: ${detail}`,
  );
}
