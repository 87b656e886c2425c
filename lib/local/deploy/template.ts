import { isJsonObject, type Json, type JsonObject } from "../../std/index.ts";
import { LocalError } from "../common/index.ts";

/** One entry of a template's `Resources`. */
export interface TemplateResource {
  readonly type: string;
  /** Unresolved. */
  readonly properties: JsonObject;
  readonly dependsOn: readonly string[];
  readonly condition: string | undefined;
  readonly deletionPolicy: string | undefined;
  readonly updateReplacePolicy: string | undefined;
  /** Construct path from `Metadata: aws:cdk:path`. */
  readonly path: string | undefined;
}

/** One entry of a template's `Outputs`. Values are unresolved. */
export interface TemplateOutput {
  readonly value: Json;
  readonly exportName: Json | undefined;
  readonly condition: string | undefined;
}

/** One entry of a template's `Parameters`. */
export interface TemplateParameter {
  readonly type: string;
  readonly defaultValue: Json | undefined;
  readonly allowedValues: readonly string[];
  readonly allowedPattern: string | undefined;
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
  readonly minValue: number | undefined;
}

/** A CloudFormation template, with its parts checked for their shape. */
export interface Template {
  readonly resources: ReadonlyMap<string, TemplateResource>;
  readonly outputs: ReadonlyMap<string, TemplateOutput>;
  readonly parameters: ReadonlyMap<string, TemplateParameter>;
  readonly conditions: ReadonlyMap<string, Json>;
  readonly mappings: JsonObject;
  /** The template's own `Metadata`. */
  readonly metadata: JsonObject;
}

/** @throws LocalError `TemplateInvalid` for a template that CloudFormation could not read either. */
export function readTemplate(json: unknown, title: string): Template {
  if (!isJsonObject(json)) {
    throw new LocalError("TemplateInvalid", `the template of ${title} is not a JSON object`);
  }
  const section = (name: string): JsonObject => {
    const value = json[name] ?? {};
    if (!isJsonObject(value)) {
      throw new LocalError("TemplateInvalid", `${name} in the template of ${title} is not an object`);
    }
    return value;
  };
  const entries = <T>(name: string, read: (entry: JsonObject, key: string) => T): Map<string, T> =>
    new Map(
      Object.entries(section(name)).map(([key, entry]) => {
        if (!isJsonObject(entry)) {
          throw new LocalError("TemplateInvalid", `${name}.${key} in the template of ${title} is not an object`);
        }
        return [key, read(entry, key)];
      }),
    );
  return {
    resources: entries("Resources", (entry, key) => readResource(entry, `${title}/${key}`)),
    outputs: entries("Outputs", (entry) => ({
      value: entry.Value ?? null,
      exportName: isJsonObject(entry.Export) ? entry.Export.Name : undefined,
      condition: text(entry.Condition),
    })),
    parameters: entries("Parameters", readParameter),
    conditions: new Map(Object.entries(section("Conditions"))),
    mappings: section("Mappings"),
    metadata: section("Metadata"),
  };
}

function readResource(entry: JsonObject, title: string): TemplateResource {
  const type = text(entry.Type);
  const properties = entry.Properties ?? {};
  if (type === undefined || !isJsonObject(properties)) {
    throw new LocalError("TemplateInvalid", `the resource ${title} needs a Type and an object of Properties`);
  }
  const dependsOn: readonly Json[] = Array.isArray(entry.DependsOn) ? entry.DependsOn : [entry.DependsOn ?? null];
  return {
    type,
    properties,
    dependsOn: dependsOn.filter((item) => typeof item === "string"),
    condition: text(entry.Condition),
    deletionPolicy: text(entry.DeletionPolicy),
    updateReplacePolicy: text(entry.UpdateReplacePolicy),
    path: isJsonObject(entry.Metadata) ? text(entry.Metadata["aws:cdk:path"]) : undefined,
  };
}

function readParameter(entry: JsonObject): TemplateParameter {
  const allowed: readonly Json[] = Array.isArray(entry.AllowedValues) ? entry.AllowedValues : [];
  return {
    type: text(entry.Type) ?? "String",
    defaultValue: entry.Default,
    allowedValues: allowed.map(String),
    allowedPattern: text(entry.AllowedPattern),
    minLength: number(entry.MinLength),
    maxLength: number(entry.MaxLength),
    minValue: number(entry.MinValue),
  };
}

/** CloudFormation accepts numbers as strings as well. */
function number(value: Json | undefined): number | undefined {
  return value === undefined || value === null || value === "" || Number.isNaN(Number(value))
    ? undefined
    : Number(value);
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
