import { validation } from "../errors.ts";
import {
  addDecimals,
  attributeOf,
  difference,
  formatDecimal,
  type Item,
  isSet,
  negated,
  parseDecimal,
  typeOf,
  union,
  type Value,
  withAttribute,
  withoutAttribute,
} from "../values/index.ts";
import type { NewValue, Path, UpdateAction } from "./ast.ts";
import { valueAt } from "./paths.ts";

/**
 * The item after an update. All values are computed from the item before it.
 *
 * @throws AwsError `ValidationException` where the item does not have what the update needs
 */
export function applyUpdate(item: Item, actions: readonly UpdateAction[]): Item {
  const changes = actions.map((action) => ({ path: action.path, value: resultOf(action, item) }));
  // By position, so that what is set behind the end of a list keeps its order; removals from the end, as positions move.
  const sets = changes
    .filter(({ value }) => value !== undefined)
    .sort((left, right) => byPosition(left.path, right.path));
  const removals = changes
    .filter(({ value }) => value === undefined)
    .sort((left, right) => byPosition(right.path, left.path));
  return [...sets, ...removals].reduce((next, { path, value }) => replaceIn(next, path, value), item);
}

/** @returns undefined where the action removes the attribute */
function resultOf(action: UpdateAction, item: Item): Value | undefined {
  const { path } = action;
  switch (action.kind) {
    case "set":
      return compute(action.value, item);
    case "remove":
      return undefined;
    case "add": {
      const before = valueAt(item, path);
      return before === undefined ? action.value : added(before, action.value);
    }
    case "delete": {
      const before = valueAt(item, path);
      if (before === undefined) {
        return undefined;
      }
      requireSameType(before, action.value);
      return difference(before, action.value);
    }
  }
}

function compute(value: NewValue, item: Item): Value {
  switch (value.kind) {
    case "value":
      return value.value;
    case "path": {
      const stored = valueAt(item, value.path);
      if (stored === undefined) {
        throw validation("The provided expression refers to an attribute that does not exist in the item");
      }
      return stored;
    }
    case "ifNotExists":
      return valueAt(item, value.path) ?? compute(value.fallback, item);
    case "add":
      return plus(compute(value.left, item), compute(value.right, item));
    case "subtract":
      return plus(compute(value.left, item), negative(compute(value.right, item)));
    case "append": {
      const [left, right] = [compute(value.left, item), compute(value.right, item)];
      if (left.L === undefined || right.L === undefined) {
        throw wrongType();
      }
      return { L: [...left.L, ...right.L] };
    }
    case "union":
    case "difference": {
      const [left, right] = [compute(value.left, item), compute(value.right, item)];
      requireSameType(left, right);
      const result = value.kind === "union" ? union(left, right) : difference(left, right);
      if (result === undefined) {
        throw validation("The update would leave an empty set: remove the attribute instead");
      }
      return result;
    }
    case "size":
      throw wrongType();
  }
}

function added(before: Value, value: Value): Value {
  if (before.N !== undefined && value.N !== undefined) {
    return plus(before, value);
  }
  requireSameType(before, value);
  return union(before, value);
}

function plus(left: Value, right: Value): Value {
  if (left.N === undefined || right.N === undefined) {
    throw wrongType();
  }
  return { N: formatDecimal(addDecimals(parseDecimal(left.N), parseDecimal(right.N))) };
}

function negative(value: Value): Value {
  if (value.N === undefined) {
    throw wrongType();
  }
  return { N: formatDecimal(negated(parseDecimal(value.N))) };
}

function requireSameType(left: Value, right: Value): void {
  if (!isSet(left) || typeOf(left) !== typeOf(right)) {
    throw wrongType();
  }
}

function wrongType(): Error {
  return validation("An operand in the update expression has an incorrect data type");
}

function byPosition(left: Path, right: Path): number {
  const at = left.findIndex((part, index) => part !== right[index]);
  const [one, two] = [left[at], right[at]];
  return typeof one === "number" && typeof two === "number" ? one - two : 0;
}

/** @param value undefined removes what is at the path */
function replaceIn(item: Item, path: Path, value: Value | undefined): Item {
  const [name, ...rest] = path;
  const before = attributeOf(item, name);
  if (rest.length === 0) {
    return value === undefined ? withoutAttribute(item, name) : withAttribute(item, name, value);
  }
  if (before === undefined) {
    throw invalidPath();
  }
  return withAttribute(item, name, replaceAt(before, rest, value));
}

function replaceAt(container: Value, path: readonly (string | number)[], value: Value | undefined): Value {
  const [part, ...rest] = path;
  if (typeof part === "string" && container.M !== undefined) {
    return { M: replaceIn(container.M, [part, ...rest], value) };
  }
  if (typeof part !== "number" || container.L === undefined) {
    throw invalidPath();
  }
  const list = [...container.L];
  const before = list[part];
  if (rest.length > 0) {
    if (before === undefined) {
      throw invalidPath();
    }
    list[part] = replaceAt(before, rest, value);
  } else if (value === undefined) {
    list.splice(part, 1);
  } else {
    list.splice(part, 1, value);
  }
  return { L: list };
}

function invalidPath(): Error {
  return validation("The document path provided in the update expression is invalid for update");
}
