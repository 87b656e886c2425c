import { AwsError } from "../../engine/index.ts";

/**
 * A field of a request cannot be read as its type in the service's model.
 *
 * @param path - the field, for example `MessageAttributes.color.BinaryValue`
 */
export function malformedField(path: string, expected: string, given: unknown): AwsError {
  const shown = typeof given === "string" ? `"${given.slice(0, 60)}"` : typeOf(given);
  return new AwsError(
    "SerializationException",
    `The field ${path || "(the whole request)"} has to be ${expected}, but is ${shown}.`,
  );
}

function typeOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
}
