import { isJsonObject, type Json, type JsonObject } from "../../std/index.ts";

/** `{{resolve:ssm:name:version}}`. Source: CloudFormation User Guide, "Using dynamic references". */
const REFERENCE = /\{\{resolve:(ssm|ssm-secure|secretsmanager):([^}]+)\}\}/g;

/** Services that dynamic references read from. */
export type DynamicService = "ssm" | "ssm-secure" | "secretsmanager";

/** Replaces dynamic references in resolved properties by the values that `lookup` returns. */
export function resolveDynamicReferences(
  properties: JsonObject,
  lookup: (service: DynamicService, reference: string) => string,
): JsonObject {
  const visit = (value: Json): Json => {
    if (typeof value === "string") {
      return value.replaceAll(REFERENCE, (_whole, service: DynamicService, reference: string) =>
        lookup(service, reference),
      );
    }
    if (Array.isArray(value)) {
      return value.map(visit);
    }
    return isJsonObject(value) ? visitObject(value) : value;
  };
  const visitObject = (object: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(object).map(([name, value]) => [name, visit(value)]));
  return visitObject(properties);
}

/** Names of the parameters of Systems Manager that unresolved properties name in dynamic references. */
export function parametersInReferences(properties: JsonObject): readonly string[] {
  return [...JSON.stringify(properties).matchAll(REFERENCE)]
    .filter(([, service]) => service !== "secretsmanager")
    .map(([, , reference = ""]) => parameterName(reference));
}

/** The name in `name:version`. */
export function parameterName(reference: string): string {
  return reference.replace(/:\d+$/, "");
}
