import { AwsError } from "../../engine/index.ts";
import { encodeHeaderText, encodeMetadata } from "./header-text.ts";
import { scalarFromText, scalarToText } from "./scalars.ts";
import type { Member, OperationModel, Shape } from "./schema.ts";
import { decodeXmlDocument } from "./xml-reader.ts";
import { isBoundToHttp, writeElement, writeMembers } from "./xml-writer.ts";

/** The parts of a request that carry members of an operation's input. */
export interface RestRequest {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly query: URLSearchParams;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

export interface RestReply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | undefined;
}

const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Whether the operation's body is the object itself, not a document that describes something. */
export function takesContent(operation: OperationModel): boolean {
  return payloadOf(operation.input)?.[1].shape.kind === "blob";
}

/**
 * Reads a request in the REST XML protocol as an operation's input.
 *
 * @throws AwsError `MalformedXML`, `InvalidArgument` and `SerializationException` for what does not have the shape.
 */
export function decodeRestRequest(operation: OperationModel, request: RestRequest): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  if (operation.input.kind !== "structure") {
    return input;
  }
  for (const [name, member] of operation.input.members) {
    const value = member.traits.httpPayload
      ? decodePayload(member, name, request.body)
      : decodeBound(name, member, request);
    if (value !== undefined) {
      input[name] = value;
    }
  }
  return input;
}

function decodeBound(name: string, member: Member, request: RestRequest): unknown {
  const { httpLabel, httpHeader, httpQuery, httpPrefixHeaders } = member.traits;
  if (httpLabel) {
    return name === "Bucket" ? request.bucket : request.key;
  }
  if (httpPrefixHeaders !== undefined) {
    const prefix = httpPrefixHeaders.toLowerCase();
    return Object.fromEntries(
      [...request.headers]
        .filter(([header]) => header.startsWith(prefix))
        .map(([header, value]) => [header.slice(prefix.length), value]),
    );
  }
  const text =
    httpHeader === undefined
      ? httpQuery === undefined
        ? undefined
        : (request.query.get(httpQuery) ?? undefined)
      : request.headers.get(httpHeader.toLowerCase());
  if (text === undefined) {
    return undefined;
  }
  const { shape } = member;
  if (shape.kind === "list") {
    return text.split(",").map((item) => scalarFromText(shape.member.shape, item.trim(), name));
  }
  if (shape.kind === "number" && !/^-?\d+$/.test(text)) {
    throw notAnInteger(httpQuery ?? httpHeader ?? name, text);
  }
  if (shape.kind === "timestamp" && Number.isNaN(Date.parse(text)) && httpHeader !== undefined) {
    // RFC 9110, 13.1.3: a date that cannot be read is as good as none.
    return undefined;
  }
  return scalarFromText(shape, text, name);
}

/** In S3's words, as far as they are known. Source: API Reference, "Error responses", InvalidArgument. */
function notAnInteger(argument: string, value: string): AwsError {
  const message =
    argument === "partNumber"
      ? "Part number must be an integer between 1 and 10000, inclusive"
      : `Provided ${argument} not an integer or within integer range`;
  return new AwsError("InvalidArgument", message, { details: { ArgumentName: argument, ArgumentValue: value } });
}

function decodePayload(member: Member, name: string, body: Uint8Array): unknown {
  const { shape, traits } = member;
  if (shape.kind === "blob") {
    return body;
  }
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  if (shape.kind !== "structure") {
    return text;
  }
  return body.byteLength === 0
    ? undefined
    : decodeXmlDocument(member, traits.xmlName ?? shape.traits.xmlName ?? name, text);
}

/** Writes an operation's output in the REST XML protocol. `namespace` is that of the document's root. */
export function encodeRestReply(operation: OperationModel, output: object, namespace: string): RestReply {
  const status = operation.traits.http?.[2] ?? 200;
  const headers: Record<string, string> = {};
  const shape = operation.output;
  if (shape.kind !== "structure") {
    return { status, headers, body: undefined };
  }
  const fields = new Map(Object.entries(output));
  for (const [name, member] of shape.members) {
    const value: unknown = fields.get(name);
    if (value !== undefined && value !== null) {
      writeHeader(headers, member, value);
    }
  }
  const payload = payloadOf(shape);
  if (payload !== undefined) {
    const [name, member] = payload;
    return { status, headers, body: encodePayload(member, name, fields.get(name), headers, namespace) };
  }
  const hasDocument = [...shape.members.values()].some((member) => !isBoundToHttp(member));
  if (!hasDocument) {
    return { status, headers, body: undefined };
  }
  headers["content-type"] ??= "application/xml";
  const root = shape.traits.xmlName ?? shape.name.replace(/Output$/, "Result");
  return {
    status,
    headers,
    body: `${XML_DECLARATION}<${root} xmlns="${namespace}">${writeMembers(shape, output)}</${root}>`,
  };
}

function encodePayload(
  member: Member,
  name: string,
  value: unknown,
  headers: Record<string, string>,
  namespace: string,
): string | Uint8Array | undefined {
  if (member.shape.kind === "structure") {
    if (value === undefined) {
      return undefined;
    }
    headers["content-type"] ??= "application/xml";
    const root = member.traits.xmlName ?? member.shape.traits.xmlName ?? name;
    const document = writeElement(root, member, value);
    return XML_DECLARATION + document.replace(`<${root}`, `<${root} xmlns="${namespace}"`);
  }
  return value instanceof Uint8Array || typeof value === "string" ? value : undefined;
}

function writeHeader(headers: Record<string, string>, member: Member, value: unknown): void {
  const { httpHeader, httpPrefixHeaders } = member.traits;
  if (httpHeader !== undefined) {
    const { shape } = member;
    headers[httpHeader.toLowerCase()] = encodeHeaderText(
      shape.kind === "list" && Array.isArray(value)
        ? value.map((item) => scalarToText(shape.member.shape, item, "http-date")).join(",")
        : scalarToText(shape, value, "http-date"),
    );
  } else if (httpPrefixHeaders !== undefined && typeof value === "object" && value !== null) {
    for (const [name, text] of Object.entries(value)) {
      headers[`${httpPrefixHeaders}${name}`.toLowerCase()] = encodeMetadata(String(text));
    }
  }
}

function payloadOf(shape: Shape): readonly [string, Member] | undefined {
  return shape.kind === "structure" ? [...shape.members].find(([, member]) => member.traits.httpPayload) : undefined;
}
