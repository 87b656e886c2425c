import { LIMITS } from "../limits.ts";
import { compareValues, typeOf, VALUE_TYPES, type Value, type ValueType } from "../values/index.ts";
import { type Comparator, type Condition, type Operand, type Path, showPath } from "./ast.ts";
import type { ExpressionReader } from "./reader.ts";

const COMPARATORS: ReadonlySet<string> = new Set(["=", "<>", "<", "<=", ">", ">="]);
/** Types that have an order. */
const ORDERED: ReadonlySet<ValueType> = new Set(["S", "N", "B"]);
const TEXTS: ReadonlySet<ValueType> = new Set(["S", "B"]);

/** A whole condition, filter or key condition expression. @throws AwsError `ValidationException` */
export function readCondition(reader: ExpressionReader): Condition {
  const condition = disjunction(reader);
  reader.expectEnd();
  return condition;
}

function disjunction(reader: ExpressionReader): Condition {
  let left = conjunction(reader);
  while (reader.accept("OR")) {
    reader.countOperator();
    left = { kind: "or", left, right: conjunction(reader) };
  }
  return left;
}

function conjunction(reader: ExpressionReader): Condition {
  let left = negation(reader);
  while (reader.accept("AND")) {
    reader.countOperator();
    left = { kind: "and", left, right: negation(reader) };
  }
  return left;
}

function negation(reader: ExpressionReader): Condition {
  if (reader.accept("NOT")) {
    reader.countOperator();
    return { kind: "not", condition: reader.nested(() => negation(reader)) };
  }
  if (reader.accept("(")) {
    const condition = reader.nested(() => disjunction(reader));
    reader.expect(")");
    return condition;
  }
  const name = reader.peekExact();
  if (name !== "size") {
    const called = reader.acceptFunction();
    if (called !== undefined) {
      return predicate(reader, called);
    }
  }
  return comparison(reader);
}

function predicate(reader: ExpressionReader, name: string): Condition {
  switch (name) {
    case "attribute_exists":
    case "attribute_not_exists": {
      const path = pathArgument(reader, name);
      reader.expect(")");
      const exists: Condition = { kind: "exists", path };
      return name === "attribute_exists" ? exists : { kind: "not", condition: exists };
    }
    case "attribute_type": {
      const path = pathArgument(reader, name);
      reader.expect(",");
      const type = typeArgument(reader);
      reader.expect(")");
      return { kind: "isType", path, type };
    }
    case "begins_with":
    case "contains": {
      const left = operandOrSize(reader);
      reader.expect(",");
      const right = operandOrSize(reader);
      reader.expect(")");
      if (name === "begins_with") {
        requireType(reader, "operator or function: begins_with", TEXTS, left, right);
        return { kind: "beginsWith", left, right };
      }
      requireDistinct(reader, name, left, right);
      return { kind: "contains", left, right };
    }
    case "if_not_exists":
    case "list_append":
      throw reader.invalid(`The function is not allowed in a condition expression; function: ${name}`);
    default:
      throw reader.invalid(`Invalid function name; function: ${name}`);
  }
}

function comparison(reader: ExpressionReader): Condition {
  const left = operandOrSize(reader);
  if (reader.accept("BETWEEN")) {
    reader.countOperator();
    const low = operandOrSize(reader);
    reader.expect("AND");
    const high = operandOrSize(reader);
    requireType(reader, "operator: BETWEEN", ORDERED, left, low, high);
    requireRange(reader, low, high);
    return { kind: "between", operand: left, low, high };
  }
  if (reader.accept("IN")) {
    reader.countOperator();
    return { kind: "in", operand: left, options: optionsOf(reader) };
  }
  const comparator = reader.peek();
  if (!isComparator(comparator)) {
    throw reader.unexpected();
  }
  reader.accept(comparator);
  reader.countOperator();
  const right = operandOrSize(reader);
  if (comparator !== "=" && comparator !== "<>") {
    requireType(reader, `operator: ${comparator}`, ORDERED, left, right);
  }
  requireDistinct(reader, comparator, left, right);
  return { kind: "compare", comparator, left, right };
}

