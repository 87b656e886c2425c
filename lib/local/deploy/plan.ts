import { isJsonObject, type Json } from "../../std/index.ts";
import { LocalError, type Place } from "../common/index.ts";
import type { AssemblyStack } from "./assembly.ts";
import { parametersInReferences } from "./dynamic-references.ts";
import { type DependencyGraph, refuseCycles } from "./graph.ts";
import { resolveValue } from "./intrinsics.ts";
import { collectReferences } from "./references.ts";
import { type KnownResources, STORED_PARAMETER, StackScope } from "./stack-scope.ts";
import type { TemplateResource } from "./template.ts";

/** One resource to be deployed. */
export interface PlannedResource {
  /** `StackName/LogicalId` */
  readonly key: string;
  readonly logicalId: string;
  readonly stack: AssemblyStack;
  readonly place: Place;
  readonly scope: StackScope;
  readonly resource: TemplateResource;
  /** The function behind a custom resource. */
  readonly servesCustomResource: boolean;
}

/** What to deploy, and in which order. */
export interface Plan {
  readonly resources: ReadonlyMap<string, PlannedResource>;
  /** Of resource keys; a stack has a node too, after all its resources. */
  readonly graph: DependencyGraph;
  readonly scopes: ReadonlyMap<string, StackScope>;
}

/** Exports of all stacks by name, with the stack and the unresolved value. */
export type Exports = ReadonlyMap<string, { readonly stack: AssemblyStack; readonly value: Json }>;

/**
 * Puts the resources of all stacks in order: by `Ref`, `Fn::GetAtt`, `Fn::Sub`, `DependsOn`, by `Fn::ImportValue` across
 * stacks, and by the stacks' own dependencies. Resources whose condition is false are left out.
 *
 * @throws LocalError `TemplateInvalid` for a reference to an unknown name, and for a cycle, with its members.
 */
export function makePlan(
  stacks: readonly AssemblyStack[],
  options: {
    placeOf: (stack: AssemblyStack) => Place;
    knownOf: (stack: AssemblyStack) => KnownResources;
    parameters: Readonly<Record<string, string>>;
  },
): Plan {
  const scopes = new Map(
    stacks.map((stack) => [
      stack.id,
      new StackScope(stack, options.placeOf(stack), options.knownOf(stack), options.parameters),
    ]),
  );
  const exports = collectExports(stacks, scopes);
  const stored = collectStoredParameters(stacks, scopes);
  const resources = new Map<string, PlannedResource>();
  const graph = new Map<string, Set<string>>();
  for (const stack of stacks) {
    const scope = scopeOf(scopes, stack);
    const after = stack.dependencies.filter((id) => scopes.has(id)).map(stackNode);
    const providers = customResourceProviders(stack);
    const members: string[] = [];
    for (const [logicalId, resource] of stack.template.resources) {
      if (!scope.isResource(logicalId)) {
        continue;
      }
      const key = `${stack.name}/${logicalId}`;
      const place = options.placeOf(stack);
      resources.set(key, {
        key,
        logicalId,
        stack,
        place,
        scope,
        resource,
        servesCustomResource: providers.has(logicalId),
      });
      graph.set(key, new Set([...after, ...needs(stack, logicalId, resource, { stacks, scopes, exports, stored })]));
      members.push(key);
    }
    graph.set(stackNode(stack.id), new Set([...after, ...members]));
  }
  refuseCycles(graph);
  return { resources, graph, scopes };
}

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

function needs(
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
    if (scope.isResource(name)) {
      result.add(`${stack.name}/${name}`);
    } else if (!stack.template.resources.has(name) && !isParameter(stack, name)) {
      throw new LocalError(
        "TemplateInvalid",
        `${stack.name}/${logicalId} refers to ${name}, which the template does not declare`,
      );
    }
  }
  const foreign = [
    ...imports.map((imported) => exports.get(String(resolveValue(imported, scope)))),
    ...stackOutputs.map(([stackName, outputName]) => findOutput(stacks, stackName, outputName)),
  ];
  for (const exporter of foreign) {
    if (exporter !== undefined) {
      for (const name of collectReferences(exporter.value, scopeOf(scopes, exporter.stack)).names) {
        if (scopeOf(scopes, exporter.stack).isResource(name)) {
          result.add(`${exporter.stack.name}/${name}`);
        }
      }
    }
  }
  return result;
}

/** What a resource may depend on outside its own template. */
interface Surroundings {
  readonly stacks: readonly AssemblyStack[];
  readonly scopes: ReadonlyMap<string, StackScope>;
  readonly exports: Exports;
  /** Resource keys of the parameters of Systems Manager that the app declares, by name. */
  readonly stored: ReadonlyMap<string, string>;
}

/** Parameters of Systems Manager whose name is known before anything is deployed. */
function collectStoredParameters(
  stacks: readonly AssemblyStack[],
  scopes: ReadonlyMap<string, StackScope>,
): ReadonlyMap<string, string> {
  const stored = new Map<string, string>();
  for (const stack of stacks) {
    const scope = scopeOf(scopes, stack);
    for (const [logicalId, { type, properties }] of stack.template.resources) {
      const { Name } = properties;
      const isKnown =
        Name !== undefined && [...collectReferences(Name, scope).names].every((name) => !scope.isResource(name));
      if (type === "AWS::SSM::Parameter" && isKnown && scope.isResource(logicalId)) {
        stored.set(String(resolveValue(Name, scope)), `${stack.name}/${logicalId}`);
      }
    }
  }
  return stored;
}

/** The name in Systems Manager of the value of a template's parameter, if it is such a parameter. */
function storedName(stack: AssemblyStack, name: string): string | undefined {
  const parameter = stack.template.parameters.get(name);
  return parameter?.type.startsWith(STORED_PARAMETER) === true ? String(parameter.defaultValue) : undefined;
}

function isParameter(stack: AssemblyStack, name: string): boolean {
  return name.startsWith("AWS::") || stack.template.parameters.has(name);
}

/** Functions that are the `ServiceToken` of a custom resource, or of a provider framework. */
function customResourceProviders(stack: AssemblyStack): ReadonlySet<string> {
  const providers = new Set<string>();
  for (const { properties } of stack.template.resources.values()) {
    const token = properties.ServiceToken;
    const target = isJsonObject(token) ? (token["Fn::GetAtt"] ?? token.Ref) : undefined;
    const name: unknown = Array.isArray(target) ? target[0] : target;
    if (typeof name === "string") {
      providers.add(name.split(".")[0] ?? name);
    }
  }
  return providers;
}

function scopeOf(scopes: ReadonlyMap<string, StackScope>, stack: AssemblyStack): StackScope {
  const scope = scopes.get(stack.id);
  if (scope === undefined) {
    throw new LocalError("AssemblyInvalid", `the assembly has no stack ${stack.id}`);
  }
  return scope;
}

function stackNode(id: string): string {
  return `stack ${id}`;
}
