import { elementsOf } from "./compare.ts";
import { typeOf, type Value } from "./item.ts";
import { sortable } from "./sortable.ts";

export function isSet(value: Value): boolean {
  return value.SS !== undefined || value.NS !== undefined || value.BS !== undefined;
}

/** The union of two sets of one type. */
export function union(left: Value, right: Value): Value {
  const members = new Map([...elementsOf(left), ...elementsOf(right)].map((each) => [sortable(each), each]));
  return setOf(typeOf(left), [...members.values()]);
}

/** What the left set has and the right one has not; undefined if nothing is left, as there are no empty sets. */
export function difference(left: Value, right: Value): Value | undefined {
  const removed = new Set(elementsOf(right).map(sortable));
  const rest = elementsOf(left).filter((each) => !removed.has(sortable(each)));
  return rest.length === 0 ? undefined : setOf(typeOf(left), rest);
}

function setOf(type: string, members: readonly Value[]): Value {
  switch (type) {
    case "SS":
      return { SS: members.flatMap(({ S }) => S ?? []) };
    case "NS":
      return { NS: members.flatMap(({ N }) => N ?? []) };
    default:
      return { BS: members.flatMap(({ B }) => B ?? []) };
  }
}
