import { scalarToText } from "./scalars.ts";
import type { Member, Shape } from "./schema.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text for the inside of an element or attribute. Control characters would not survive a parser as they are. */
export function escapeXml(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
    .replace(/\p{Cc}/gu, (character) => `&#${character.charCodeAt(0)};`);
}

/** `<name>...</name>` around text. */
export function xmlText(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

/** The elements of a structure's members, without an element around them. Members bound to HTTP are left out. */
export function writeMembers(shape: Shape, value: unknown): string {
  if (shape.kind !== "structure") {
    return "";
  }
  const fields = new Map(Object.entries(value ?? {}));
  let xml = "";
  for (const [name, member] of shape.members) {
    const field = fields.get(name);
    if (field !== undefined && field !== null && !isBoundToHttp(member) && !member.traits.xmlAttribute) {
      xml += writeElement(member.traits.xmlName ?? name, member, field);
    }
  }
  return xml;
}

/** One member as an element of the given name; a flattened list or map as one element an entry. */
export function writeElement(name: string, member: Member, value: unknown): string {
  const { shape, traits } = member;
  switch (shape.kind) {
    case "structure":
      return `<${name}${attributes(shape, value)}>${writeMembers(shape, value)}</${name}>`;
    case "list": {
      const items: readonly unknown[] = Array.isArray(value) ? value : [];
      if (traits.xmlFlattened) {
        return items.map((item) => writeElement(name, shape.member, item)).join("");
      }
      const itemName = shape.member.traits.xmlName ?? "member";
      return `<${name}>${items.map((item) => writeElement(itemName, shape.member, item)).join("")}</${name}>`;
    }
    case "map": {
      const entryName = traits.xmlFlattened ? name : "entry";
      const entries = Object.entries(value ?? {}).map(
        ([key, item]) =>
          `<${entryName}>${xmlText(shape.key.traits.xmlName ?? "key", key)}` +
          `${writeElement(shape.value.traits.xmlName ?? "value", shape.value, item)}</${entryName}>`,
      );
      return traits.xmlFlattened ? entries.join("") : `<${name}>${entries.join("")}</${name}>`;
    }
    default:
      return xmlText(name, scalarToText(shape, value, "date-time"));
  }
}

export function isBoundToHttp(member: Member): boolean {
  const { httpHeader, httpPrefixHeaders, httpQuery, httpLabel } = member.traits;
  return httpHeader !== undefined || httpPrefixHeaders !== undefined || httpQuery !== undefined || httpLabel === true;
}

function attributes(shape: Shape, value: unknown): string {
  if (shape.kind !== "structure") {
    return "";
  }
  const fields = new Map(Object.entries(value ?? {}));
  return [...shape.members]
    .filter(([name, member]) => member.traits.xmlAttribute && fields.get(name) !== undefined)
    .map(([name, member]) => {
      const attribute = member.traits.xmlName ?? name;
      const namespace = attribute.startsWith("xsi:") ? ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' : "";
      return `${namespace} ${attribute}="${escapeXml(String(fields.get(name)))}"`;
    })
    .join("");
}
