import type { Item, Value } from "./item.ts";

/** A value whose bytes are base64, as in JSON. */
type PlainValue = Omit<Value, "B" | "BS" | "L" | "M"> & {
  readonly B?: string;
  readonly BS?: readonly string[];
  readonly L?: readonly PlainValue[];
  readonly M?: PlainItem;
};

/** An item as plain JSON. */
export interface PlainItem {
  readonly [name: string]: PlainValue;
}

export function toPlain(item: Item): PlainItem {
  return mapValues(item, toPlainValue);
}

export function fromPlain(item: PlainItem): Item {
  return mapValues(item, fromPlainValue);
}

function toPlainValue(value: Value): PlainValue {
  const { B, BS, L, M, ...scalar } = value;
  return {
    ...scalar,
    ...(B === undefined ? {} : { B: toBase64(B) }),
    ...(BS === undefined ? {} : { BS: BS.map(toBase64) }),
    ...(L === undefined ? {} : { L: L.map(toPlainValue) }),
    ...(M === undefined ? {} : { M: toPlain(M) }),
  };
}

function fromPlainValue({ B, BS, L, M, ...scalar }: PlainValue): Value {
  if (B !== undefined) {
    return { B: fromBase64(B) };
  }
  if (BS !== undefined) {
    return { BS: BS.map(fromBase64) };
  }
  if (L !== undefined) {
    return { L: L.map(fromPlainValue) };
  }
  // A scalar has the same form in both.
  return M === undefined ? (scalar as Value) : { M: fromPlain(M) };
}

function mapValues<From, To>(item: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, change(value)]));
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}
