import type { Json } from "../../std/index.ts";
import { LocalError } from "../common/index.ts";
import type { AssemblyStack } from "./assembly.ts";
import { resolveValue } from "./intrinsics.ts";
import type { StackScope } from "./stack-scope.ts";

/** Exports of all stacks by name, with the stack and the unresolved value. */
export type Exports = ReadonlyMap<string, { readonly stack: AssemblyStack; readonly value: Json }>;

/** The exports of all stacks, by their resolved names. */
export function collectExports(stacks: readonly AssemblyStack[], scopes: ReadonlyMap<string, StackScope>): Exports {
  const exports = new Map<string, { stack: AssemblyStack; value: Json }>();
  for (const stack of stacks) {
    const scope = scopeOf(scopes, stack);
    for (const { value, exportName, condition } of stack.template.outputs.values()) {
      if (exportName !== undefined && (condition === undefined || scope.condition(condition))) {
        exports.set(String(resolveValue(exportName, scope)), { stack, value });
      }
    }
  }
  return exports;
}

/** An output of a stack, by the names of both in CloudFormation. */
export function findOutput(
  stacks: readonly AssemblyStack[],
  stackName: string,
  outputName: string,
): { readonly stack: AssemblyStack; readonly value: Json } | undefined {
  const stack = stacks.find(({ name }) => name === stackName);
  const output = stack?.template.outputs.get(outputName);
  return stack === undefined || output === undefined ? undefined : { stack, value: output.value };
}

/** The scope of a stack. @throws LocalError `AssemblyInvalid` */
export function scopeOf(scopes: ReadonlyMap<string, StackScope>, stack: AssemblyStack): StackScope {
  const scope = scopes.get(stack.id);
  if (scope === undefined) {
    throw new LocalError("AssemblyInvalid", `the assembly has no stack ${stack.id}`);
  }
  return scope;
}
