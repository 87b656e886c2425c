import type { AwsError } from "../../engine/index.ts";
import { readBody } from "../http/body.ts";
import { BODY_LIMITS } from "../limits.ts";
import { escapeXml, xmlText } from "../model/xml-writer.ts";
import type { ServiceReply, ServiceRequest } from "./service.ts";

/** The parameters of a request in the AWS query protocol: from the form in the body, and from the address on GET. */
export async function readParameters(request: ServiceRequest): Promise<URLSearchParams> {
  if (request.method === "GET") {
    return request.query;
  }
  const body = await readBody(request.incoming, BODY_LIMITS.message);
  return new URLSearchParams(Buffer.from(body).toString("utf8"));
}

/** A response of the query protocol. `result` is the inside of the element `<ActionResult>`, or undefined without one. */
export function queryReply(
  action: string,
  namespace: string,
  result: string | undefined,
  request: ServiceRequest,
): ServiceReply {
  const inner = result === undefined ? "" : `<${action}Result>${result}</${action}Result>`;
  return {
    status: 200,
    headers: { "content-type": "text/xml", "x-amzn-requestid": request.id },
    body:
      `<${action}Response xmlns="${escapeXml(namespace)}">${inner}` +
      `<ResponseMetadata>${xmlText("RequestId", request.id)}</ResponseMetadata></${action}Response>`,
  };
}

export function queryError(
  error: AwsError,
  request: ServiceRequest,
  namespace: string,
  queryCode = error.queryCode,
): ServiceReply {
  return {
    status: error.statusCode,
    headers: { "content-type": "text/xml", "x-amzn-requestid": request.id },
    body:
      `<ErrorResponse xmlns="${escapeXml(namespace)}"><Error>${xmlText("Type", error.fault)}` +
      `${xmlText("Code", queryCode)}${xmlText("Message", error.message)}</Error>` +
      `${xmlText("RequestId", request.id)}</ErrorResponse>`,
  };
}
