import { isJsonObject, parseJson } from "../../std/index.ts";
import type { Api } from "./api.ts";
import { logTime } from "./function-url.ts";
import { bodyOf, describedReply, headerOf, isText, jsonReply, type PlainReply, type PlainRequest } from "./http.ts";
import type { Match } from "./match.ts";

/** Where a request arrived. */
export interface Version1Context {
  readonly api: Api;
  readonly match: Match;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** With the stage. */
  readonly fullPath: string;
}

/**
 * An event of payload format 1.0, that of REST APIs. Fields without values are null. Source: API Gateway Developer Guide, "Input
 * format of a Lambda function for proxy integration".
 */
export function version1Event(request: PlainRequest, context: Version1Context): object {
  const { id, method, path, query, receivedAt } = request;
  const { api, match, stage, stageVariables, fullPath } = context;
  const { route, pathParameters } = match;
  const isRest = api.kind === "rest";
  const headers: readonly (readonly [string, string])[] = isRest
    ? request.headers
    : request.headers.map(([name, value]) => [name.toLowerCase(), value]);
  const decodedPath = path === "" ? "/" : path;
  const domainName = headerOf(request, "host") ?? "";
  const contentType = (headerOf(request, "content-type") ?? "").split(";")[0] ?? "";
  const asText = isRest ? !api.binaryTypes.some((type) => type === "*/*" || type === contentType) : isText(request);
  return {
    ...(isRest ? {} : { version: "1.0" }),
    resource: route.path,
    path: isRest ? decodedPath : fullPath,
    httpMethod: method,
    headers: last(headers),
    multiValueHeaders: lists(headers),
    queryStringParameters: last([...query]),
    multiValueQueryStringParameters: lists([...query]),
    pathParameters: orNull(pathParameters),
    stageVariables: orNull(stageVariables),
    requestContext: {
      accountId: api.accountId,
      apiId: api.id,
      domainName,
      domainPrefix: api.id,
      extendedRequestId: id,
      httpMethod: method,
      identity: { sourceIp: "127.0.0.1", userAgent: headerOf(request, "user-agent") ?? null },
      path: fullPath,
      protocol: "HTTP/1.1",
      requestId: id,
      requestTime: logTime(receivedAt),
      requestTimeEpoch: receivedAt,
      resourceId: route.target.type === "function" ? route.target.resourceId : null,
      resourcePath: route.path,
      stage,
    },
    ...bodyOf(request.body, asText, null),
  };
}

/**
 * The reply that a function's result means in payload format 1.0. Without a status, with a status that is no number or a body that is
 * no string it is malformed: 502 of a REST API, 500 of an HTTP API.
 */
export function version1Reply(payload: string, isError: boolean, kind: Api["kind"]): PlainReply {
  const result = isError ? undefined : parseJson(payload);
  const isWellFormed =
    isJsonObject(result) &&
    Number.isInteger(Number(result.statusCode ?? Number.NaN)) &&
    (result.body === undefined || result.body === null || typeof result.body === "string");
  if (!isWellFormed) {
    return kind === "rest"
      ? jsonReply(502, { message: "Internal server error" })
      : jsonReply(500, { message: "Internal Server Error" });
  }
  const { cookies: _unknownHere, ...fields } = result;
  return describedReply(fields, Number(result.statusCode));
}

function last(entries: readonly (readonly [string, string])[]): object | null {
  return orNull(Object.fromEntries(entries));
}

function lists(entries: readonly (readonly [string, string])[]): object | null {
  const all: Record<string, string[]> = {};
  for (const [name, value] of entries) {
    const known = Object.hasOwn(all, name) ? all[name] : undefined;
    all[name] = [...(known ?? []), value];
  }
  return orNull(all);
}

function orNull<Fields extends object>(fields: Fields): Fields | null {
  return Object.keys(fields).length === 0 ? null : fields;
}
