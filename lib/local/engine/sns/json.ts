import { isJsonObject, type JsonObject } from "../../../std/index.ts";
import { invalidParameter } from "./errors.ts";

/**
 * Parses the JSON object that an attribute must hold.
 *
 * @param attribute what the error names, for example `RedrivePolicy`
 * @throws AwsError InvalidParameter
 */
export function parseJsonObject(text: string, attribute: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalidParameter(
      `${attribute}: failed to parse JSON. ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (!isJsonObject(value)) {
    throw invalidParameter(`${attribute}: must be a JSON object, not ${text.slice(0, 40)}`);
  }
  return value;
}
