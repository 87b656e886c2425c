import { validation } from "../errors.ts";
import type { Condition } from "../expressions/index.ts";
import { keyNames, keyOfRequest, type StoredKey, type Table } from "../model/index.ts";
import type { Item, Value } from "../values/index.ts";

/** A WHERE that names one item by its key, and what else it asks. */
export interface ItemCondition {
  readonly key: StoredKey;
  readonly keyAttributes: Item;
  readonly rest: Condition | undefined;
}

/** The attributes that a condition compares with a value and that have to be equal. */
export function equalities(condition: Condition | undefined): ReadonlyMap<string, Value> {
  return new Map(
    conjuncts(condition).flatMap((part) => {
      const equality = equalityOf(part);
      return equality === undefined ? [] : [equality];
    }),
  );
}

/** @throws AwsError `ValidationException` for a WHERE that does not name one item */
export function itemCondition(table: Table, where: Condition): ItemCondition {
  const names = keyNames(table.schema);
  const parts = conjuncts(where).map((condition) => ({ condition, equality: equalityOf(condition) }));
  const isKey = (part: (typeof parts)[number]) => part.equality !== undefined && names.includes(part.equality[0]);
  const keys = parts.flatMap((part) => (isKey(part) && part.equality !== undefined ? [part.equality] : []));
  if (new Set(keys.map(([name]) => name)).size < names.length || keys.length > names.length) {
    throw validation("Where clause does not contain a mandatory equality on all key attributes");
  }
  const keyAttributes = Object.fromEntries(keys);
  const rest = parts.filter((part) => !isKey(part)).map(({ condition }) => condition);
  return { key: keyOfRequest(table.schema, keyAttributes), keyAttributes, rest: both(...rest) };
}

/** All of the conditions; undefined for none. */
export function both(...conditions: readonly Condition[]): Condition | undefined {
  return conditions.reduce<Condition | undefined>(
    (left, right) => (left === undefined ? right : { kind: "and", left, right }),
    undefined,
  );
}

function conjuncts(condition: Condition | undefined): readonly Condition[] {
  if (condition === undefined) {
    return [];
  }
  return condition.kind === "and" ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition];
}

function equalityOf(condition: Condition): [string, Value] | undefined {
  if (condition.kind !== "compare" || condition.comparator !== "=") {
    return undefined;
  }
  const { left, right } = condition;
  const [path, value] = left.kind === "path" ? [left, right] : [right, left];
  return path.kind === "path" && path.path.length === 1 && value.kind === "value"
    ? [path.path[0], value.value]
    : undefined;
}
