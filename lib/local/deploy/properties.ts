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
    const value = this.values[name];
    if (value === undefined) {
      return undefined;
    }
    if (typeof value === "string" || typeof value === "number") {
      return String(value);
    }
    throw this.#wrong(name, "a string", value);
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
    const value = this.values[name];
    if (value === undefined) {
      return undefined;
    }
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number !== "number" || !Number.isFinite(number)) {
      throw this.#wrong(name, "a number", value);
    }
    return number;
  }

  /** CloudFormation accepts `"true"` and `"false"` as well. */
  flag(name: string): boolean | undefined {
    const value = this.values[name];
    switch (value) {
      case undefined:
        return undefined;
      case true:
      case "true":
        return true;
      case false:
      case "false":
        return false;
      default:
        throw this.#wrong(name, "true or false", value);
    }
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
    const value = this.values[name];
    if (value === undefined) {
      return undefined;
    }
    return typeof value === "object" ? JSON.stringify(value) : String(value);
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
