import { readFileSync, writeFileSync } from "node:fs";

/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object of JSON. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Whether a value is an object, not null and not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object that a value is; an empty one for anything else. */
export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** Reads a file that holds an object. */
export function readJson(path: string): JsonObject {
  const parsed: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (!isObject(parsed)) {
    throw new TypeError(`${path} does not hold a JSON object`);
  }
  return parsed;
}

/** Writes an object to a file. */
export function writeJson(path: string, value: JsonObject): void {
  writeFileSync(path, JSON.stringify(value, undefined, 1));
}
