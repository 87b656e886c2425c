import { isJsonObject, type Json } from "../../std/index.ts";
import { getAttArguments, intrinsicCall, stackOutputArguments } from "./intrinsics.ts";
import type { Scope } from "./scope.ts";
import { substitutionReferences } from "./substitution.ts";

/** What a value needs to be resolved. */
export interface References {
  /** Names of `Ref`, `Fn::GetAtt` and `Fn::Sub`: resources, parameters and pseudo parameters. */
  readonly names: ReadonlySet<string>;
  /** Unresolved names of `Fn::ImportValue`. */
  readonly imports: readonly Json[];
  /** Stack and output names of `Fn::GetStackOutput`. */
  readonly stackOutputs: readonly (readonly [stackName: string, outputName: string])[];
}

/** Collects what a value refers to. Of a `Fn::If` only the branch counts that the conditions choose. */
export function collectReferences(value: Json, scope: Scope): References {
  const names = new Set<string>();
  const imports: Json[] = [];
  const stackOutputs: [string, string][] = [];
  const visit = (item: Json): void => {
    if (Array.isArray(item)) {
      item.forEach(visit);
      return;
    }
    if (!isJsonObject(item)) {
      return;
    }
    const call = intrinsicCall(item);
    switch (call?.name) {
      case "Ref":
        names.add(String(call.argument));
        return;
      case "Fn::GetAtt":
        names.add(getAttArguments(call.argument, scope)[0]);
        return;
      case "Fn::Sub": {
        const found = substitutionReferences(call.argument);
        found.names.forEach((name) => {
          names.add(name);
        });
        found.values.forEach(visit);
        return;
      }
      case "Fn::ImportValue":
        imports.push(call.argument);
        return;
      case "Fn::GetStackOutput":
        stackOutputs.push(stackOutputArguments(call.argument, scope));
        return;
      case "Fn::If":
        if (Array.isArray(call.argument)) {
          const [name, whenTrue, whenFalse] = call.argument;
          visit((scope.condition(String(name)) ? whenTrue : whenFalse) ?? null);
        }
        return;
      default:
        Object.values(item).forEach(visit);
    }
  };
  visit(value);
  return { names, imports, stackOutputs };
}
