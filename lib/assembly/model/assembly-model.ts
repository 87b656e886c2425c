import { isJsonObject } from "../../std/index.ts";
import { type AssemblyResource, resourcesOf, type TemplateSource } from "./resource.ts";

/** Types that stand before a function: an event source mapping may name them. */
const FUNCTION_QUALIFIERS = ["AWS::Lambda::Alias", "AWS::Lambda::Version"];

/** Properties that give a resource its physical name. */
const NAME_PROPERTIES = ["QueueName", "TopicName", "FunctionName", "TableName", "BucketName"];

/** The resources of all stacks, and what their properties refer to. */
export class AssemblyModel {
  readonly resources: readonly AssemblyResource[];
  readonly #byId: ReadonlyMap<string, AssemblyResource>;
  readonly #byName: ReadonlyMap<string, AssemblyResource>;
  readonly #stacks: readonly TemplateSource[];

  constructor(stacks: readonly TemplateSource[]) {
    this.#stacks = stacks;
    this.resources = stacks.flatMap(resourcesOf);
    this.#byId = new Map(this.resources.map((each) => [keyOf(each.stack, each.logicalId), each]));
    this.#byName = new Map(
      this.resources.flatMap((each) =>
        NAME_PROPERTIES.flatMap((property): [string, AssemblyResource][] => {
          const name = each.properties[property];
          return typeof name === "string" ? [[name, each]] : [];
        }),
      ),
    );
  }

  ofType(type: string): readonly AssemblyResource[] {
    return this.resources.filter((each) => each.type === type);
  }

  get(stack: string, logicalId: string): AssemblyResource | undefined {
    return this.#byId.get(keyOf(stack, logicalId));
  }

  /**
   * The resource that a property refers to: by `Ref` or `Fn::GetAtt`, through an output of another stack, or by a name or ARN that is
   * written out. An alias or version of a function stands for the function. Undefined for what is not part of the assembly.
   */
  referenced(value: unknown, stack: string): AssemblyResource | undefined {
    const found = this.#resolve(value, stack);
    return found !== undefined && FUNCTION_QUALIFIERS.includes(found.type)
      ? this.referenced(found.properties.FunctionName, found.stack)
      : found;
  }

  #resolve(value: unknown, stack: string): AssemblyResource | undefined {
    if (typeof value === "string") {
      // The last part of an ARN or of a queue's URL.
      return this.#byName.get(value.slice(Math.max(value.lastIndexOf(":"), value.lastIndexOf("/")) + 1));
    }
    if (!isJsonObject(value)) {
      return undefined;
    }
    const [[name, argument] = ["", undefined]] = Object.entries(value);
    switch (name) {
      case "Ref":
        return this.get(stack, String(argument));
      case "Fn::GetAtt":
        return this.get(stack, Array.isArray(argument) ? String(argument[0]) : (String(argument).split(".")[0] ?? ""));
      case "Fn::Sub":
        return typeof argument === "string"
          ? this.get(stack, /\$\{(\w+)(?:\.\w+)?\}/.exec(argument)?.[1] ?? "")
          : undefined;
      case "Fn::Join":
        // An ARN of parts: the name is in the last one.
        return this.#resolve(
          Array.isArray(argument) && Array.isArray(argument[1]) ? argument[1].at(-1) : undefined,
          stack,
        );
      case "Fn::ImportValue":
        return this.#exported(argument);
      case "Fn::GetStackOutput":
        return isJsonObject(argument)
          ? this.#output(String(argument.StackName), String(argument.OutputName))
          : undefined;
      default:
        return undefined;
    }
  }

  #exported(name: unknown): AssemblyResource | undefined {
    const wanted = JSON.stringify(name);
    for (const each of this.#stacks) {
      for (const { value, exportName } of each.template.outputs.values()) {
        if (exportName !== undefined && JSON.stringify(exportName) === wanted) {
          return this.#resolve(value, each.name);
        }
      }
    }
    return undefined;
  }

  #output(stackName: string, outputName: string): AssemblyResource | undefined {
    const value = this.#stacks.find(({ name }) => name === stackName)?.template.outputs.get(outputName)?.value;
    return value === undefined ? undefined : this.#resolve(value, stackName);
  }
}

function keyOf(stack: string, logicalId: string): string {
  return `${stack}/${logicalId}`;
}
