import { scalarToText, toBase64 } from "./scalars.ts";
import type { Member, Shape } from "./schema.ts";

/** Members that the JSON form names otherwise than the model, as measured on AWS. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ["Messages", "messages"],
  ["QueueUrls", "queueUrls"],
]);

/**
 * The result of an operation in the JSON form of the query protocol, which callers get that send
 * `Accept: application/json`. Maps are lists of pairs, as in the XML form.
 */
export function encodeQueryJson(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case "structure": {
      const fields = new Map(Object.entries(value ?? {}));
      const members = [...shape.members].map(([name, member]): [string, unknown] => [
        RENAMED.get(name) ?? name,
        encodeMember(member, fields.get(name)),
      ]);
      return Object.fromEntries(members.filter(([, encoded]) => encoded !== undefined));
    }
    case "list":
      return Array.isArray(value) ? value.map((item) => encodeQueryJson(shape.member.shape, item)) : [];
    case "map":
      return Object.entries(value ?? {}).map(([key, item]) => ({
        [shape.key.traits.xmlName ?? "key"]: key,
        [shape.value.traits.xmlName ?? "value"]: encodeQueryJson(shape.value.shape, item),
      }));
    case "timestamp":
      return scalarToText(shape, value, "date-time");
    case "blob":
      return value instanceof Uint8Array ? toBase64(value) : value;
    default:
      return value;
  }
}

function encodeMember(member: Member, value: unknown): unknown {
  return value === undefined || value === null ? undefined : encodeQueryJson(member.shape, value);
}
