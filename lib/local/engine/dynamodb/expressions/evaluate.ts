import {
  compareValues,
  elementsOf,
  type Item,
  isSet,
  sameValue,
  sortable,
  typeOf,
  type Value,
} from "../values/index.ts";
import type { Comparator, Condition, Operand } from "./ast.ts";
import { valueAt } from "./paths.ts";

/** Whether a condition holds for an item, or for none. A comparison with something that is not there is false, except `<>`. */
export function holds(condition: Condition, item: Item | undefined): boolean {
  switch (condition.kind) {
    case "and":
      return holds(condition.left, item) && holds(condition.right, item);
    case "or":
      return holds(condition.left, item) || holds(condition.right, item);
    case "not":
      return !holds(condition.condition, item);
    case "exists":
      return valueAt(item, condition.path) !== undefined;
    case "isType": {
      const value = valueAt(item, condition.path);
      return value !== undefined && typeOf(value) === condition.type;
    }
    case "compare":
      return compare(condition.comparator, operandValue(condition.left, item), operandValue(condition.right, item));
    case "between": {
      const value = operandValue(condition.operand, item);
      return (
        compare(">=", value, operandValue(condition.low, item)) &&
        compare("<=", value, operandValue(condition.high, item))
      );
    }
    case "in": {
      const value = operandValue(condition.operand, item);
      return condition.options.some((option) => compare("=", value, operandValue(option, item)));
    }
    case "beginsWith":
      return beginsWith(operandValue(condition.left, item), operandValue(condition.right, item));
    case "contains":
      return contains(operandValue(condition.left, item), operandValue(condition.right, item));
  }
}

export function compare(comparator: Comparator, left: Value | undefined, right: Value | undefined): boolean {
  if (left === undefined || right === undefined) {
    return comparator === "<>" && left !== right;
  }
  switch (comparator) {
    case "=":
      return sameValue(left, right);
    case "<>":
      return !sameValue(left, right);
    default: {
      const order = compareValues(left, right);
      return order !== undefined && isOrdered(comparator, order);
    }
  }
}

function isOrdered(comparator: "<" | "<=" | ">" | ">=", order: number): boolean {
  switch (comparator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

function operandValue(operand: Operand, item: Item | undefined): Value | undefined {
  switch (operand.kind) {
    case "path":
      return valueAt(item, operand.path);
    case "value":
      return operand.value;
    case "size": {
      const size = sizeOf(operandValue(operand.of, item));
      return size === undefined ? undefined : { N: String(size) };
    }
  }
}

/** Source: Developer Guide, "Condition and filter expressions", function `size`. */
function sizeOf(value: Value | undefined): number | undefined {
  if (value?.S !== undefined) {
    return value.S.length;
  }
  if (value?.B !== undefined) {
    return value.B.byteLength;
  }
  if (value?.M !== undefined) {
    return Object.keys(value.M).length;
  }
  return value !== undefined && (isSet(value) || value.L !== undefined) ? elementsOf(value).length : undefined;
}

function beginsWith(value: Value | undefined, start: Value | undefined): boolean {
  if (value === undefined || start === undefined || typeOf(value) !== typeOf(start) || value.N !== undefined) {
    return false;
  }
  const [text, prefix] = [sortable(value), sortable(start)];
  return text !== undefined && prefix !== undefined && text.startsWith(prefix);
}

function contains(value: Value | undefined, part: Value | undefined): boolean {
  if (value === undefined || part === undefined) {
    return false;
  }
  if (value.S !== undefined) {
    return part.S !== undefined && value.S.includes(part.S);
  }
  if (value.B !== undefined) {
    return part.B !== undefined && (sortable(value) ?? "").includes(sortable(part) ?? "");
  }
  return elementsOf(value).some((element) => sameValue(element, part));
}
