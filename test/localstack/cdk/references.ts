import { isObject, type Json, type JsonObject } from "./json.ts";

/** One use of a resource by another: `Ref` where there is no attribute, else `Fn::GetAtt`. */
export interface Reference {
  readonly logicalId: string;
  readonly attribute: string | undefined;
}

/** The reference that a value is, if it is one. */
export function asReference(value: Json): Reference | undefined {
  if (!isObject(value) || Object.keys(value).length !== 1) {
    return undefined;
  }
  const { Ref: ref, "Fn::GetAtt": getAtt } = value;
  if (typeof ref === "string") {
    return { logicalId: ref, attribute: undefined };
  }
  if (typeof getAtt === "string") {
    return split(getAtt);
  }
  if (!Array.isArray(getAtt)) {
    return undefined;
  }
  const [logicalId, attribute] = getAtt;
  return typeof logicalId === "string" && typeof attribute === "string" ? { logicalId, attribute } : undefined;
}

/** All references within a value. The CDK writes none into `Fn::Sub` but pseudo parameters. */
export function referencesIn(value: Json): readonly Reference[] {
  const reference = asReference(value);
  if (reference !== undefined) {
    return [reference];
  }
  if (Array.isArray(value)) {
    return value.flatMap(referencesIn);
  }
  return isObject(value) ? Object.values(value).flatMap(referencesIn) : [];
}

/** Replaces references; what `replace` does not know stays. */
export function replaceReferences(value: Json, replace: (reference: Reference) => Json | undefined): Json {
  const reference = asReference(value);
  if (reference !== undefined) {
    return replace(reference) ?? value;
  }
  if (Array.isArray(value)) {
    return value.map((item: Json) => replaceReferences(item, replace));
  }
  return isObject(value) ? mapValues(value, (item) => replaceReferences(item, replace)) : value;
}

/** An object with every value changed. */
export function mapValues(object: JsonObject, change: (value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

function split(text: string): Reference {
  const dot = text.indexOf(".");
  return { logicalId: text.slice(0, dot), attribute: text.slice(dot + 1) };
}
