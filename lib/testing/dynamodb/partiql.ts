import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { validation } from "./errors.ts";
import type { Item } from "./item.ts";

/** A statement with its parameters filled in. */
export type Statement =
  | { readonly kind: "insert"; readonly table: string; readonly item: Item }
  | { readonly kind: "update"; readonly table: string; readonly set: Item; readonly where: Item }
  | { readonly kind: "delete"; readonly table: string; readonly where: Item };

interface Parsed {
  readonly kind: Statement["kind"];
  readonly table: string;
  readonly set: readonly string[];
  readonly where: readonly string[];
}

const INSERT = /^INSERT INTO "([^"]+)" VALUE \{(.+)\}$/;
const UPDATE = /^UPDATE "([^"]+)" SET (.+?) WHERE (.+)$/;
const DELETE = /^DELETE FROM "([^"]+)" WHERE (.+)$/;

const parsed = new Map<string, Parsed>();

/**
 * Reads a PartiQL write with `?` for every value: `INSERT INTO "t" VALUE {'a': ?}`, `UPDATE "t" SET "a" = ? SET "b" = ? WHERE "k" = ? AND ...`
 * and `DELETE FROM "t" WHERE ...`, conditions being equalities joined by `AND`.
 *
 * @throws AwsError `ValidationException` for any other form
 */
export function readStatement(text: string, parameters: readonly AttributeValue[]): Statement {
  let form = parsed.get(text);
  if (form === undefined) {
    form = parse(text);
    parsed.set(text, form);
  }
  const { kind, table, set, where } = form;
  if (set.length + where.length !== parameters.length) {
    throw validation("Number of parameters in request and statement don't match.");
  }
  const values = pair(set, parameters);
  const conditions = pair(where, parameters.slice(set.length));
  switch (kind) {
    case "insert":
      return { kind, table, item: values };
    case "update":
      return { kind, table, set: values, where: conditions };
    case "delete":
      return { kind, table, where: conditions };
  }
}

function pair(names: readonly string[], values: readonly AttributeValue[]): Item {
  const paired: Record<string, AttributeValue> = {};
  for (const [index, name] of names.entries()) {
    const value = values[index];
    if (value !== undefined) {
      paired[name] = value;
    }
  }
  return paired;
}

function parse(text: string): Parsed {
  const unknown = () => validation(`the table in memory does not understand the statement ${text}`);
  const names = (list: string | undefined, separator: string | RegExp, form: RegExp) =>
    (list ?? "").split(separator).map((part) => {
      const name = form.exec(part.trim())?.[1];
      if (name === undefined) {
        throw unknown();
      }
      return name;
    });
  const member = /^'([^']+)': \?$/;
  const equality = /^"([^"]+)" = \?$/;
  const insert = INSERT.exec(text);
  if (insert !== null) {
    return { kind: "insert", table: insert[1] ?? "", set: names(insert[2], ",", member), where: [] };
  }
  const update = UPDATE.exec(text);
  if (update !== null) {
    const set = names(update[2], /,| SET /, equality);
    return { kind: "update", table: update[1] ?? "", set, where: names(update[3], " AND ", equality) };
  }
  const removal = DELETE.exec(text);
  if (removal !== null) {
    return { kind: "delete", table: removal[1] ?? "", set: [], where: names(removal[2], " AND ", equality) };
  }
  throw unknown();
}
