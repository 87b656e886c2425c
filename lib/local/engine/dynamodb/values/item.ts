import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** A value in the SDK's form. Never changed in place. */
export type Value = AttributeValue;

/** Attributes by name. Never changed in place. Names are the user's, so that it is read through {@link attributeOf} only. */
export type Item = Readonly<Record<string, Value>>;

/** The types of values. Source: API Reference, "AttributeValue". */
export const VALUE_TYPES = ["S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"] as const;

export type ValueType = (typeof VALUE_TYPES)[number];

/** The attribute of this name, if the item has it. `__proto__` is a name like any other. */
export function attributeOf(item: Item | undefined, name: string): Value | undefined {
  return item !== undefined && Object.hasOwn(item, name) ? item[name] : undefined;
}

export function withAttribute(item: Item, name: string, value: Value): Item {
  // A computed name makes an own property, `__proto__` included.
  return { ...item, [name]: value };
}

export function withoutAttribute(item: Item, name: string): Item {
  const { [name]: _removed, ...rest } = item;
  return rest;
}

/** Only the attributes of these names. */
export function pick(item: Item, names: Iterable<string>): Item {
  const wanted = new Set(names);
  return Object.fromEntries(Object.entries(item).filter(([name]) => wanted.has(name)));
}

/** The type of a value that was checked. */
export function typeOf(value: Value): ValueType {
  const type = VALUE_TYPES.find((each) => value[each] !== undefined);
  if (type === undefined) {
    throw new TypeError("the value has no type: it was not checked");
  }
  return type;
}
