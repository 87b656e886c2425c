import { isObject, type Json, type JsonObject, objectOf } from "./json.ts";
import { mapValues, type Reference, referencesIn, replaceReferences } from "./references.ts";

/**
 * A template in two halves: `deployed` is what CloudFormation of the target can create, `local` are the resources of the
 * types that it cannot, which run on this machine instead. Resources that need a local one and have no use here (roles'
 * policies, alarms of functions) are in neither.
 */
export interface Halves {
  readonly deployed: JsonObject;
  /** The local half once the deployed one exists, from the stack's outputs. */
  readonly local: (outputs: Readonly<Record<string, string>>) => JsonObject;
  /** Logical ids and types of what the target does not get. */
  readonly left: readonly { readonly logicalId: string; readonly type: string }[];
}

/**
 * Cuts a template. What the local half needs of the deployed one, the stack gives as additional outputs: so CloudFormation
 * itself resolves every reference that crosses the cut, and what it deployed is used as it is.
 *
 * @param localTypes types of resources that the target cannot create
 */
export function cutTemplate(template: JsonObject, localTypes: ReadonlySet<string>): Halves {
  const resources = objectOf(template.Resources);
  const local = new Set(Object.keys(resources).filter((id) => localTypes.has(typeOf(resources[id]))));
  const left = withDependents(resources, local);
  const crossing = crossings(resources, local, left);

  const kept = filterKeys(resources, (id) => !left.has(id));
  const outputs = filterKeys(objectOf(template.Outputs), (_name, output) => !uses(output, left));
  const bindings = Object.fromEntries(
    [...crossing].map(([name, reference]) => [name, { Value: expression(reference) }]),
  );
  return {
    deployed: {
      ...template,
      Resources: mapValues(kept, (resource) => withoutDependenciesOn(resource, left)),
      Outputs: { ...outputs, ...bindings },
    },
    local: (values) => localHalf(template, local, values),
    left: [...left].map((logicalId) => ({ logicalId, type: typeOf(resources[logicalId]) })),
  };
}

function localHalf(
  template: JsonObject,
  local: ReadonlySet<string>,
  outputs: Readonly<Record<string, string>>,
): JsonObject {
  const bind = (reference: Reference): Json | undefined =>
    local.has(reference.logicalId) ? undefined : outputs[bindingName(reference)];
  const resources = filterKeys(objectOf(template.Resources), (id) => local.has(id));
  const ownOutputs = filterKeys(objectOf(template.Outputs), (name) => outputs[name] === undefined);
  return {
    ...template,
    Resources: mapValues(resources, (resource) => {
      const bound = replaceReferences(resource, bind);
      return isObject(bound) ? omit(bound, "DependsOn") : bound;
    }),
    Outputs: {
      ...ownOutputs,
      ...Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }])),
    },
  };
}

/** The set with everything that refers to something in it, over any number of steps. */
function withDependents(resources: JsonObject, start: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set(start);
  for (let before = -1; before !== all.size; ) {
    before = all.size;
    for (const [id, resource] of Object.entries(resources)) {
      if (uses(properties(resource), all)) {
        all.add(id);
      }
    }
  }
  return all;
}

/** References of local resources to deployed ones, by the name of the output that carries their value. */
function crossings(
  resources: JsonObject,
  local: ReadonlySet<string>,
  left: ReadonlySet<string>,
): ReadonlyMap<string, Reference> {
  const found = [...local]
    .flatMap((id) => referencesIn(properties(resources[id])))
    .filter(({ logicalId }) => logicalId in resources && !left.has(logicalId));
  return new Map(found.map((reference) => [bindingName(reference), reference]));
}

function bindingName({ logicalId, attribute }: Reference): string {
  return `Local${logicalId}${(attribute ?? "").replaceAll(/[^A-Za-z0-9]/g, "")}`;
}

function expression({ logicalId, attribute }: Reference): JsonObject {
  return attribute === undefined ? { Ref: logicalId } : { "Fn::GetAtt": [logicalId, attribute] };
}

function withoutDependenciesOn(resource: Json, left: ReadonlySet<string>): Json {
  if (!isObject(resource) || resource.DependsOn === undefined) {
    return resource;
  }
  const dependencies = [resource.DependsOn].flat().filter((id) => typeof id === "string" && !left.has(id));
  return dependencies.length === 0 ? omit(resource, "DependsOn") : { ...resource, DependsOn: dependencies };
}

function uses(value: Json | undefined, ids: ReadonlySet<string>): boolean {
  return value !== undefined && referencesIn(value).some(({ logicalId }) => ids.has(logicalId));
}

function properties(resource: Json | undefined): Json {
  return objectOf(objectOf(resource).Properties);
}

function typeOf(resource: Json | undefined): string {
  const { Type: type } = objectOf(resource);
  return typeof type === "string" ? type : "";
}

function filterKeys(object: JsonObject, keep: (key: string, value: Json) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key, value]) => keep(key, value)));
}

function omit(object: JsonObject, key: string): JsonObject {
  return filterKeys(object, (each) => each !== key);
}
