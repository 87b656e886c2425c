import { validation } from "../errors.ts";
import { checkValue, type Value } from "../values/index.ts";

/** Names and values that the expressions of a request refer to. */
export interface PlaceholderInput {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, Value> | undefined;
}

/** The placeholders of a request, and which of them its expressions have used. */
export class Placeholders {
  readonly #names: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, Value>;
  readonly #used = new Set<string>();

  /**
   * @param hasExpressions whether the request has an expression at all
   * @throws AwsError `ValidationException`
   */
  constructor(input: PlaceholderInput, hasExpressions: boolean) {
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
    this.#names = new Map(Object.entries(names ?? {}));
    checkKeys("ExpressionAttributeNames", names, /^#[A-Za-z0-9_]+$/, hasExpressions);
    checkKeys("ExpressionAttributeValues", values, /^:[A-Za-z0-9_]+$/, hasExpressions);
    this.#values = new Map(Object.entries(values ?? {}).map(([key, value]) => [key, checkNamed(key, value)]));
  }

  /** The attribute name behind `#name`. */
  name(placeholder: string): string | undefined {
    this.#used.add(placeholder);
    return this.#names.get(placeholder);
  }

  /** The value behind `:value`. */
  value(placeholder: string): Value | undefined {
    this.#used.add(placeholder);
    return this.#values.get(placeholder);
  }

  /** @throws AwsError `ValidationException` for placeholders that no expression uses */
  checkAllUsed(): void {
    for (const [field, keys] of [
      ["ExpressionAttributeNames", this.#names.keys()],
      ["ExpressionAttributeValues", this.#values.keys()],
    ] as const) {
      const unused = [...keys].filter((key) => !this.#used.has(key));
      if (unused.length > 0) {
        throw validation(`Value provided in ${field} unused in expressions: keys: {${unused.join(", ")}}`);
      }
    }
  }
}

function checkKeys(
  field: string,
  given: Readonly<Record<string, unknown>> | undefined,
  pattern: RegExp,
  hasExpressions: boolean,
): void {
  if (given === undefined) {
    return;
  }
  if (!hasExpressions) {
    throw validation(`${field} can only be specified when using expressions`);
  }
  const keys = Object.keys(given);
  if (keys.length === 0) {
    throw validation(`${field} must not be empty`);
  }
  const wrong = keys.find((key) => !pattern.test(key));
  if (wrong !== undefined) {
    throw validation(`${field} contains invalid key: Syntax error; key: "${wrong}"`);
  }
}

function checkNamed(key: string, value: Value): Value {
  try {
    return checkValue(value);
  } catch (error) {
    throw validation(
      `ExpressionAttributeValues contains invalid value: ${error instanceof Error ? error.message : error} for key ${key}`,
    );
  }
}
