import { typeOf, type Value } from "../values/index.ts";
import type { NewValue, UpdateAction } from "./ast.ts";
import { checkOverlaps } from "./overlaps.ts";
import type { ExpressionReader } from "./reader.ts";

const CLAUSES = ["SET", "REMOVE", "ADD", "DELETE"] as const;

type Clause = (typeof CLAUSES)[number];

/** A whole update expression. @throws AwsError `ValidationException` */
export function readUpdate(reader: ExpressionReader): readonly UpdateAction[] {
  const actions: UpdateAction[] = [];
  const seen = new Set<Clause>();
  while (!reader.isAtEnd) {
    const clause = CLAUSES.find((each) => reader.accept(each));
    if (clause === undefined) {
      throw reader.unexpected();
    }
    if (seen.has(clause)) {
      throw reader.invalid(`The "${clause}" section can only be used once in an update expression;`);
    }
    seen.add(clause);
    do {
      reader.countOperator();
      actions.push(readAction(reader, clause));
    } while (reader.accept(","));
  }
  checkOverlaps(
    reader,
    actions.map(({ path }) => path),
  );
  return actions;
}

function readAction(reader: ExpressionReader, clause: Clause): UpdateAction {
  const path = reader.path();
  switch (clause) {
    case "SET":
      reader.expect("=");
      return { kind: "set", path, value: sum(reader) };
    case "REMOVE":
      return { kind: "remove", path };
    case "ADD":
      return { kind: "add", path, value: operandOf(reader, clause, ["N", "SS", "NS", "BS"]) };
    case "DELETE":
      return { kind: "delete", path, value: operandOf(reader, clause, ["SS", "NS", "BS"]) };
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  SS: "STRING_SET",
  NS: "NUMBER_SET",
  BS: "BINARY_SET",
  M: "MAP",
  L: "LIST",
  NULL: "NULL",
  BOOL: "BOOLEAN",
};

function operandOf(reader: ExpressionReader, clause: "ADD" | "DELETE", allowed: readonly string[]): Value {
  const value = reader.value();
  const type = typeOf(value);
  if (!allowed.includes(type)) {
    throw reader.invalid(
      `Incorrect operand type for operator or function; operator: ${clause}, operand type: ${TYPE_NAMES[type]}, typeSet: ALLOWED_FOR_${clause}_OPERAND`,
    );
  }
  return value;
}

function sum(reader: ExpressionReader): NewValue {
  const left = term(reader);
  for (const [sign, kind] of [
    ["+", "add"],
    ["-", "subtract"],
  ] as const) {
    if (reader.accept(sign)) {
      reader.countOperator();
      const right = term(reader);
      for (const operand of [left, right]) {
        requireOperandType(reader, `operator or function: ${sign}`, operand, "N");
      }
      return { kind, left, right };
    }
  }
  return left;
}

function term(reader: ExpressionReader): NewValue {
  if (reader.accept("(")) {
    const value = reader.nested(() => sum(reader));
    reader.expect(")");
    return value;
  }
  const name = reader.acceptFunction();
  if (name === undefined) {
    return reader.operand();
  }
  if (name !== "if_not_exists" && name !== "list_append") {
    throw reader.invalid(
      /^(?:attribute_(?:exists|not_exists|type)|begins_with|contains|size)$/.test(name)
        ? `The function is not allowed in an update expression; function: ${name}`
        : `Invalid function name; function: ${name}`,
    );
  }
  return reader.nested(() => call(reader, name));
}

function call(reader: ExpressionReader, name: "if_not_exists" | "list_append"): NewValue {
  const left = term(reader);
  reader.expect(",");
  const right = term(reader);
  reader.expect(")");
  if (name === "if_not_exists") {
    if (left.kind !== "path") {
      throw reader.invalid(`Operator or function requires a document path; operator or function: ${name}`);
    }
    return { kind: "ifNotExists", path: left.path, fallback: right };
  }
  for (const operand of [left, right]) {
    requireOperandType(reader, `operator or function: ${name}`, operand, "L");
  }
  return { kind: "append", left, right };
}

function requireOperandType(reader: ExpressionReader, operator: string, operand: NewValue, type: "N" | "L"): void {
  if (operand.kind === "value" && typeOf(operand.value) !== type) {
    throw reader.invalid(
      `Incorrect operand type for operator or function; ${operator}, operand type: ${typeOf(operand.value)}`,
    );
  }
}
