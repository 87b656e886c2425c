import { isJsonObject, type Json } from "../../std/index.ts";
import { LocalError } from "../common/index.ts";
import type { Scope } from "./scope.ts";

/** `${Name}`, `${Name.Attribute}` and the literal `${!Name}`. */
const VARIABLE = /\$\{(!?)([^}]*)\}/g;

/** Template and own variables of a `Fn::Sub`, in both forms. */
function parts(argument: Json): { template: string; variables: { readonly [name: string]: Json } } {
  if (typeof argument === "string") {
    return { template: argument, variables: {} };
  }
  const [template, variables] = Array.isArray(argument) ? argument : [];
  if (typeof template !== "string" || !isJsonObject(variables)) {
    throw new LocalError(
      "TemplateInvalid",
      `Fn::Sub takes a string, or a string and an object of variables, not ${JSON.stringify(argument)}`,
    );
  }
  return { template, variables };
}

/** Resolves a `Fn::Sub`. `resolveValue` resolves the values of its own variables. */
export function substitute(
  argument: Json,
  scope: Scope,
  resolveValue: (value: Json, scope: Scope) => Json | undefined,
): string {
  const { template, variables } = parts(argument);
  return template.replaceAll(VARIABLE, (whole: string, marker: string, name: string) => {
    if (marker !== "") {
      return `\${${name}}`;
    }
    const own = Object.hasOwn(variables, name) ? variables[name] : undefined;
    const dot = name.indexOf(".");
    const value =
      own !== undefined
        ? resolveValue(own, scope)
        : dot < 0
          ? scope.ref(name)
          : scope.getAtt(name.slice(0, dot), name.slice(dot + 1));
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
      throw new LocalError(
        "TemplateInvalid",
        `Fn::Sub: ${whole} must be a string, a number or a boolean, not ${JSON.stringify(value)}`,
      );
    }
    return String(value);
  });
}

/** The names (without attributes) that a `Fn::Sub` takes from the template, and the values of its own variables. */
export function substitutionReferences(argument: Json): { names: readonly string[]; values: readonly Json[] } {
  const { template, variables } = parts(argument);
  const names = [...template.matchAll(VARIABLE)]
    .filter(([, marker, name = ""]) => marker === "" && !Object.hasOwn(variables, name))
    .map(([, , name = ""]) => name.split(".")[0] ?? name);
  return { names, values: Object.values(variables) };
}
