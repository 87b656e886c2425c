import { XMLParser, XMLValidator } from "fast-xml-parser";
import { AwsError } from "../../engine/index.ts";
import { scalarFromText } from "./scalars.ts";
import type { Member, Shape } from "./schema.ts";

/** An element as the parser returns it: a string, or its children by name, each name with all its elements. */
type XmlNode = string | { readonly [name: string]: unknown };

const TEXT = "#text";
const ATTRIBUTE = "@";

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: ATTRIBUTE,
  textNodeName: TEXT,
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  // Keys may begin or end with spaces.
  trimValues: false,
  // For character references such as &#10;. Entities of a document's own are refused below.
  htmlEntities: true,
  isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
});

/**
 * Reads an XML document as the model's shape. Names of namespaces are ignored, unknown elements left out.
 *
 * @param rootName - the element that the model expects; another one is malformed.
 * @throws AwsError `MalformedXML`, as S3 returns it, for what is not XML or not of the shape.
 */
export function decodeXmlDocument(member: Member, rootName: string, document: string): unknown {
  if (/<!DOCTYPE/i.test(document)) {
    throw malformedXml("it has a document type declaration");
  }
  const parsed = parse(document);
  const roots = isNode(parsed) && typeof parsed !== "string" ? parsed[rootName] : undefined;
  const root: unknown = Array.isArray(roots) && roots.length === 1 ? roots[0] : undefined;
  if (!isNode(root)) {
    throw malformedXml(`its one root has to be ${rootName}`);
  }
  return decodeNode(member.shape, root, rootName);
}

function parse(document: string): unknown {
  const validity = XMLValidator.validate(document);
  if (validity !== true) {
    throw malformedXml(`line ${validity.err.line}: ${validity.err.msg}`);
  }
  try {
    return parser.parse(document);
  } catch (error) {
    // The parser throws for what it holds to be an attack, such as elements named like a prototype's properties.
    throw malformedXml(error instanceof Error ? error.message : String(error));
  }
}

function decodeNode(shape: Shape, node: XmlNode, path: string): unknown {
  switch (shape.kind) {
    case "structure": {
      const fields: [string, unknown][] = [];
      for (const [name, member] of shape.members) {
        const value = decodeMember(name, member, node, `${path}.${name}`);
        if (value !== undefined) {
          fields.push([name, value]);
        }
      }
      return Object.fromEntries(fields);
    }
    case "list": {
      const itemName = shape.member.traits.xmlName ?? "member";
      return children(node, itemName).map((item) => decodeNode(shape.member.shape, item, path));
    }
    case "map":
      return decodeEntries(shape.key, shape.value, children(node, "entry"), path);
    default:
      try {
        return scalarFromText(shape, textOf(node), path);
      } catch (error) {
        throw error instanceof AwsError ? malformedXml(error.message) : error;
      }
  }
}

function decodeMember(name: string, member: Member, node: XmlNode, path: string): unknown {
  const elementName = member.traits.xmlName ?? name;
  if (member.traits.xmlAttribute) {
    const value = typeof node === "string" ? undefined : node[`${ATTRIBUTE}${elementName.replace(/^.*:/, "")}`];
    return typeof value === "string" ? value : undefined;
  }
  const elements = children(node, elementName);
  const first = elements[0];
  if (first === undefined) {
    return undefined;
  }
  const { shape } = member;
  if (member.traits.xmlFlattened && shape.kind === "list") {
    return elements.map((element) => decodeNode(shape.member.shape, element, path));
  }
  if (member.traits.xmlFlattened && shape.kind === "map") {
    return decodeEntries(shape.key, shape.value, elements, path);
  }
  return decodeNode(shape, first, path);
}

function decodeEntries(key: Member, value: Member, entries: readonly XmlNode[], path: string): Record<string, unknown> {
  return Object.fromEntries(
    entries.map((entry) => {
      const [keyNode] = children(entry, key.traits.xmlName ?? "key");
      const [valueNode] = children(entry, value.traits.xmlName ?? "value");
      if (keyNode === undefined || valueNode === undefined) {
        throw malformedXml(`an entry of ${path} lacks its key or value`);
      }
      return [textOf(keyNode), decodeNode(value.shape, valueNode, path)];
    }),
  );
}

function children(node: XmlNode, name: string): XmlNode[] {
  const elements: unknown = typeof node === "string" ? undefined : node[name];
  return Array.isArray(elements) ? elements.filter(isNode) : [];
}

function textOf(node: XmlNode): string {
  const text = typeof node === "string" ? node : node[TEXT];
  // The parser is told to make lists of everything but attributes, and text counts as an element to it.
  const only: unknown = Array.isArray(text) ? text.join("") : text;
  return typeof only === "string" ? only : "";
}

function isNode(value: unknown): value is XmlNode {
  return typeof value === "string" || (typeof value === "object" && value !== null && !Array.isArray(value));
}

function malformedXml(what: string): AwsError {
  return new AwsError(
    "MalformedXML",
    `The XML you provided was not well-formed or did not validate against our published schema: ${what}.`,
  );
}
