import type { JsonObject } from "../../std/index.ts";

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
  };
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

export function resourcesOf({ name, template, paths }: TemplateSource): AssemblyResource[] {
  return [...template.resources].map(([logicalId, entry]) => ({
    stack: name,
    logicalId,
    type: entry.type,
    name: nameOf(paths?.get(logicalId) ?? entry.path ?? logicalId),
    properties: entry.properties,
    kept: { whenRemoved: isKept(entry.deletionPolicy), whenReplaced: isKept(entry.updateReplacePolicy) },
  }));
}

/** `RetainExceptOnCreate` keeps what has been deployed. A snapshot is none of the kinds here. */
function isKept(policy: string | undefined): boolean {
  return policy === "Retain" || policy === "RetainExceptOnCreate";
}

function nameOf(path: string): string {
  const parts = path.replace(/\/Resource$/, "").split("/");
  return parts.length > 1 ? parts.slice(1).join("/") : path;
}
