import { malformedField } from "./malformed.ts";
import { scalarFromText } from "./scalars.ts";
import type { Member, Shape } from "./schema.ts";

/** A request's parameters by the dots in their names: `Tags.member.1.Key` is four levels down. */
interface ParameterNode {
  value: string | undefined;
  children: Map<string, ParameterNode> | undefined;
}

/** Names nest as deep as the models do, with room to spare; deeper ones belong to no field. */
const MAX_DEPTH = 16;

/**
 * Reads the parameters of a request in the AWS query protocol as the model's shape: lists are `Name.member.N`, maps
 * `Name.entry.N.key` and `.value` (or their names in the model); flattened ones lack the middle word.
 *
 * @throws AwsError `SerializationException` naming the field that has another type.
 */
export function decodeQuery(shape: Shape, parameters: URLSearchParams): unknown {
  const root: ParameterNode = { value: undefined, children: undefined };
  for (const [name, value] of parameters) {
    const parts = name.split(".", MAX_DEPTH + 1);
    if (parts.length > MAX_DEPTH) {
      continue;
    }
    let node = root;
    for (const part of parts) {
      node.children ??= new Map();
      let child = node.children.get(part);
      if (child === undefined) {
        child = { value: undefined, children: undefined };
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  return decodeNode({ shape, traits: {} }, root, "");
}

function decodeNode(member: Member, node: ParameterNode, path: string): unknown {
  const { shape, traits } = member;
  switch (shape.kind) {
    case "structure": {
      const fields: [string, unknown][] = [];
      for (const [name, field] of shape.members) {
        const child = node.children?.get(field.traits.xmlName ?? name);
        if (child !== undefined) {
          fields.push([name, decodeNode(field, child, path === "" ? name : `${path}.${name}`)]);
        }
      }
      return Object.fromEntries(fields);
    }
    case "list": {
      const wrapper = shape.member.traits.xmlName ?? "member";
      const items = traits.xmlFlattened ? node : node.children?.get(wrapper);
      return indexed(items).map(([index, item]) => decodeNode(shape.member, item, `${path}.${index}`));
    }
    case "map": {
      const items = traits.xmlFlattened ? node : node.children?.get("entry");
      const keyName = shape.key.traits.xmlName ?? "key";
      const valueName = shape.value.traits.xmlName ?? "value";
      return Object.fromEntries(
        indexed(items).map(([index, item]) => {
          const key = item.children?.get(keyName)?.value;
          const value = item.children?.get(valueName);
          if (key === undefined || value === undefined) {
            throw malformedField(`${path}.${index}`, `a pair of ${keyName} and ${valueName}`, undefined);
          }
          return [key, decodeNode(shape.value, value, `${path}.${key}`)];
        }),
      );
    }
    default:
      if (node.value === undefined) {
        throw malformedField(path, "one value", undefined);
      }
      return scalarFromText(shape, node.value, path);
  }
}

/** The numbered children in the order of their numbers. */
function indexed(node: ParameterNode | undefined): [number, ParameterNode][] {
  return [...(node?.children ?? [])]
    .filter(([name]) => /^\d{1,6}$/.test(name))
    .map(([name, child]): [number, ParameterNode] => [Number(name), child])
    .sort(([first], [second]) => first - second);
}
