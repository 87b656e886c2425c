import { isJsonObject, type Json, type JsonObject, objectOf } from "../../std/index.ts";
import { LocalError } from "../common/index.ts";
import { list, scalar, text, wrong } from "./arguments.ts";
import { splitPlaceholder } from "./placeholders/index.ts";
import type { Scope } from "./scope.ts";
import { substitute } from "./substitution.ts";

type Intrinsic = (argument: Json, scope: Scope) => Json | undefined;

/**
 * Resolves all intrinsic functions in a value. Undefined stands for `AWS::NoValue`, and for what a macro would make: such
 * properties and list entries disappear.
 *
 * @throws LocalError `TemplateInvalid` for wrong arguments, `TemplateUnsupported` for an unknown function.
 */
export function resolveValue(value: Json, scope: Scope): Json | undefined {
  if (Array.isArray(value)) {
    return value.flatMap((item: Json) => {
      const resolved = resolveValue(item, scope);
      return resolved === undefined ? [] : [resolved];
    });
  }
  if (!isJsonObject(value)) {
    return value;
  }
  const call = intrinsicCall(value);
  if (call === undefined) {
    return resolveObject(value, scope);
  }
  const intrinsic = INTRINSICS.get(call.name);
  if (intrinsic === undefined) {
    throw new LocalError("TemplateUnsupported", `the function ${call.name} cannot be resolved locally`, {
      remedy: "replace it with a value that is known at synthesis",
    });
  }
  return intrinsic(call.argument, scope);
}

/** Resolves an object's values and drops those that are `AWS::NoValue`. */
export function resolveObject(value: JsonObject, scope: Scope): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      if (key === MACRO) {
        // Beside other properties it would add to them.
        return noteMacro(item, scope);
      }
      const resolved = resolveValue(item, scope);
      return resolved === undefined ? [] : [[key, resolved]];
    }),
  );
}

/** Runs a macro of the account's, or one of AWS such as `AWS::Include`, on the template. */
const MACRO = "Fn::Transform";

function noteMacro(argument: Json, scope: Scope): [] {
  const { Name: name } = objectOf(argument);
  scope.noteMacro(typeof name === "string" ? name : MACRO);
  return [];
}

/** The call that an object stands for: `{ Ref: ... }` or `{ "Fn::...": ... }`; undefined for an ordinary object. */
export function intrinsicCall(value: JsonObject): { name: string; argument: Json } | undefined {
  const [name, argument = null] = onlyEntry(value) ?? [];
  return name === "Ref" || name?.startsWith("Fn::") ? { name, argument } : undefined;
}

function onlyEntry(value: JsonObject): [string, Json] | undefined {
  const [entry, ...others] = Object.entries(value);
  return others.length === 0 ? entry : undefined;
}

/** Evaluates a condition of a template: `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not`, `Condition`. */
export function evaluateCondition(value: Json, scope: Scope): boolean {
  const [name, argument = null] = onlyEntry(objectOf(value)) ?? [];
  switch (name) {
    case "Condition":
      return scope.condition(text(argument, "Condition"));
    case "Fn::Equals": {
      const [left, right] = resolvedList(argument, scope, "Fn::Equals", 2);
      return JSON.stringify(left) === JSON.stringify(right);
    }
    case "Fn::And":
      return list(argument, "Fn::And").every((item) => evaluateCondition(item, scope));
    case "Fn::Or":
      return list(argument, "Fn::Or").some((item) => evaluateCondition(item, scope));
    case "Fn::Not":
      return !evaluateCondition(list(argument, "Fn::Not")[0] ?? null, scope);
    case "Fn::Contains": {
      const [choices, sought] = resolvedList(argument, scope, "Fn::Contains", 2);
      return Array.isArray(choices) && choices.some((choice: Json) => choice === sought);
    }
    default:
      throw new LocalError(
        "TemplateUnsupported",
        `the condition ${JSON.stringify(value)} cannot be evaluated; supported are Condition, Fn::Equals, Fn::And, Fn::Or, Fn::Not and Fn::Contains`,
      );
  }
}

