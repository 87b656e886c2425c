import type { IncomingMessage } from "node:http";
import { isJsonObject, parseJson } from "../../std/index.ts";
import type { ServiceReply } from "./services/index.ts";

/** A request as it came, read to its end. */
export interface PlainRequest {
  readonly method: string;
  /** Percent-encoded, below the address of the function. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Bodies of these types are text; all others come as base64. Source: Lambda Developer Guide, "Invoking Lambda function URLs". */
const TEXT = /^(?:text\/|application\/(?:json|javascript|xml|x-www-form-urlencoded|[\w.-]+\+(?:json|xml)))/;

/** The event of a function URL: payload format 2.0. Source: Lambda Developer Guide, "Invoking Lambda function URLs". */
export function eventOf(request: PlainRequest, requestId: string, now: number): object {
  const { method, path, query, body } = request;
  const { cookie, ...others } = request.headers;
  const headers = Object.fromEntries(
    Object.entries(others).map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : (value ?? "")]),
  );
  const isText = TEXT.test(headers["content-type"] ?? "text/plain");
  const names = [...new Set(query.keys())];
  const rawPath = path === "" ? "/" : path;
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString: query.toString(),
    ...(cookie === undefined ? {} : { cookies: cookie.split("; ") }),
    headers,
    ...(names.length === 0
      ? {}
      : { queryStringParameters: Object.fromEntries(names.map((name) => [name, query.getAll(name).join(",")])) }),
    requestContext: {
      accountId: "anonymous",
      apiId: "local",
      domainName: headers.host ?? "",
      domainPrefix: "local",
      http: {
        method,
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId,
      routeKey: "$default",
      stage: "$default",
      time: new Date(now).toUTCString(),
      timeEpoch: now,
    },
    ...(body.byteLength === 0 ? {} : { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.byteLength > 0 && !isText,
  };
}

/**
 * The response that a function's result means: an object with `statusCode`, or anything else as a JSON body of 200. An error of
 * the function is 502.
 */
export function responseOf(payload: string, isError: boolean): ServiceReply {
  const json = { "content-type": "application/json" };
  if (isError) {
    return { status: 502, headers: json, body: JSON.stringify({ message: "Internal Server Error" }) };
  }
  const result = parseJson(payload);
  if (!isJsonObject(result) || typeof result.statusCode !== "number") {
    return { status: 200, headers: json, body: typeof result === "string" ? result : payload };
  }
  const given = isJsonObject(result.headers) ? result.headers : {};
  const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), String(value)]));
  const text =
    typeof result.body === "string" ? result.body : result.body === undefined ? "" : JSON.stringify(result.body);
  return {
    status: result.statusCode,
    headers: { ...json, ...headers },
    body: result.isBase64Encoded === true ? Buffer.from(text, "base64") : text,
  };
}
