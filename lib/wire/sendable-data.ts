import { FanfareError, isFanfareError } from "../errors/index.ts";

/** Maximum length of a path in an error, in characters. */
const MAX_PATH = 300;

/** Deeper data overflows the stack of many JSON parsers and schemas. */
const MAX_DEPTH = 1_000;

/**
 * The data as it arrives: a copy of what JSON can hold. Fields that are `undefined` are absent in it. Validate the copy, so that
 * what is validated is what travels.
 *
 * @throws FanfareError `SchemaMismatch` with the path of the first value that JSON would change or lose: `undefined` in a list,
 *   numbers that are not finite, bigints, symbols, functions, and objects other than plain ones, such as `Date` and `Map`; and for
 *   data that throws when it is read
 */
export function sendableData(event: string, data: unknown): unknown {
  if (data === undefined) {
    return undefined;
  }
  try {
    return new Copying(event).copy(data);
  } catch (cause) {
    throw isFanfareError(cause) ? cause : unreadable(event, cause);
  }
}

/** A getter threw, or a proxy. */
function unreadable(event: string, cause: unknown): FanfareError {
  return new FanfareError("SchemaMismatch", `the data of ${event} cannot be read`, {
    field: event,
    remedy: "send plain objects, without getters and proxies that throw",
    cause,
  });
}

class Copying {
  readonly #path: (string | number)[];
  /** The objects around the value that is being copied. */
  readonly #around = new Set<object>();

  constructor(event: string) {
    this.#path = [event];
  }

  copy(value: unknown): unknown {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        // JSON has no -0.
        return Number.isFinite(value) ? value + 0 : this.#refuse(String(value), "use a finite number, or null");
      case "object":
        return value === null ? null : this.#copyObject(value);
      default:
        return this.#refuse(typeof value === "undefined" ? "undefined" : `a ${typeof value}`, remedyFor(typeof value));
    }
  }

  #copyObject(value: object): unknown {
    if (this.#around.has(value)) {
      return this.#refuse("a circular reference", "send an id in place of the object");
    }
    if (this.#around.size >= MAX_DEPTH) {
      return this.#refuse(`nested more than ${MAX_DEPTH} levels deep`, "send a flat list");
    }
    this.#around.add(value);
    const copy = Array.isArray(value) ? this.#copyList(value) : this.#copyFields(value);
    this.#around.delete(value);
    return copy;
  }

  #copyList(list: readonly unknown[]): unknown[] {
    // Array.from, because map() skips holes, which JSON writes as null.
    return Array.from(list, (item, index) => this.#copyAt(index, item));
  }

  #copyFields(object: object): unknown {
    if (!isPlain(object)) {
      const remedy = object instanceof Date ? "send date.toISOString()" : "send what it is made of, as a plain object";
      return this.#refuse(`an object of the class ${classOf(object)}`, remedy);
    }
    const [symbol] = Object.getOwnPropertySymbols(object).filter(
      (key) => Object.getOwnPropertyDescriptor(object, key)?.enumerable,
    );
    if (symbol !== undefined) {
      this.#refuse(`an object with the key ${String(symbol)}`, "name the field with a string");
    }
    const fields = Object.entries(object).filter(([, value]) => value !== undefined);
    // fromEntries, because a field may be called __proto__.
    return Object.fromEntries(fields.map(([name, value]) => [name, this.#copyAt(name, value)]));
  }

  #copyAt(key: string | number, value: unknown): unknown {
    this.#path.push(key);
    const copy = this.copy(value);
    this.#path.pop();
    return copy;
  }

  #refuse(what: string, remedy: string): never {
    const path = this.#path.join(".").slice(0, MAX_PATH);
    throw new FanfareError("SchemaMismatch", `${path} is ${what}, which JSON cannot hold`, { field: path, remedy });
  }
}

function remedyFor(type: string): string {
  switch (type) {
    case "undefined":
      return "use null, or leave the item out";
    case "bigint":
      return "send bigints as strings";
    default:
      return "leave it out";
  }
}

/** Whether an object was written as `{ ... }`, in this realm or another, and not replaced by JSON with something else. */
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  const isBare = prototype === null || Object.getPrototypeOf(prototype) === null;
  return isBare && !("toJSON" in object && typeof object.toJSON === "function");
}

function classOf(object: object): string {
  const { name }: { readonly name?: unknown } = object.constructor ?? {};
  return typeof name === "string" && name !== "" ? name.slice(0, 100) : "unknown";
}
