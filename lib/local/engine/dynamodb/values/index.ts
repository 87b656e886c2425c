export { checkAttributes, checkItem, checkValue } from "./check.ts";
export { compareValues, elementsOf, sameItem, sameValue } from "./compare.ts";
export { addDecimals, formatDecimal, negated, parseDecimal } from "./decimal.ts";
export {
  attributeOf,
  type Item,
  pick,
  typeOf,
  VALUE_TYPES,
  type Value,
  type ValueType,
  withAttribute,
  withoutAttribute,
} from "./item.ts";
export { fromPlain, type PlainItem, toPlain } from "./plain.ts";
export { difference, isSet, union } from "./sets.ts";
export { itemSize, valueSize } from "./size.ts";
export { sortable } from "./sortable.ts";
