import { isJsonObject, type JsonObject } from "../../../std/index.ts";
import { AwsError } from "../../engine/index.ts";
import { malformedField } from "./malformed.ts";
import { fromBase64, toBase64 } from "./scalars.ts";
import type { Shape, StructureShape } from "./schema.ts";

/**
 * Reads a parsed JSON value (AWS JSON 1.0) as the model's shape: base64 becomes bytes, numbers become dates, `null` and
 * unknown fields are left out.
 *
 * @throws AwsError `SerializationException` naming the field that has another type.
 */
export function decodeJson(shape: Shape, value: unknown, path = ""): unknown {
  switch (shape.kind) {
    case "structure":
      return structureOf(shape, objectAt(value, path), (member, field, name) =>
        decodeJson(member, field, join(path, name)),
      );
    case "map":
      return present(
        Object.entries(objectAt(value, path)).map(([key, item]) => [
          key,
          decodeField(shape.value.shape, item, join(path, key)),
        ]),
      );
    case "list":
      if (!Array.isArray(value)) {
        throw malformedField(path, "a list", value);
      }
      return value.map((item, index) => decodeJson(shape.member.shape, item, `${path}[${index}]`));
    case "string":
    case "number":
    case "boolean":
      if (typeof value !== shape.kind) {
        throw malformedField(path, shape.kind === "boolean" ? "true or false" : `a ${shape.kind}`, value);
      }
      return value;
    case "blob":
      if (typeof value !== "string") {
        throw malformedField(path, "base64", value);
      }
      return fromBase64(value, path);
    case "timestamp":
      if (typeof value !== "number") {
        throw malformedField(path, "seconds since 1970", value);
      }
      return new Date(value * 1000);
    default:
      return value;
  }
}

/** The JSON value of an operation's output: the inverse of `decodeJson`. Fields that the model lacks are left out. */
export function encodeJson(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case "structure":
      return structureOf(shape, Object(value ?? {}), encodeJson);
    case "map":
      return present(Object.entries(value ?? {}).map(([key, item]) => [key, encodeField(shape.value.shape, item)]));
    case "list":
      return Array.isArray(value) ? value.map((item) => encodeJson(shape.member.shape, item)) : [];
    case "timestamp":
      return value instanceof Date ? value.getTime() / 1000 : value;
    case "blob":
      return value instanceof Uint8Array ? toBase64(value) : value;
    default:
      return value;
  }
}

function decodeField(shape: Shape, value: unknown, path: string): unknown {
  return value === undefined || value === null ? undefined : decodeJson(shape, value, path);
}

function encodeField(shape: Shape, value: unknown): unknown {
  return value === undefined || value === null ? undefined : encodeJson(shape, value);
}

/** Made of the given fields: an attribute value of DynamoDB has one of ten, and a request hundreds of them. */
function structureOf(
  { members }: StructureShape,
  given: Readonly<Record<string, unknown>>,
  fieldOf: (shape: Shape, field: unknown, name: string) => unknown,
): Record<string, unknown> {
  const structure: Record<string, unknown> = {};
  for (const name in given) {
    const field = given[name];
    const member = members.get(name);
    if (member !== undefined && field !== undefined && field !== null) {
      structure[name] = fieldOf(member.shape, field, name);
    }
  }
  return structure;
}

function present(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function objectAt(value: unknown, path: string): JsonObject {
  if (!isJsonObject(value)) {
    throw malformedField(path, "an object", value);
  }
  return value;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** The JSON of a request's body; an empty body is an empty object. @throws AwsError `SerializationException` */
export function parseJson(body: Uint8Array): unknown {
  if (body.byteLength === 0) {
    return {};
  }
  try {
    return JSON.parse(UTF8.decode(body));
  } catch (error) {
    throw new AwsError("SerializationException", `The body is not JSON in UTF-8: ${String(error)}.`);
  }
}
