import { LocalError } from "../common/index.ts";
import type { AssemblyStack } from "./assembly.ts";
import { parametersInReferences } from "./dynamic-references.ts";
import { type Exports, findOutput, scopeOf } from "./exports.ts";
import { resolveValue } from "./intrinsics.ts";
import { collectReferences } from "./references.ts";
import { STORED_PARAMETER, type StackScope } from "./stack-scope.ts";
import type { TemplateResource } from "./template.ts";

/** What a resource may depend on outside its own template. */
export interface Surroundings {
  readonly stacks: readonly AssemblyStack[];
  readonly scopes: ReadonlyMap<string, StackScope>;
  readonly exports: Exports;
  /** Resource keys of the parameters of Systems Manager that the app declares, by name. */
  readonly stored: ReadonlyMap<string, string>;
}

/** Keys of the resources that have to be there before a resource. @throws LocalError `TemplateInvalid` for a reference to an unknown name */
export function needs(
  stack: AssemblyStack,
  logicalId: string,
  resource: TemplateResource,
  { stacks, scopes, exports, stored }: Surroundings,
): Set<string> {
  const scope = scopeOf(scopes, stack);
  const result = new Set<string>();
  const { names, imports, stackOutputs } = collectReferences(resource.properties, scope);
  const parameters = [...names].flatMap((name) => storedName(stack, name) ?? []);
  for (const name of [...parameters, ...parametersInReferences(resource.properties)]) {
    const key = stored.get(name);
    if (key !== undefined) {
      result.add(key);
    }
  }
  for (const name of [...names, ...resource.dependsOn]) {
    if (!stack.template.resources.has(name) && !isParameter(stack, name)) {
      throw new LocalError(
        "TemplateInvalid",
        `${stack.name}/${logicalId} refers to ${name}, which the template does not declare`,
      );
    }
    for (const key of keysOf(stack, name, { stacks, scopes })) {
      result.add(key);
    }
  }
  const foreign = [
    ...imports.map((imported) => exports.get(String(resolveValue(imported, scope)))),
    ...stackOutputs.map(([stackName, outputName]) => findOutput(stacks, stackName, outputName)),
  ];
  for (const exporter of foreign) {
    if (exporter !== undefined) {
      for (const name of collectReferences(exporter.value, scopeOf(scopes, exporter.stack)).names) {
        for (const key of keysOf(exporter.stack, name, { stacks, scopes })) {
          result.add(key);
        }
      }
    }
  }
  return result;
}

/** The resources behind a name in a template: itself, or what the parent of a nested stack gives as a parameter's value. */
function keysOf(
  stack: AssemblyStack,
  name: string,
  within: Pick<Surroundings, "stacks" | "scopes">,
): readonly string[] {
  if (scopeOf(within.scopes, stack).isResource(name)) {
    return [`${stack.name}/${name}`];
  }
  const { nestedIn } = stack;
  const parent = within.stacks.find(({ id }) => id === nestedIn?.parentId);
  const value = nestedIn?.parameters[name];
  if (parent === undefined || value === undefined) {
    return [];
  }
  const { names } = collectReferences(value, scopeOf(within.scopes, parent));
  return [...names].flatMap((each) => keysOf(parent, each, within));
}

/** What a nested stack waits for: what the resource that declares it depends on, and what its parent waits for. */
export function nestingNeeds({ nestedIn }: AssemblyStack, within: Surroundings): readonly string[] {
  const parent = within.stacks.find(({ id }) => id === nestedIn?.parentId);
  if (parent === undefined || nestedIn === undefined) {
    return [];
  }
  return [...nestedIn.dependsOn.flatMap((name) => keysOf(parent, name, within)), ...nestingNeeds(parent, within)];
}

/** The name in Systems Manager of the value of a template's parameter, if it is such a parameter. */
function storedName(stack: AssemblyStack, name: string): string | undefined {
  const parameter = stack.template.parameters.get(name);
  return parameter?.type.startsWith(STORED_PARAMETER) === true ? String(parameter.defaultValue) : undefined;
}

function isParameter(stack: AssemblyStack, name: string): boolean {
  return name.startsWith("AWS::") || stack.template.parameters.has(name);
}
