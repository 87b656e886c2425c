import { attributeOf, type Item, typeOf, type Value } from "./item.ts";
import { sortable } from "./sortable.ts";

/** Whether two values are of one type and equal. Numbers are equal as numbers, sets whatever their order. */
export function sameValue(left: Value, right: Value): boolean {
  const type = typeOf(left);
  if (type !== typeOf(right)) {
    return false;
  }
  switch (type) {
    case "S":
    case "BOOL":
    case "NULL":
      return left[type] === right[type];
    case "N":
    case "B":
      return sortable(left) === sortable(right);
    case "SS":
    case "NS":
    case "BS": {
      const members = new Set(elementsOf(left).map(sortable));
      const others = elementsOf(right);
      return members.size === others.length && others.every((each) => members.has(sortable(each)));
    }
    case "L": {
      const [list, other] = [left.L ?? [], right.L ?? []];
      return list.length === other.length && list.every((value, index) => sameOptional(value, other[index]));
    }
    case "M":
      return sameItem(left.M ?? {}, right.M ?? {});
  }
}

export function sameItem(left: Item, right: Item): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => sameOptional(attributeOf(left, name), attributeOf(right, name)))
  );
}

function sameOptional(left: Value | undefined, right: Value | undefined): boolean {
  return left === undefined || right === undefined ? left === right : sameValue(left, right);
}

/** Negative, zero or positive; undefined for values of different types or without an order. */
export function compareValues(left: Value, right: Value): number | undefined {
  if (typeOf(left) !== typeOf(right)) {
    return undefined;
  }
  const [a, b] = [sortable(left), sortable(right)];
  if (a === undefined || b === undefined) {
    return undefined;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The elements of a set or list as values of their own; none for other types. */
export function elementsOf(value: Value): readonly Value[] {
  return (
    value.L ?? value.SS?.map((S) => ({ S })) ?? value.NS?.map((N) => ({ N })) ?? value.BS?.map((B) => ({ B })) ?? []
  );
}
