import { isJsonObject, type Json, objectOf } from "../../std/index.ts";
import type { Place } from "../common/index.ts";
import type { AssemblyStack } from "./assembly.ts";
import { collectExports, scopeOf } from "./exports.ts";
import { type DependencyGraph, refuseCycles } from "./graph.ts";
import { resolveValue } from "./intrinsics.ts";
import { needs, nestingNeeds } from "./needs.ts";
import { collectReferences } from "./references.ts";
import { isCustom } from "./resources/index.ts";
import { type KnownResources, StackScope } from "./stack-scope.ts";
import type { TemplateResource } from "./template.ts";

/** Set for the function of the CDK's provider framework. */
const FRAMEWORK_VARIABLE = "USER_ON_EVENT_FUNCTION_ARN";

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
  const scopes = new Map<string, StackScope>();
  // Parents come before what is nested in them.
  for (const stack of stacks) {
    const parent = stack.nestedIn && scopes.get(stack.nestedIn.parentId);
    const bound = (name: string): Json | undefined => {
      const value = parent && stack.nestedIn?.parameters[name];
      return value === undefined || parent === undefined ? undefined : resolveValue(value, parent);
    };
    const [place, known] = [options.placeOf(stack), options.knownOf(stack)];
    scopes.set(stack.id, new StackScope(stack, place, known, options.parameters, bound));
  }
  const exports = collectExports(stacks, scopes);
  const stored = collectStoredParameters(stacks, scopes);
  const resources = new Map<string, PlannedResource>();
  const graph = new Map<string, Set<string>>();
  for (const stack of stacks) {
    const scope = scopeOf(scopes, stack);
    if (!isDeclared(stack, stacks, scopes)) {
      continue;
    }
    const surroundings = { stacks, scopes, exports, stored };
    const after = [
      ...stack.dependencies.filter((id) => scopes.has(id)).map(stackNode),
      ...nestingNeeds(stack, surroundings),
    ];
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
      const nested = stacks.filter(
        (each) => each.nestedIn?.parentId === stack.id && each.nestedIn.logicalId === logicalId,
      );
      const inside = nested.map(({ id }) => stackNode(id));
      graph.set(key, new Set([...after, ...inside, ...needs(stack, logicalId, resource, surroundings)]));
      members.push(key);
    }
    graph.set(stackNode(stack.id), new Set([...after, ...members]));
  }
  refuseCycles(graph);
  return { resources, graph, scopes };
}

/** Whether a stack is there: a nested one only where the condition of its resource holds. */
function isDeclared(
  { nestedIn }: AssemblyStack,
  stacks: readonly AssemblyStack[],
  scopes: ReadonlyMap<string, StackScope>,
): boolean {
  const parent = stacks.find(({ id }) => id === nestedIn?.parentId);
  return (
    nestedIn === undefined ||
    (parent !== undefined &&
      scopeOf(scopes, parent).isResource(nestedIn.logicalId) &&
      isDeclared(parent, stacks, scopes))
  );
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

/** Functions of the CDK behind its own custom resources, and its provider framework: they are not called, and users do not know them. */
function customResourceProviders(stack: AssemblyStack): ReadonlySet<string> {
  const providers = new Set<string>();
  for (const { type, properties } of stack.template.resources.values()) {
    const token = properties.ServiceToken;
    const target = isJsonObject(token) ? (token["Fn::GetAtt"] ?? token.Ref) : undefined;
    const name = String(Array.isArray(target) ? target[0] : target).split(".")[0] ?? "";
    const variables = objectOf(objectOf(stack.template.resources.get(name)?.properties.Environment).Variables);
    if (!isCustom(type, name) || FRAMEWORK_VARIABLE in variables) {
      providers.add(name);
    }
  }
  return providers;
}

function stackNode(id: string): string {
  return `stack ${id}`;
}
