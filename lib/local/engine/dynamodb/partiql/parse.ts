import type { NewValue, Path, UpdateAction } from "../expressions/index.ts";
import type { Value } from "../values/index.ts";
import { readWhere } from "./condition.ts";
import { StatementReader } from "./reader.ts";
import type { Returning, SelectStatement, Statement } from "./statement.ts";

/**
 * Reads a PartiQL statement with its parameters in their places.
 * Source: Developer Guide, "PartiQL statements for DynamoDB".
 *
 * @throws AwsError `ValidationException`
 */
export function parseStatement(text: string, parameters: readonly Value[]): Statement {
  const reader = new StatementReader(text, parameters);
  const statement = readStatement(reader);
  reader.expectEnd();
  return statement;
}

function readStatement(reader: StatementReader): Statement {
  if (reader.accept("SELECT")) {
    return select(reader);
  }
  const negated = reader.accept("NOT", "EXISTS");
  if (negated || reader.accept("EXISTS")) {
    reader.expect("(", "SELECT");
    const inner = select(reader);
    reader.expect(")");
    return { kind: "exists", select: inner, negated };
  }
  if (reader.accept("INSERT", "INTO")) {
    const table = reader.name();
    reader.expect("VALUE");
    const item = reader.value().M;
    if (item === undefined) {
      throw reader.unexpected("an item in braces");
    }
    return { kind: "insert", table, item, doNothing: reader.accept("ON", "CONFLICT", "DO", "NOTHING") };
  }
  if (reader.accept("UPDATE")) {
    return update(reader);
  }
  if (reader.accept("DELETE", "FROM")) {
    const table = reader.name();
    reader.expect("WHERE");
    return { kind: "delete", table, where: readWhere(reader), returning: returning(reader) };
  }
  throw reader.unexpected("SELECT, INSERT, UPDATE, DELETE or EXISTS");
}

function select(reader: StatementReader): SelectStatement {
  const projection = reader.accept("*") ? undefined : paths(reader);
  reader.expect("FROM");
  const table = reader.name();
  const index = reader.accept(".") ? reader.name() : undefined;
  const where = reader.accept("WHERE") ? readWhere(reader) : undefined;
  const by = reader.accept("ORDER", "BY") ? reader.path() : undefined;
  const descending = by !== undefined && reader.accept("DESC");
  if (by !== undefined && !descending) {
    reader.accept("ASC");
  }
  return { kind: "select", table, index, projection, where, order: by === undefined ? undefined : { by, descending } };
}

function paths(reader: StatementReader): Path[] {
  const all: Path[] = [];
  do {
    all.push(reader.path());
  } while (reader.accept(","));
  return all;
}

function update(reader: StatementReader): Statement {
  const table = reader.name();
  const actions: UpdateAction[] = [];
  while (!reader.accept("WHERE")) {
    if (reader.accept("SET")) {
      do {
        const path = reader.path();
        reader.expect("=");
        actions.push({ kind: "set", path, value: newValue(reader) });
      } while (reader.accept(","));
    } else {
      reader.expect("REMOVE");
      do {
        actions.push({ kind: "remove", path: reader.path() });
      } while (reader.accept(","));
    }
  }
  if (actions.length === 0) {
    throw reader.unexpected("SET or REMOVE");
  }
  return { kind: "update", table, actions, where: readWhere(reader), returning: returning(reader) };
}

function newValue(reader: StatementReader): NewValue {
  const left = term(reader);
  for (const [sign, kind] of [
    ["+", "add"],
    ["-", "subtract"],
  ] as const) {
    if (reader.accept(sign)) {
      return { kind, left, right: term(reader) };
    }
  }
  return left;
}

function term(reader: StatementReader): NewValue {
  if (reader.isAtValue) {
    return { kind: "value", value: reader.value() };
  }
  if (reader.accept("IF_NOT_EXISTS", "(")) {
    const path = reader.path();
    reader.expect(",");
    const fallback = reader.nested(() => newValue(reader));
    reader.expect(")");
    return { kind: "ifNotExists", path, fallback };
  }
  for (const [name, kind] of [
    ["LIST_APPEND", "append"],
    ["SET_ADD", "union"],
    ["SET_DELETE", "difference"],
  ] as const) {
    if (reader.accept(name, "(")) {
      const left = reader.nested(() => newValue(reader));
      reader.expect(",");
      const right = reader.nested(() => newValue(reader));
      reader.expect(")");
      return { kind, left, right };
    }
  }
  return { kind: "path", path: reader.path() };
}

function returning(reader: StatementReader): Returning | undefined {
  if (!reader.accept("RETURNING")) {
    return undefined;
  }
  for (const kind of ["ALL OLD", "ALL NEW", "MODIFIED OLD", "MODIFIED NEW"] as const) {
    if (reader.accept(...kind.split(" "), "*")) {
      return kind;
    }
  }
  throw reader.unexpected("ALL OLD *, ALL NEW *, MODIFIED OLD * or MODIFIED NEW *");
}
