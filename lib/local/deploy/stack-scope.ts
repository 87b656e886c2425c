import { isJsonObject, type Json } from "../../std/index.ts";
import { LocalError, type Place } from "../common/index.ts";
import type { AssemblyStack } from "./assembly.ts";
import { evaluateCondition } from "./intrinsics.ts";
import { parameterPlaceholder, placeholderImport } from "./placeholders/index.ts";
import type { Scope } from "./scope.ts";
import type { TemplateParameter } from "./template.ts";

/** What resources of other stacks and of this one are known so far. */
export interface KnownResources extends Pick<Scope, "getAtt" | "importValue" | "stackOutput" | "noteMacro"> {
  /** `Ref` of a resource; throws for one that is not deployed. */
  ref(logicalId: string): Json;
  /** The value of a parameter of Systems Manager that a stack of the app declares. */
  ssmParameter(name: string): Json | undefined;
  /** Notes that a template's parameter got a placeholder. */
  notePlaceholder(parameter: string, isStored: boolean): void;
}

/** The CDK's bootstrap stack has a version; any recent one will do. */
const BOOTSTRAP_VERSION = "30";

/** Type of a parameter whose value is in the Parameter Store of Systems Manager. */
export const STORED_PARAMETER = "AWS::SSM::Parameter::Value<";

/** Resolves what a template of one stack can refer to: pseudo parameters, parameters, conditions, mappings, resources. */
export class StackScope implements Scope {
  readonly region: string;
  readonly #place: Place;
  readonly #stack: AssemblyStack;
  readonly #known: KnownResources;
  readonly #parameters: Readonly<Record<string, string>>;
  readonly #pseudo: ReadonlyMap<string, Json | undefined>;
  readonly #bound: (parameter: string) => Json | undefined;
  readonly #conditions = new Map<string, boolean | "evaluating">();

  /** @param bound values of the parameters of a nested stack, which its parent gives */
  constructor(
    stack: AssemblyStack,
    place: Place,
    known: KnownResources,
    parameters: Readonly<Record<string, string>>,
    bound: (parameter: string) => Json | undefined = () => undefined,
  ) {
    this.#bound = bound;
    this.region = place.region;
    this.#place = place;
    this.#stack = stack;
    this.#known = known;
    this.#parameters = parameters;
    this.#pseudo = new Map<string, Json | undefined>([
      ["AWS::Region", place.region],
      ["AWS::AccountId", place.accountId],
      ["AWS::Partition", "aws"],
      ["AWS::URLSuffix", "amazonaws.com"],
      ["AWS::StackName", stack.name],
      ["AWS::StackId", `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${stack.name}/local`],
      ["AWS::NotificationARNs", []],
      ["AWS::NoValue", undefined],
    ]);
  }

  /** Whether a name is a resource of the stack's template whose condition holds. */
  isResource(name: string): boolean {
    const resource = this.#stack.template.resources.get(name);
    return resource !== undefined && (resource.condition === undefined || this.condition(resource.condition));
  }

  ref(name: string): Json | undefined {
    if (this.#pseudo.has(name)) {
      return this.#pseudo.get(name);
    }
    return this.#stack.template.parameters.has(name) ? this.#parameter(name) : this.#known.ref(name);
  }

  getAtt(logicalId: string, attribute: string): Json {
    return this.#known.getAtt(logicalId, attribute);
  }

  noteMacro(name: string): void {
    this.#known.noteMacro(name);
  }

  importValue(name: string): Json {
    return this.#known.importValue(name);
  }

  stackOutput(stackName: string, outputName: string): Json {
    return this.#known.stackOutput(stackName, outputName);
  }

  findInMap(map: string, topLevelKey: string, secondLevelKey: string): Json | undefined {
    let current: unknown = this.#stack.template.mappings;
    for (const key of [map, topLevelKey, secondLevelKey]) {
      current = isJsonObject(current) && Object.hasOwn(current, key) ? current[key] : undefined;
    }
    return isJson(current) ? current : undefined;
  }

  condition(name: string): boolean {
    const known = this.#conditions.get(name);
    const definition = this.#stack.template.conditions.get(name);
    if (definition === undefined) {
      throw new LocalError("TemplateInvalid", `the template of ${this.#stack.name} has no condition ${name}`);
    }
    if (known === "evaluating") {
      throw new LocalError("TemplateInvalid", `the condition ${name} of ${this.#stack.name} refers to itself`);
    }
    if (known !== undefined) {
      return known;
    }
    this.#conditions.set(name, "evaluating");
    const value = evaluateCondition(definition, this);
    this.#conditions.set(name, value);
    return value;
  }

  #parameter(name: string): Json {
    const parameter = this.#stack.template.parameters.get(name);
    const type = parameter?.type ?? "String";
    const stored = type.startsWith(STORED_PARAMETER);
    const given =
      this.#bound(name) ?? this.#given(name) ?? (stored ? this.#given(String(parameter?.defaultValue)) : undefined);
    const value = given ?? (stored ? this.#storedValue(parameter) : parameter?.defaultValue) ?? this.#placeholder(name);
    const isList =
      type === "CommaDelimitedList" || type.startsWith("List<") || type.startsWith(`${STORED_PARAMETER}List<`);
    return isList && typeof value === "string" ? value.split(",").map((item) => item.trim()) : value;
  }

  /** The default of such a parameter is the name under which Systems Manager has the value. */
  #storedValue(parameter: TemplateParameter | undefined): Json | undefined {
    const name = String(parameter?.defaultValue);
    return name.startsWith("/cdk-bootstrap/") ? BOOTSTRAP_VERSION : this.#known.ssmParameter(name);
  }

  #given(name: string): string | undefined {
    return Object.hasOwn(this.#parameters, name) ? this.#parameters[name] : undefined;
  }

  #placeholder(name: string): Json {
    const parameter = this.#stack.template.parameters.get(name);
    if (parameter === undefined) {
      throw new LocalError("TemplateInvalid", `the template of ${this.#stack.name} has no parameter ${name}`);
    }
    const isStored = parameter.type.startsWith(STORED_PARAMETER);
    const known = isStored ? String(parameter.defaultValue) : name;
    this.#known.notePlaceholder(known, isStored);
    return parameter.type === `${STORED_PARAMETER}String>`
      ? placeholderImport(known)
      : parameterPlaceholder(name, parameter, this.#place);
  }
}

function isJson(value: unknown): value is Json {
  return value !== undefined && typeof value !== "function";
}
