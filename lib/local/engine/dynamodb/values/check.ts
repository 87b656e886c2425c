import { invalidParameters, validation } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { formatDecimal, parseDecimal } from "./decimal.ts";
import { attributeOf, type Item, VALUE_TYPES, type Value } from "./item.ts";
import { sortable } from "./sortable.ts";

/**
 * Checks the attributes of a request and brings numbers into the form in which DynamoDB returns them.
 *
 * @throws AwsError `ValidationException` in DynamoDB's words
 */
export function checkItem(item: Item): Item {
  return checkMap(item, 1);
}

/**
 * Checks some attributes of an item whose others were checked before.
 *
 * @throws AwsError `ValidationException` in DynamoDB's words
 */
export function checkAttributes(item: Item, names: readonly string[]): Item {
  const checked = names.flatMap((name) => {
    const value = attributeOf(item, name);
    return value === undefined ? [] : [[name, check(value, 1)] as const];
  });
  return { ...item, ...Object.fromEntries(checked) };
}

/** @throws AwsError `ValidationException` in DynamoDB's words */
export function checkValue(value: Value): Value {
  return check(value, 1);
}

function checkMap(item: Item, depth: number): Item {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, check(value, depth)]));
}

function check(value: Value, depth: number): Value {
  const types = typesIn(value);
  if (types !== 1) {
    const fault = types === 0 ? "is empty" : "has more than one datatypes set";
    throw validation(`Supplied AttributeValue ${fault}, must contain exactly one of the supported datatypes`);
  }
  if (depth > LIMITS.nesting && (value.M !== undefined || value.L !== undefined)) {
    throw validation("Nesting Levels have exceeded supported limits");
  }
  if (value.N !== undefined) {
    return { N: formatDecimal(parseDecimal(value.N)) };
  }
  if (value.NULL === false) {
    throw invalidParameters("Null attribute value types must have the value of true");
  }
  if (value.M !== undefined) {
    return { M: checkMap(value.M, depth + 1) };
  }
  if (value.L !== undefined) {
    return { L: value.L.map((each) => check(each, depth + 1)) };
  }
  return checkSet(value);
}

/** How many types the value has: one, unless it is malformed. */
function typesIn(value: Value): number {
  let types = 0;
  for (const type of VALUE_TYPES) {
    if (value?.[type] !== undefined) {
      types += 1;
    }
  }
  return types;
}

function checkSet(value: Value): Value {
  const { SS, NS, BS } = value;
  if (SS !== undefined) {
    refuseEmpty(SS, "An string set  may not be empty");
    refuseDuplicates(
      SS.map((S) => ({ S })),
      invalidParameters(`Input collection [${SS.join(", ")}] contains duplicates.`),
    );
  }
  if (NS !== undefined) {
    refuseEmpty(NS, "An number set  may not be empty");
    const numbers = NS.map((N) => formatDecimal(parseDecimal(N)));
    refuseDuplicates(
      numbers.map((N) => ({ N })),
      validation("Input collection contains duplicates"),
    );
    return { NS: numbers };
  }
  if (BS !== undefined) {
    refuseEmpty(BS, "Binary sets should not be empty");
    const shown = BS.map((bytes) => Buffer.from(bytes).toString("base64")).join(", ");
    refuseDuplicates(
      BS.map((B) => ({ B })),
      invalidParameters(`Input collection [${shown}]of type BS contains duplicates.`),
    );
  }
  return value;
}

function refuseEmpty(members: readonly unknown[], message: string): void {
  if (members.length === 0) {
    throw invalidParameters(message);
  }
}

function refuseDuplicates(members: readonly Value[], error: Error): void {
  if (new Set(members.map(sortable)).size < members.length) {
    throw error;
  }
}