const INTRINSICS: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ["Ref", (argument, scope) => scope.ref(text(argument, "Ref"))],
  ["Fn::GetAtt", (argument, scope) => scope.getAtt(...getAttArguments(argument, scope))],
  [
    MACRO,
    (argument, scope) => {
      noteMacro(argument, scope);
      return undefined;
    },
  ],
  ["Fn::Sub", (argument, scope) => substitute(argument, scope, resolveValue)],
  [
    "Fn::Join",
    (argument, scope) => {
      const [delimiter, items] = resolvedList(argument, scope, "Fn::Join", 2);
      return list(items ?? null, "Fn::Join")
        .map((item) => scalar(item, "Fn::Join"))
        .join(text(delimiter ?? null, "Fn::Join"));
    },
  ],
  [
    "Fn::Select",
    (argument, scope) => {
      const [index, items] = resolvedList(argument, scope, "Fn::Select", 2);
      const choices = list(items ?? null, "Fn::Select");
      const selected = choices[Number(index)];
      if (selected === undefined) {
        throw wrong("Fn::Select", `has ${choices.length} entries; index ${JSON.stringify(index)} does not exist`);
      }
      return selected;
    },
  ],
  [
    "Fn::Split",
    (argument, scope) => {
      const [delimiter, source] = resolvedList(argument, scope, "Fn::Split", 2);
      const [whole, mark] = [text(source ?? null, "Fn::Split"), text(delimiter ?? null, "Fn::Split")];
      return splitPlaceholder(whole, mark, scope.region) ?? whole.split(mark);
    },
  ],
  [
    "Fn::If",
    (argument, scope) => {
      const [name, whenTrue, whenFalse] = list(argument, "Fn::If");
      return resolveValue((scope.condition(text(name ?? null, "Fn::If")) ? whenTrue : whenFalse) ?? null, scope);
    },
  ],
  [
    "Fn::FindInMap",
    (argument, scope) => {
      const [map, top, second, options] = resolvedList(argument, scope, "Fn::FindInMap", 3);
      const names = [map, top, second].map((name) => scalar(name ?? null, "Fn::FindInMap"));
      const found = scope.findInMap(names[0] ?? "", names[1] ?? "", names[2] ?? "");
      const fallback = isJsonObject(options) ? options.DefaultValue : undefined;
      if (found === undefined && fallback === undefined) {
        throw wrong("Fn::FindInMap", `finds no value at ${names.join(".")}; add it to Mappings or set DefaultValue`);
      }
      return found ?? fallback;
    },
  ],
  [
    "Fn::ImportValue",
    (argument, scope) => scope.importValue(scalar(resolveValue(argument, scope) ?? null, "Fn::ImportValue")),
  ],
  ["Fn::GetStackOutput", (argument, scope) => scope.stackOutput(...stackOutputArguments(argument, scope))],
  [
    "Fn::Base64",
    (argument, scope) => Buffer.from(scalar(resolveValue(argument, scope) ?? null, "Fn::Base64")).toString("base64"),
  ],
  ["Fn::Cidr", (argument, scope) => cidrBlocks(resolvedList(argument, scope, "Fn::Cidr", 2))],
  ["Fn::GetAZs", (_argument, scope) => ["a", "b", "c"].map((zone) => scope.region + zone)],
  ["Fn::Length", (argument, scope) => list(resolveValue(argument, scope) ?? null, "Fn::Length").length],
  ["Fn::ToJsonString", (argument, scope) => JSON.stringify(resolveValue(argument, scope) ?? null)],
  ...["Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals"].map((name): [string, Intrinsic] => [
    name,
    (argument, scope) => evaluateCondition({ [name]: argument }, scope),
  ]),
]);

/** Logical id and attribute of a `Fn::GetAtt`, in both forms: a list, or `id.attribute`. */
export function getAttArguments(argument: Json, scope: Scope): [string, string] {
  if (typeof argument === "string") {
    const dot = argument.indexOf(".");
    return [argument.slice(0, dot), argument.slice(dot + 1)];
  }
  const [logicalId, attribute] = list(argument, "Fn::GetAtt");
  return [text(logicalId ?? null, "Fn::GetAtt"), scalar(resolveValue(attribute ?? null, scope) ?? null, "Fn::GetAtt")];
}

/** Stack and output of a `Fn::GetStackOutput`: how the CDK writes weak references between stacks. */
export function stackOutputArguments(argument: Json, scope: Scope): [string, string] {
  const { StackName = null, OutputName = null } = resolveObject(objectOf(argument), scope);
  return [scalar(StackName, "Fn::GetStackOutput"), scalar(OutputName, "Fn::GetStackOutput")];
}

/** Blocks inside a block of IPv4 addresses: `Fn::Cidr: [block, count, bits of a host]`. Others get placeholders of the right count. */
function cidrBlocks([block, count, hostBits = 8]: readonly Json[]): string[] {
  const [address = "", prefix = ""] = scalar(block ?? null, "Fn::Cidr").split("/");
  const bytes = address.split(".").map(Number);
  const isIpv4 = bytes.length === 4 && bytes.every((byte) => byte >= 0 && byte <= 255) && prefix !== "";
  const size = 2 ** Number(hostBits);
  return Array.from({ length: Number(count) }, (_, index) => {
    if (!isIpv4) {
      return `2001:db8:0:${index.toString(16)}::/64`;
    }
    const start = bytes.reduce((sum, byte) => sum * 256 + byte, 0) + index * size;
    const parts = [24, 16, 8, 0].map((bits) => Math.floor(start / 2 ** bits) % 256);
    return `${parts.join(".")}/${32 - Number(hostBits)}`;
  });
}

function resolvedList(argument: Json, scope: Scope, name: string, count: number): readonly Json[] {
  const resolved = list(resolveValue(argument, scope) ?? null, name);
  if (resolved.length < count) {
    throw wrong(name, `takes ${count} arguments, not ${JSON.stringify(argument)}`);
  }
  return resolved;
}
