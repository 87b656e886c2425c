import { validation } from "../errors.ts";
import type { Value } from "../values/index.ts";
import type { Comparator, Condition, Operand } from "./ast.ts";

/** What a key condition asks of one key attribute. */
export type KeyTest =
  | { readonly kind: "compare"; readonly comparator: Exclude<Comparator, "<>">; readonly value: Value }
  | { readonly kind: "between"; readonly low: Value; readonly high: Value }
  | { readonly kind: "beginsWith"; readonly start: Value };

const MIRRORED = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

/** The tests of a key condition expression by the name of the attribute. @throws AwsError `ValidationException` */
export function keyTests(condition: Condition): ReadonlyMap<string, KeyTest> {
  const tests = new Map<string, KeyTest>();
  collect(condition, tests);
  return tests;
}

function collect(condition: Condition, tests: Map<string, KeyTest>): void {
  if (condition.kind === "and") {
    collect(condition.left, tests);
    collect(condition.right, tests);
    return;
  }
  const [name, test] = testOf(condition);
  if (tests.has(name)) {
    throw validation("KeyConditionExpressions must only contain one condition per key");
  }
  tests.set(name, test);
}

function testOf(condition: Condition): [string, KeyTest] {
  switch (condition.kind) {
    case "compare": {
      const { comparator, left, right } = condition;
      if (comparator === "<>") {
        throw validation("Invalid operator used in KeyConditionExpression: <>");
      }
      return left.kind === "value"
        ? [nameOf(right), { kind: "compare", comparator: MIRRORED[comparator], value: left.value }]
        : [nameOf(left), { kind: "compare", comparator, value: valueOfOperand(right) }];
    }
    case "between":
      requireKeyFirst("BETWEEN", condition.operand);
      return [
        nameOf(condition.operand),
        { kind: "between", low: valueOfOperand(condition.low), high: valueOfOperand(condition.high) },
      ];
    case "beginsWith":
      requireKeyFirst("begins_with", condition.left);
      return [nameOf(condition.left), { kind: "beginsWith", start: valueOfOperand(condition.right) }];
    default:
      throw validation(`Invalid operator used in KeyConditionExpression: ${operatorOf(condition)}`);
  }
}

function requireKeyFirst(operator: string, operand: Operand): void {
  if (operand.kind === "value") {
    throw validation(
      `Invalid condition in KeyConditionExpression: ${operator} operator must have the key attribute as its first operand`,
    );
  }
}

function nameOf(operand: Operand): string {
  if (operand.kind === "size") {
    throw validation("KeyConditionExpressions cannot contain nested operations");
  }
  if (operand.kind === "value") {
    throw validation("Invalid condition in KeyConditionExpression: No key attribute specified");
  }
  if (operand.path.length > 1) {
    throw validation("KeyConditionExpressions cannot have conditions on nested attributes");
  }
  return operand.path[0];
}

function valueOfOperand(operand: Operand): Value {
  if (operand.kind === "size") {
    throw validation("KeyConditionExpressions cannot contain nested operations");
  }
  if (operand.kind === "path") {
    throw validation("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
  }
  return operand.value;
}

function operatorOf(condition: Condition): string {
  switch (condition.kind) {
    case "exists":
      return "attribute_exists";
    case "isType":
      return "attribute_type";
    case "not":
      return condition.condition.kind === "exists" ? "attribute_not_exists" : "NOT";
    case "contains":
      return "contains";
    default:
      return condition.kind.toUpperCase();
  }
}
