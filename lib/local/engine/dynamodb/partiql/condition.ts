import type { Comparator, Condition, Operand } from "../expressions/index.ts";
import { VALUE_TYPES } from "../values/index.ts";
import type { StatementReader } from "./reader.ts";

/** What stands behind WHERE. @throws AwsError `ValidationException` */
export function readWhere(reader: StatementReader): Condition {
  let left = conjunction(reader);
  while (reader.accept("OR")) {
    left = { kind: "or", left, right: conjunction(reader) };
  }
  return left;
}

function conjunction(reader: StatementReader): Condition {
  let left = negation(reader);
  while (reader.accept("AND")) {
    left = { kind: "and", left, right: negation(reader) };
  }
  return left;
}

function negation(reader: StatementReader): Condition {
  if (reader.accept("NOT")) {
    return { kind: "not", condition: reader.nested(() => negation(reader)) };
  }
  if (reader.accept("(")) {
    const condition = reader.nested(() => readWhere(reader));
    reader.expect(")");
    return condition;
  }
  return call(reader) ?? comparison(reader);
}

/** A function that says yes or no. */
function call(reader: StatementReader): Condition | undefined {
  if (reader.accept("ATTRIBUTE_TYPE", "(")) {
    const path = reader.path();
    reader.expect(",");
    const { S: name } = reader.value();
    reader.expect(")");
    const type = VALUE_TYPES.find((each) => each === name);
    if (type === undefined) {
      throw reader.unexpected(`one of the types ${VALUE_TYPES.join(", ")} as the second argument`);
    }
    return { kind: "isType", path, type };
  }
  for (const [name, kind] of [
    ["BEGINS_WITH", "beginsWith"],
    ["CONTAINS", "contains"],
  ] as const) {
    if (reader.accept(name, "(")) {
      const left = operand(reader);
      reader.expect(",");
      const right = operand(reader);
      reader.expect(")");
      return { kind, left, right };
    }
  }
  return undefined;
}

const COMPARATORS: readonly (readonly [string, Comparator])[] = [
  ["=", "="],
  ["<>", "<>"],
  ["!=", "<>"],
  ["<=", "<="],
  [">=", ">="],
  ["<", "<"],
  [">", ">"],
];

function comparison(reader: StatementReader): Condition {
  const left = operand(reader);
  if (reader.accept("IS")) {
    return presence(reader, left);
  }
  if (reader.accept("BETWEEN")) {
    const low = operand(reader);
    reader.expect("AND");
    return { kind: "between", operand: left, low, high: operand(reader) };
  }
  if (reader.accept("NOT", "IN")) {
    return { kind: "not", condition: { kind: "in", operand: left, options: options(reader) } };
  }
  if (reader.accept("IN")) {
    return { kind: "in", operand: left, options: options(reader) };
  }
  const found = COMPARATORS.find(([sign]) => reader.accept(sign));
  if (found === undefined) {
    throw reader.unexpected("a comparison");
  }
  return { kind: "compare", comparator: found[1], left, right: operand(reader) };
}

/** `IS [NOT] MISSING`, `IS [NOT] NULL`. */
function presence(reader: StatementReader, operandBefore: Operand): Condition {
  const isNegated = reader.accept("NOT");
  if (operandBefore.kind !== "path") {
    throw reader.unexpected("an attribute in front of IS");
  }
  const { path } = operandBefore;
  const exists: Condition = { kind: "exists", path };
  const isNull: Condition = { kind: "isType", path, type: "NULL" };
  if (reader.accept("MISSING")) {
    return isNegated ? exists : { kind: "not", condition: exists };
  }
  reader.expect("NULL");
  return isNegated ? { kind: "not", condition: isNull } : isNull;
}

function options(reader: StatementReader): Operand[] {
  const end = reader.accept("[") ? "]" : ")";
  if (end === ")") {
    reader.expect("(");
  }
  const values: Operand[] = [];
  do {
    values.push(operand(reader));
  } while (reader.accept(","));
  reader.expect(end);
  return values;
}

function operand(reader: StatementReader): Operand {
  if (reader.isAtValue) {
    return { kind: "value", value: reader.value() };
  }
  if (reader.accept("SIZE", "(")) {
    const of = reader.nested(() => operand(reader));
    reader.expect(")");
    return { kind: "size", of };
  }
  return { kind: "path", path: reader.path() };
}
