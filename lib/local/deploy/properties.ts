import { isJsonObject, type Json, type JsonObject } from "../../std/index.ts";
import { LocalError } from "../common/index.ts";

/** Reads the resolved properties of one resource, and names resource and property when a value has the wrong type. */
export class PropertyReader {
  readonly values: JsonObject;
  readonly #title: string;

  /** @param title for error messages: `Stack/LogicalId (AWS::SQS::Queue)`. */
  constructor(values: JsonObject, title: string) {
    this.values = values;
    this.#title = title;
  }

  text(name: string): string | undefined {
    return this.#read(name, "a string", (value) =>
      typeof value === "string" || typeof value === "number" ? String(value) : undefined,
    );
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined) {
      throw new LocalError("TemplateInvalid", `${this.#title}: the property ${name} is missing`);
    }
    return value;
  }

  /** CloudFormation accepts numbers as strings as well. */
  number(name: string): number | undefined {
    return this.#read(name, "a number", (value) => {
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      return typeof number === "number" && Number.isFinite(number) ? number : undefined;
    });
  }

  /** CloudFormation accepts `"true"` and `"false"` as well. */
  flag(name: string): boolean | undefined {
    return this.#read(name, "true or false", (value) => {
      const isTrue = value === true || value === "true";
      return isTrue || value === false || value === "false" ? isTrue : undefined;
    });
  }

  list(name: string): readonly Json[] {
    const value = this.values[name] ?? [];
    if (!Array.isArray(value)) {
      throw this.#wrong(name, "a list", value);
    }
    return value;
  }

  texts(name: string): readonly string[] {
    return this.list(name).map((item) => {
      if (typeof item !== "string") {
        throw this.#wrong(name, "a list of strings", item);
      }
      return item;
    });
  }

  /** Readers for the objects of a list. */
  objects(name: string): readonly PropertyReader[] {
    return this.list(name).map((item, index) => this.#nested(`${name}[${index}]`, item));
  }

  object(name: string): PropertyReader | undefined {
    const value = this.values[name];
    return value === undefined ? undefined : this.#nested(name, value);
  }

  /** A value as the string that AWS APIs accept: objects and lists as JSON. */
  attribute(name: string): string | undefined {
    return this.#read(name, "a value", (value) => (typeof value === "object" ? JSON.stringify(value) : String(value)));
  }

  /** The attributes among `names` that are present, as {@link attribute} returns them. */
  attributes(names: readonly string[]): Record<string, string> {
    return Object.fromEntries(
      names.flatMap((name) => {
        const value = this.attribute(name);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }

  /** A property, converted; `convert` returns undefined for what is not `expected`. */
  #read<Result>(name: string, expected: string, convert: (value: Json) => Result | undefined): Result | undefined {
    const value = this.values[name];
    const converted = value === undefined ? undefined : convert(value);
    if (value !== undefined && converted === undefined) {
      throw this.#wrong(name, expected, value);
    }
    return converted;
  }

  #nested(name: string, value: Json): PropertyReader {
    if (!isJsonObject(value)) {
      throw this.#wrong(name, "an object", value);
    }
    return new PropertyReader(value, `${this.#title}, ${name}`);
  }

  #wrong(name: string, expected: string, value: unknown): LocalError {
    return new LocalError(
      "TemplateInvalid",
      `${this.#title}: the property ${name} must be ${expected}, not ${JSON.stringify(value)}`,
    );
  }
}