function isComparator(text: string): text is Comparator {
  return COMPARATORS.has(text);
}

function optionsOf(reader: ExpressionReader): Operand[] {
  reader.expect("(");
  const options: Operand[] = [];
  do {
    options.push(operandOrSize(reader));
  } while (reader.accept(","));
  reader.expect(")");
  if (options.length > LIMITS.inOperands) {
    throw reader.invalid(
      `The IN operator is provided with too many operands; number of operands: ${options.length + 1}`,
    );
  }
  return options;
}

function operandOrSize(reader: ExpressionReader): Operand {
  const name = reader.acceptFunction();
  if (name === undefined) {
    if (reader.accept("(")) {
      const operand = reader.nested(() => operandOrSize(reader));
      reader.expect(")");
      return operand;
    }
    return reader.operand();
  }
  if (name !== "size") {
    throw reader.invalid(
      /^(?:attribute_|begins_with$|contains$)/.test(name)
        ? `The function is not allowed to be used this way in an expression; function: ${name}`
        : `Invalid function name; function: ${name}`,
    );
  }
  const of = reader.operand();
  reader.expect(")");
  return { kind: "size", of };
}

function pathArgument(reader: ExpressionReader, name: string): Path {
  const operand = reader.operand();
  if (operand.kind !== "path") {
    throw reader.invalid(`Operator or function requires a document path; operator or function: ${name}`);
  }
  return operand.path;
}

function typeArgument(reader: ExpressionReader): ValueType {
  const given = reader.operand();
  const name = given.kind === "value" ? given.value.S : undefined;
  if (given.kind !== "value" || name === undefined) {
    const shown = given.kind === "value" ? typeOf(given.value) : "path";
    throw reader.invalid(
      `Incorrect operand type for operator or function; operator or function: attribute_type, operand type: ${shown}`,
    );
  }
  const type = VALUE_TYPES.find((each) => each === name);
  if (type === undefined) {
    const known = [...VALUE_TYPES].sort().join(",");
    throw reader.invalid(`Invalid attribute type name found; type: ${name}, valid types: {${known}}`);
  }
  return type;
}

function requireType(
  reader: ExpressionReader,
  operator: string,
  allowed: ReadonlySet<ValueType>,
  ...operands: readonly Operand[]
): void {
  for (const operand of operands) {
    const type = operand.kind === "value" ? typeOf(operand.value) : operand.kind === "size" ? "N" : undefined;
    if (type !== undefined && !allowed.has(type)) {
      throw reader.invalid(`Incorrect operand type for operator or function; ${operator}, operand type: ${type}`);
    }
  }
}

function requireRange(reader: ExpressionReader, low: Operand, high: Operand): void {
  if (low.kind !== "value" || high.kind !== "value") {
    return;
  }
  const [lower, upper] = [typeOf(low.value), typeOf(high.value)];
  const shown = `lower bound operand: AttributeValue: ${showValue(low.value)}, upper bound operand: AttributeValue: ${showValue(high.value)}`;
  if (lower !== upper) {
    throw reader.invalid(`The BETWEEN operator requires same data type for lower and upper bounds; ${shown}`);
  }
  if ((compareValues(low.value, high.value) ?? 0) > 0) {
    throw reader.invalid(
      `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${shown}`,
    );
  }
}

function requireDistinct(reader: ExpressionReader, operator: string, left: Operand, right: Operand): void {
  if (left.kind === "path" && right.kind === "path" && showPath(left.path) === showPath(right.path)) {
    throw reader.invalid(
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${showPath(left.path)}`,
    );
  }
}

function showValue(value: Value): string {
  const type = typeOf(value);
  return `{${type}:${String(value[type])}}`;
}
