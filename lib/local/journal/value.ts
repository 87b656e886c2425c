/** Keeps the bytes of large values outside of the journal. */
export interface ByteStore {
  /** Takes bytes in and gives the name under which {@link get} finds them. */
  put(bytes: Uint8Array): string;
  get(name: string): Uint8Array;
}

/** Bytes that go into a file of their own; fewer stay in the record, where they cost no file. */
const OWN_FILE_BYTES = 16 * 1024;

/** Marks what JSON has no form for. An object of the caller with such a name is written as a list of its entries. */
const MARK = "$";

/** An input of an operation as JSON: bytes and dates get a form that {@link fromJson} reads back. */
export function toJson(value: unknown, store: ByteStore): unknown {
  if (value instanceof Uint8Array) {
    return value.byteLength >= OWN_FILE_BYTES
      ? { $file: store.put(value) }
      : { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64") };
  }
  if (value instanceof Date) {
    return { $date: value.getTime() };
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    return { $number: String(value) };
  }
  if (Array.isArray(value)) {
    return value.map((item) => toJson(item, store));
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const entries = Object.entries(value).flatMap(([name, inner]) =>
    inner === undefined ? [] : [[name, toJson(inner, store)] as const],
  );
  return entries.some(([name]) => name.startsWith(MARK)) ? { $entries: entries } : Object.fromEntries(entries);
}

/** The reverse of {@link toJson}. */
export function fromJson(value: unknown, store: ByteStore): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => fromJson(item, store));
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const entries = Object.entries(value);
  const [first] = entries;
  if (first?.[0].startsWith(MARK) === true) {
    return special(first[0], first[1], store);
  }
  return Object.fromEntries(entries.map(([name, inner]) => [name, fromJson(inner, store)]));
}

function special(kind: string, content: unknown, store: ByteStore): unknown {
  switch (kind) {
    case "$file":
      return store.get(String(content));
    case "$bytes":
      return new Uint8Array(Buffer.from(String(content), "base64"));
    case "$date":
      return new Date(Number(content));
    case "$number":
      return Number(content);
    default: {
      const entries: unknown[] = Array.isArray(content) ? content : [];
      return Object.fromEntries(
        entries.flatMap((entry) => (Array.isArray(entry) ? [[String(entry[0]), fromJson(entry[1], store)]] : [])),
      );
    }
  }
}
