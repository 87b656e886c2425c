import type { StandardSchemaV1 } from "@standard-schema/spec";
import { FanfareError } from "../errors/index.ts";
import type { ContractEvent } from "./contract.ts";

/** Maximum number of a schema's issues that an error names. */
const MAX_ISSUES = 5;

/** Data that matches its schema. */
export interface Valid {
  /** The schema's output. */
  readonly value: unknown;
}

/**
 * Validates data with an event's schema. Returns a promise only if the schema does: most schemas are synchronous, and consumers
 * validate a thousand records at a time.
 *
 * @throws FanfareError `SchemaMismatch` naming the fields, thrown or as the promise's rejection. It never holds the values: they
 *   may be personal data.
 */
export function validatePayload(event: ContractEvent, data: unknown): Valid | Promise<Valid> {
  const schema: StandardSchemaV1 = event.definition.schema;
  const result = schema["~standard"].validate(data);
  return result instanceof Promise ? result.then((settled) => checked(event, settled)) : checked(event, result);
}

function checked(event: ContractEvent, result: StandardSchemaV1.Result<unknown>): Valid {
  if (result.issues !== undefined) {
    throw mismatch(event, result.issues);
  }
  return result;
}

function mismatch(event: ContractEvent, issues: readonly StandardSchemaV1.Issue[]): FanfareError {
  const named = issues
    .slice(0, MAX_ISSUES)
    .map((issue) => `${pathOf(event.name, issue.path)}: ${withoutValue(issue.message)}`);
  const more = issues.length > MAX_ISSUES ? `, and ${issues.length - MAX_ISSUES} more` : "";
  return new FanfareError("SchemaMismatch", `${event.name} does not match its schema: ${named.join("; ")}${more}`, {
    field: pathOf(event.name, issues[0]?.path),
    remedy: `send what version ${event.definition.version} of ${event.name} declares, or raise the version and add an upcast`,
  });
}

/** The end of a message that holds the value: valibot's `but received 5` and `: Received 5`, arktype's `(was 5)`. zod's hold none. */
const VALUE = /(?: but received |: Received | \(was )[\s\S]*$/;

function withoutValue(message: string): string {
  return message.replace(VALUE, "");
}

function pathOf(root: string, path: StandardSchemaV1.Issue["path"]): string {
  // Array.from, because arktype's paths are a class whose map() does not return an array for an empty path.
  const keys = Array.from(path ?? [], (part) => (typeof part === "object" ? part.key : part));
  return [root, ...keys].map(String).join(".");
}
