import { describeError, isFanfareError } from "../../errors/index.ts";

/** Named values of a log line. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Characters of all strings of one line: CloudWatch takes 256 KiB, and every line is paid for. */
const MAX_LINE = 16_000;
/** Characters of one string. */
const MAX_TEXT = 1_000;
const MAX_STACK = 3_000;
/** Items of a list, fields of an object. */
const MAX_ITEMS = 50;
const MAX_DEPTH = 6;
/** Causes of causes, and parts of an `AggregateError`. */
const MAX_CAUSES = 5;

/** A string that is cut where it is too long for a log line. */
export function cut(text: string, length = MAX_TEXT): string {
  return text.length <= length ? text : `${text.slice(0, length)}... (${text.length} characters)`;
}

/** Name, message, stack and causes of whatever was thrown, bounded. Never throws. */
export function errorFields(error: unknown): LogFields {
  return fieldsOf(error, 0);
}

function fieldsOf(error: unknown, depth: number): LogFields {
  const { name, message } = describeError(error);
  const isOurs = isFanfareError(error);
  const stack = isOurs ? undefined : partOf(error, "stack");
  return {
    name: isOurs ? error.code : cut(name, 100),
    message: cut(message),
    ...(typeof stack === "string" ? { stack: cut(stack, MAX_STACK) } : {}),
    ...causesOf(error, depth),
  };
}

function causesOf(error: unknown, depth: number): LogFields {
  if (depth >= MAX_CAUSES) {
    return {};
  }
  const cause = partOf(error, "cause");
  const errors = listOf(partOf(error, "errors"));
  // What a user's function says of its input may hold the payload: only its name and the place are told.
  const causeFields = isFanfareError(error, "CallbackFailed") ? placeOf(cause) : fieldsOf(cause, depth + 1);
  return {
    ...(cause === undefined ? {} : { cause: causeFields }),
    ...(errors === undefined ? {} : { errors: errors.map((each) => fieldsOf(each, depth + 1)) }),
  };
}

/** The first items of a list; `undefined` for something else, and where reading it throws. */
function listOf(value: unknown): readonly unknown[] | undefined {
  try {
    return Array.isArray(value) ? Array.from(value.slice(0, MAX_CAUSES)) : undefined;
  } catch {
    return undefined;
  }
}

/** A line of a stack as V8 writes it. */
const FRAME = /^ {4}at .*(?::\d+:\d+\)?|\(<anonymous>\)|\(native\))$/;

/**
 * The lines of the stack behind the message, whose lines may look like those of a stack. None where the message was changed and is not in
 * the stack any more.
 */
function placeOf(error: unknown): LogFields {
  const { name, message } = describeError(error);
  const stack = partOf(error, "stack");
  const [, ...places] = typeof stack === "string" ? stack.split(message) : [];
  const frames = places
    .join(message)
    .split("\n")
    .filter((line) => FRAME.test(line));
  return { name: cut(name, 100), stack: cut(frames.join("\n"), MAX_STACK) };
}

/** A function's `toString` may be the user's, and throw. */
function stringOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "[not readable]";
  }
}

/** A property of an error; `undefined` where reading it throws. */
function partOf(error: unknown, name: "stack" | "cause" | "errors"): unknown {
  try {
    return typeof error === "object" && error !== null ? (error as LogFields)[name] : undefined;
  } catch {
    return undefined;
  }
}

/** A copy of any value that JSON can hold and that fits into a log line. Never throws. */
export function loggable(value: unknown): unknown {
  return new Copying().copy(value, 0);
}

class Copying {
  #left = MAX_LINE;
  /** The objects around the value that is being copied. */
  readonly #around = new Set<object>();

  copy(value: unknown, depth: number): unknown {
    if (this.#left <= 0) {
      return "...";
    }
    this.#left -= 10;
    switch (typeof value) {
      case "string":
        return this.#text(value);
      case "number":
        return Number.isFinite(value) ? value : String(value);
      case "boolean":
      case "undefined":
        return value;
      case "object":
        return value === null ? null : this.#object(value, depth);
      default:
        return this.#text(stringOf(value));
    }
  }

  #text(text: string): string {
    const short = cut(text, Math.max(0, Math.min(MAX_TEXT, this.#left)));
    this.#left -= short.length;
    return short;
  }

  #object(value: object, depth: number): unknown {
    try {
      if (this.#around.has(value)) {
        return "[circular]";
      }
      if (value instanceof Error) {
        return this.copy(errorFields(value), depth);
      }
      if (depth >= MAX_DEPTH) {
        return "[nested deeper]";
      }
      this.#around.add(value);
      const copy = this.#parts(value, depth + 1);
      this.#around.delete(value);
      return copy;
    } catch {
      return "[not readable]";
    }
  }

  #parts(value: object, depth: number): unknown {
    if ("toJSON" in value && typeof value.toJSON === "function" && !ArrayBuffer.isView(value)) {
      return this.copy(value.toJSON(), depth);
    }
    if (ArrayBuffer.isView(value)) {
      return `[${value.byteLength} bytes]`;
    }
    if (value instanceof Map) {
      return this.#fields(
        [...value].map(([key, item]) => [String(key), item] as const),
        depth,
      );
    }
    if (Array.isArray(value) || value instanceof Set) {
      const items = [...value];
      const copies = items.slice(0, MAX_ITEMS).map((item) => this.copy(item, depth));
      return items.length > MAX_ITEMS ? [...copies, `... (${items.length} items)`] : copies;
    }
    return this.#fields(Object.entries(value), depth);
  }

  #fields(entries: readonly (readonly [string, unknown])[], depth: number): unknown {
    const copies = entries.slice(0, MAX_ITEMS).map(([name, value]) => [this.#text(name), this.copy(value, depth)]);
    return Object.fromEntries(entries.length > MAX_ITEMS ? [...copies, ["...", `${entries.length} fields`]] : copies);
  }
}
