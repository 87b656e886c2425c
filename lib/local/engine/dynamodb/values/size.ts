import { parseDecimal } from "./decimal.ts";
import type { Item, Value } from "./item.ts";

/** Overhead of a list or map, and of each element. Source: Developer Guide, "DynamoDB item sizes and formats". */
const COLLECTION_BYTES = 3;
const ELEMENT_BYTES = 1;

/** Items never change, and their sizes are asked for again and again. */
const sizes = new WeakMap<Item, number>();

/** Bytes of an item as DynamoDB counts them: the names and the values. */
export function itemSize(item: Item): number {
  let size = sizes.get(item);
  if (size === undefined) {
    size = 0;
    for (const name in item) {
      const value = item[name];
      size += Buffer.byteLength(name) + (value === undefined ? 0 : valueSize(value));
    }
    sizes.set(item, size);
  }
  return size;
}

export function valueSize(value: Value): number {
  if (value.S !== undefined) {
    return Buffer.byteLength(value.S);
  }
  if (value.N !== undefined) {
    return numberSize(value.N);
  }
  if (value.B !== undefined) {
    return value.B.byteLength;
  }
  if (value.M !== undefined) {
    return COLLECTION_BYTES + itemSize(value.M) + ELEMENT_BYTES * Object.keys(value.M).length;
  }
  if (value.L !== undefined) {
    return COLLECTION_BYTES + value.L.reduce((sum, each) => sum + valueSize(each) + ELEMENT_BYTES, 0);
  }
  return setSize(value);
}

function setSize({ SS, NS, BS }: Value): number {
  const sizes = SS?.map((text) => Buffer.byteLength(text)) ??
    NS?.map(numberSize) ??
    BS?.map((bytes) => bytes.byteLength) ?? [1]; // NULL and BOOL.
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** One byte per two significant digits, and one. Source: as {@link COLLECTION_BYTES}. */
function numberSize(text: string): number {
  const { digits, negative } = parseDecimal(text);
  return Math.ceil(digits.length / 2) + 1 + (negative ? 1 : 0);
}
