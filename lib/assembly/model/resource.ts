import { type JsonObject, objectOf } from "../../std/index.ts";

/** One resource of a template. Properties are as the template has them, with its intrinsic functions. */
export interface AssemblyResource {
  /** Name of the stack. */
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** For people: the construct path without the stack and a last `Resource`, else the logical id. */
  readonly name: string;
  readonly properties: JsonObject;
  /** Whether CloudFormation keeps the resource when the stack no longer has it, or when it is replaced. */
  readonly kept: { readonly whenRemoved: boolean; readonly whenReplaced: boolean };
}

/** A stack of an assembly, or one that is deployed. */
export interface TemplateSource {
  readonly name: string;
  readonly template: {
    readonly resources: ReadonlyMap<string, TemplateEntry>;
    readonly outputs: ReadonlyMap<string, { readonly value: unknown; readonly exportName: unknown }>;
    readonly parameters: ReadonlyMap<string, { readonly defaultValue: unknown }>;
  };
  /** Values of its parameters, where they are not the defaults. */
  readonly parameterValues?: ReadonlyMap<string, unknown> | undefined;
  /** Construct paths by logical id, where they are known. */
  readonly paths?: ReadonlyMap<string, string> | undefined;
}

interface TemplateEntry {
  readonly type: string;
  readonly properties: JsonObject;
  readonly deletionPolicy: string | undefined;
  readonly updateReplacePolicy: string | undefined;
  readonly path: string | undefined;
}

export function resourcesOf(source: TemplateSource): AssemblyResource[] {
  const { name, template, paths } = source;
  const values = parameterValuesOf(source);
  return [...template.resources].map(([logicalId, entry]) => ({
    stack: name,
    logicalId,
    type: entry.type,
    name: nameOf(paths?.get(logicalId) ?? entry.path ?? logicalId),
    properties: objectOf(withParameters(entry.properties, values)),
    kept: { whenRemoved: isKept(entry.deletionPolicy), whenReplaced: isKept(entry.updateReplacePolicy) },
  }));
}

/** What each parameter stands for: its value, else its default. Those without either stay references. */
function parameterValuesOf({ template, parameterValues }: TemplateSource): ReadonlyMap<string, unknown> {
  return new Map(
    [...template.parameters].flatMap(([name, { defaultValue }]): [string, unknown][] => {
      const value = parameterValues?.get(name) ?? defaultValue;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** A part of a template with its parameters' values in place of references to them. */
function withParameters(part: unknown, values: ReadonlyMap<string, unknown>): unknown {
  if (values.size === 0 || typeof part !== "object" || part === null) {
    return part;
  }
  if (Array.isArray(part)) {
    return part.map((each) => withParameters(each, values));
  }
  const entries = Object.entries(part);
  const [[key, name] = ["", undefined]] = entries;
  return entries.length === 1 && key === "Ref" && typeof name === "string" && values.has(name)
    ? values.get(name)
    : Object.fromEntries(entries.map(([each, value]) => [each, withParameters(value, values)]));
}

/** `RetainExceptOnCreate` keeps what has been deployed. A snapshot is none of the kinds here. */
function isKept(policy: string | undefined): boolean {
  return policy === "Retain" || policy === "RetainExceptOnCreate";
}

function nameOf(path: string): string {
  const parts = path.replace(/\/Resource$/, "").split("/");
  return parts.length > 1 ? parts.slice(1).join("/") : path;
}
