import type { AwsError } from "../../engine/index.ts";
import { readBody } from "../http/body.ts";
import { BODY_LIMITS } from "../limits.ts";
import { encodeQueryJson } from "../model/query-json.ts";
import type { Shape } from "../model/schema.ts";
import { escapeXml, writeMembers, xmlText } from "../model/xml-writer.ts";
import { headerOf, type ServiceReply, type ServiceRequest } from "./service.ts";

/**
 * The parameters of a request in the AWS query protocol: those of the form in the body, and those of the address, which
 * the services read on POST as well. The body goes first.
 */
export async function readParameters(request: ServiceRequest): Promise<URLSearchParams> {
  if (request.method === "GET") {
    return request.query;
  }
  const body = await readBody(request.incoming, BODY_LIMITS.message);
  const parameters = new URLSearchParams(Buffer.from(body).toString("utf8"));
  for (const [name, value] of request.query) {
    if (!parameters.has(name)) {
      parameters.append(name, value);
    }
  }
  return parameters;
}

/** The result of an operation in both forms of the query protocol: the inside of its element, and JSON. A reply needs one. */
export interface QueryResult {
  readonly xml: () => string;
  readonly json: () => unknown;
}

/** @returns undefined for an operation without a result */
export function queryResult(shape: Shape, output: unknown): QueryResult | undefined {
  return shape.kind === "unit"
    ? undefined
    : { xml: () => writeMembers(shape, output), json: () => encodeQueryJson(shape, output) };
}

/** A response of the query protocol: XML, or JSON for a caller that accepts nothing else. */
export function queryReply(
  action: string,
  namespace: string,
  result: QueryResult | undefined,
  request: ServiceRequest,
): ServiceReply {
  if (wantsJson(request)) {
    const metadata = { ResponseMetadata: { RequestId: request.id } };
    const content = result === undefined ? metadata : { [`${action}Result`]: result.json(), ...metadata };
    return jsonReply(200, { [`${action}Response`]: content }, request);
  }
  const inner = result === undefined ? "" : element(`${action}Result`, result.xml());
  return {
    status: 200,
    headers: { "content-type": "text/xml", "x-amzn-requestid": request.id },
    body:
      `<${action}Response xmlns="${escapeXml(namespace)}">${inner}` +
      `<ResponseMetadata>${xmlText("RequestId", request.id)}</ResponseMetadata></${action}Response>`,
  };
}

/** What an error of the query protocol says. */
interface QueryErrorOptions {
  /** @default the error's own query code */
  readonly code?: string | undefined;
  /** Whether it has the empty element `Detail`, as those of SQS do. */
  readonly hasDetail?: boolean;
}

export function queryError(
  error: AwsError,
  request: ServiceRequest,
  namespace: string,
  { code = error.queryCode, hasDetail = false }: QueryErrorOptions = {},
): ServiceReply {
  if (wantsJson(request)) {
    const content = { Code: code, Message: error.message, Type: error.fault };
    return jsonReply(error.statusCode, { Error: content, RequestId: request.id }, request);
  }
  return {
    status: error.statusCode,
    headers: { "content-type": "text/xml", "x-amzn-requestid": request.id },
    body:
      `<ErrorResponse xmlns="${escapeXml(namespace)}"><Error>${xmlText("Type", error.fault)}` +
      `${xmlText("Code", code)}${xmlText("Message", error.message)}${hasDetail ? "<Detail/>" : ""}</Error>` +
      `${xmlText("RequestId", request.id)}</ErrorResponse>`,
  };
}

function wantsJson(request: ServiceRequest): boolean {
  return headerOf(request.incoming, "accept")?.trim().toLowerCase() === "application/json";
}

function jsonReply(status: number, content: object, request: ServiceRequest): ServiceReply {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-requestid": request.id },
    body: JSON.stringify(content),
  };
}

function element(name: string, content: string): string {
  return content === "" ? `<${name}/>` : `<${name}>${content}</${name}>`;
}
