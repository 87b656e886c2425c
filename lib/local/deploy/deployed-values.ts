import type { Json } from "../../std/index.ts";
import { LocalError } from "../common/index.ts";
import type { AssemblyStack } from "./assembly.ts";
import type { DeployedResource } from "./deployment.ts";
import { resolveValue } from "./intrinsics.ts";
import { collectExports, type Exports, findOutput } from "./plan.ts";
import type { KnownResources, StackScope } from "./stack-scope.ts";

/** The values of what has been deployed so far: what references in the templates resolve to. */
export class DeployedValues {
  readonly #stacks: readonly AssemblyStack[];
  readonly #resources = new Map<string, DeployedResource>();
  #scopes: ReadonlyMap<string, StackScope> = new Map();
  #exports: Exports = new Map();

  constructor(stacks: readonly AssemblyStack[]) {
    this.#stacks = stacks;
  }

  /** Sets the scopes by stack id, in which values of other stacks are resolved. Call it before the first lookup. */
  setScopes(scopes: ReadonlyMap<string, StackScope>): void {
    this.#scopes = scopes;
    this.#exports = collectExports(this.#stacks, scopes);
  }

  /** @param key `StackName/LogicalId` */
  add(key: string, resource: DeployedResource): void {
    this.#resources.set(key, resource);
  }

  get(key: string): DeployedResource | undefined {
    return this.#resources.get(key);
  }

  /** Looks up values for the template of one stack. */
  knownOf(stack: AssemblyStack): KnownResources {
    return {
      ref: (logicalId) => this.#find(stack, logicalId).physicalId,
      getAtt: (logicalId, attribute) => attributeOf(this.#find(stack, logicalId), attribute),
      importValue: (name) => this.#foreign(this.#exports.get(name), `no stack of the assembly exports ${name}`),
      stackOutput: (stackName, outputName) =>
        this.#foreign(
          findOutput(this.#stacks, stackName, outputName),
          `the assembly has no stack ${stackName} with an output ${outputName}`,
        ),
    };
  }

  /** Resolved outputs, by stack name and output name. */
  outputs(): Record<string, Record<string, Json>> {
    return Object.fromEntries(
      this.#stacks.map((stack) => {
        const scope = this.#scopes.get(stack.id);
        const values = [...stack.template.outputs].flatMap(([name, { value, condition }]): [string, Json][] => {
          if (scope === undefined || (condition !== undefined && !scope.condition(condition))) {
            return [];
          }
          const resolved = resolveValue(value, scope);
          return resolved === undefined ? [] : [[name, resolved]];
        });
        return [stack.name, Object.fromEntries(values)];
      }),
    );
  }

  #find(stack: AssemblyStack, logicalId: string): DeployedResource {
    const found = this.#resources.get(`${stack.name}/${logicalId}`);
    if (found === undefined) {
      throw new LocalError("TemplateInvalid", `${stack.name} has no resource ${logicalId}, or its condition is false`);
    }
    return found;
  }

  /** The value of another stack's output. */
  #foreign(output: { stack: AssemblyStack; value: Json } | undefined, problem: string): Json {
    const scope = output === undefined ? undefined : this.#scopes.get(output.stack.id);
    const value = output === undefined || scope === undefined ? undefined : resolveValue(output.value, scope);
    if (value === undefined) {
      throw new LocalError("TemplateInvalid", problem, { remedy: "deploy the stack that declares it as well" });
    }
    return value;
  }
}

function attributeOf(resource: DeployedResource, attribute: string): Json {
  const { stackName, logicalId, type, treatment, attributes } = resource;
  const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
  if (value !== undefined) {
    return value;
  }
  const title = `the attribute ${attribute} of ${stackName}/${logicalId}`;
  if (treatment === "unsupported") {
    throw new LocalError("TemplateUnsupported", `${title} is not known: ${type} is not supported locally`);
  }
  const supported = Object.keys(attributes).join(", ") || "no attributes";
  throw new LocalError("TemplateInvalid", `${title} is not known: ${type} has ${supported}`);
}
