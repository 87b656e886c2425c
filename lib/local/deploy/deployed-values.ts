import type { Json } from "../../std/index.ts";
import { withLocalAddresses } from "../apis/index.ts";
import { LocalError } from "../common/index.ts";
import type { AssemblyStack } from "./assembly.ts";
import type { DeployedResource } from "./deployment.ts";
import { collectExports, type Exports, findOutput } from "./exports.ts";
import { resolveValue } from "./intrinsics.ts";
import type { LeftOutList } from "./left-out.ts";
import { placeholderAttribute, placeholderImport } from "./placeholders/index.ts";
import { EXPORT_WRITER } from "./resources/index.ts";
import type { KnownResources, StackScope } from "./stack-scope.ts";

/** The values of what has been deployed so far: what references in the templates resolve to. */
export class DeployedValues {
  readonly #stacks: readonly AssemblyStack[];
  readonly #leftOut: LeftOutList;
  readonly #endpoint: string;
  readonly #resources = new Map<string, DeployedResource>();
  /** Ids of APIs that are served here. */
  readonly #apis = new Set<string>();
  /** Values of the parameters of Systems Manager that the app declares, by name. */
  readonly #ssmParameters = new Map<string, Json>();
  #scopes: ReadonlyMap<string, StackScope> = new Map();
  #exports: Exports = new Map();

  /** @param endpoint address of the server, where APIs are */
  constructor(stacks: readonly AssemblyStack[], leftOut: LeftOutList, endpoint: string) {
    this.#endpoint = endpoint;
    this.#stacks = stacks;
    this.#leftOut = leftOut;
  }

  /** Sets the scopes by stack id, in which values of other stacks are resolved. Call it before the first lookup. */
  setScopes(scopes: ReadonlyMap<string, StackScope>): void {
    this.#scopes = scopes;
    this.#exports = collectExports(this.#stacks, scopes);
  }

  /** @param key `StackName/LogicalId` */
  add(key: string, resource: DeployedResource): void {
    this.#resources.set(key, resource);
    if (resource.type === "AWS::ApiGateway::RestApi" || resource.type === "AWS::ApiGatewayV2::Api") {
      this.#apis.add(resource.physicalId);
    }
    if (resource.type === "AWS::SSM::Parameter") {
      this.#ssmParameters.set(resource.physicalId, resource.attributes.Value ?? "");
    }
    if (resource.type === EXPORT_WRITER) {
      for (const [name, value] of Object.entries(resource.attributes)) {
        this.#ssmParameters.set(name, value);
      }
    }
  }

  /** The value of a parameter of Systems Manager, as far as it has been deployed. */
  ssmParameter(name: string): Json | undefined {
    return this.#ssmParameters.get(name);
  }

  /** Whether an API of this id has been deployed. */
  isApi(id: string): boolean {
    return this.#apis.has(id);
  }

  get(key: string): DeployedResource | undefined {
    return this.#resources.get(key);
  }

  /** Looks up values for the template of one stack. */
  knownOf(stack: AssemblyStack): KnownResources {
    return {
      ref: (logicalId) => this.#find(stack, logicalId).physicalId,
      getAtt: (logicalId, attribute) =>
        this.#nestedOutput(stack, logicalId, attribute) ?? attributeOf(this.#find(stack, logicalId), attribute),
      noteMacro: (name) => this.#leftOut.add("Values that macros make (Fn::Transform)", "they are absent", name),
      importValue: (name) => this.#foreign(this.#exports.get(name), name),
      stackOutput: (stackName, outputName) =>
        this.#foreign(findOutput(this.#stacks, stackName, outputName), `${stackName}.${outputName}`),
      ssmParameter: (name) => this.ssmParameter(name),
      notePlaceholder: (parameter, isStored) => {
        const what = isStored ? "Parameters of Systems Manager" : "Parameters without a default";
        this.#leftOut.add(what, "placeholders stand for their values; --parameter NAME=VALUE sets one", parameter);
      },
    };
  }

  /** Resolved outputs, by stack name and output name. */
  outputs(): Record<string, Record<string, Json>> {
    return Object.fromEntries(
      this.#stacks
        .filter(({ nestedIn }) => nestedIn === undefined)
        .map((stack) => {
          const scope = this.#scopes.get(stack.id);
          const values = [...stack.template.outputs].flatMap(([name, { value, condition }]): [string, Json][] => {
            if (scope === undefined || (condition !== undefined && !scope.condition(condition))) {
              return [];
            }
            const resolved = this.#output(`${stack.name}.${name}`, value, scope);
            return resolved === undefined ? [] : [[name, resolved]];
          });
          return [stack.name, Object.fromEntries(values)];
        }),
    );
  }

  /** `Outputs.Name` of a nested stack. */
  #nestedOutput(parent: AssemblyStack, logicalId: string, attribute: string): Json | undefined {
    const nested = this.#stacks.find(
      ({ nestedIn }) => nestedIn?.parentId === parent.id && nestedIn.logicalId === logicalId,
    );
    const output = nested?.template.outputs.get(attribute.replace(/^Outputs\./, ""));
    const scope = nested && this.#scopes.get(nested.id);
    return output === undefined || scope === undefined ? undefined : resolveValue(output.value, scope);
  }

  #find(stack: AssemblyStack, logicalId: string): DeployedResource {
    const found = this.#resources.get(`${stack.name}/${logicalId}`);
    if (found === undefined) {
      throw new LocalError("TemplateInvalid", `${stack.name} has no resource ${logicalId}, or its condition is false`);
    }
    return found;
  }

  /** An output is for people: one that cannot be resolved stops nothing. */
  #output(name: string, value: Json, scope: StackScope): Json | undefined {
    try {
      const resolved = resolveValue(value, scope);
      return resolved && withLocalAddresses(resolved, this.#endpoint, (id) => this.isApi(id));
    } catch (error) {
      if (!(error instanceof LocalError)) {
        throw error;
      }
      this.#leftOut.add("Outputs", `cannot be resolved: ${error.message}`, name);
      return undefined;
    }
  }

  /** The value of another stack's output; a placeholder for a stack that is not part of the app. */
  #foreign(output: { stack: AssemblyStack; value: Json } | undefined, name: string): Json {
    const scope = output === undefined ? undefined : this.#scopes.get(output.stack.id);
    const value = output === undefined || scope === undefined ? undefined : resolveValue(output.value, scope);
    if (value === undefined) {
      this.#leftOut.add("Exports of other apps", "placeholders stand for their values", name);
      return placeholderImport(name);
    }
    return value;
  }
}

function attributeOf(resource: DeployedResource, attribute: string): Json {
  const { stackName, logicalId, type, treatment, attributes, place, physicalId } = resource;
  const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
  if (value !== undefined) {
    return value;
  }
  if (treatment !== "created") {
    return placeholderAttribute({ type, name: nameIn(physicalId), place }, attribute);
  }
  const title = `the attribute ${attribute} of ${stackName}/${logicalId}`;
  const supported = Object.keys(attributes).join(", ") || "no attributes";
  throw new LocalError("TemplateInvalid", `${title} is not known: ${type} has ${supported}`);
}

/** The last part of an ARN, or the id itself. */
function nameIn(physicalId: string): string {
  return physicalId.startsWith("arn:") ? (physicalId.split(/[:/]/).at(-1) ?? physicalId) : physicalId;
}
