import type { StandardSchemaV1 } from "@standard-schema/spec";
import { callUser, callUserSync, FanfareError } from "../errors/index.ts";
import type { ContractEvent } from "./contract.ts";
import { type DescribedIssues, describeIssues } from "./issues.ts";

/** Data that matches its schema. */
export interface Valid {
  /** The schema's output. */
  readonly value: unknown;
}

/**
 * Validates data with an event's schema. Returns a promise only if the schema does: most schemas are synchronous, and consumers
 * validate a thousand records at a time.
 *
 * @throws FanfareError `SchemaMismatch` naming the fields, or `CallbackFailed` for a schema that throws; thrown or as the promise's
 *   rejection. Neither holds values of the data: they may be personal data.
 */
export function validatePayload(event: ContractEvent, data: unknown): Valid | Promise<Valid> {
  const schema: StandardSchemaV1 = event.definition.schema;
  const result = callUser(schemaOf(event), () => schema["~standard"].validate(data));
  return result instanceof Promise ? result.then((settled) => checked(event, settled)) : checked(event, result);
}

function checked(event: ContractEvent, result: StandardSchemaV1.Result<unknown>): Valid {
  if (typeof result !== "object" || result === null) {
    throw new FanfareError("CallbackFailed", `${schemaOf(event)} returned no result`, {
      field: schemaOf(event),
      remedy: "return { value } or { issues }, as Standard Schema declares",
    });
  }
  // The result is the schema's object: reading it may throw.
  const described = callUserSync(schemaOf(event), () =>
    result.issues === undefined ? undefined : describeIssues(event.name, event.definition.schema, result.issues),
  );
  if (described === undefined) {
    return result as Valid;
  }
  throw mismatch(event, described);
}

function mismatch(event: ContractEvent, { field, text }: DescribedIssues): FanfareError {
  return new FanfareError("SchemaMismatch", `${event.name} does not match its schema: ${text}`, {
    field,
    remedy: `send what version ${event.definition.version} of ${event.name} declares, or raise the version and add an upcast`,
  });
}

function schemaOf(event: ContractEvent): string {
  return `${event.name}.schema`;
}
